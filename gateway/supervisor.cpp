#include "gateway/supervisor.hpp"

#include <systemd/sd-daemon.h>

#include <atomic>

namespace jangkau::gateway::supervisor {
namespace {

std::atomic<bool> told_ready{false};

// A supervisor that cannot be told finds out by itself.
void tell(const char* what) { (void)sd_notify(0, what); }

}  // namespace

void ready() {
    if (!told_ready.exchange(true)) tell("READY=1");
}

void alive() { tell("WATCHDOG=1"); }

void stopping() { tell("STOPPING=1"); }

}  // namespace jangkau::gateway::supervisor
