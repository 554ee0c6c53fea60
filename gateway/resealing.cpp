#include "gateway/resealing.hpp"

#include <algorithm>
#include <memory>

#include "gateway/log.hpp"

namespace jangkau::gateway {
namespace {

using namespace std::chrono_literals;

/// A turn that comes in between waits for so many: about as long as for a commit.
constexpr std::size_t kRowsAtOnce = 500;
/// Turns go first.
constexpr auto kPause = 20ms;
constexpr auto kTryAgain = 5s;

}  // namespace

void Resealing::kick() {
    kicked_ = true;
    if (!running_.exchange(true)) count();
}

void Resealing::submit(const std::function<void(sessions::Unit&)>& job,
                       const std::function<void(bool)>& done) {
    try {
        store_.submit(job, [done](const std::exception_ptr& fault) {
            if (fault) log::error("reseal_failed");
            done(!fault);
        });
    } catch (const sessions::StoreBusy&) {
        done(false);
    }
}

void Resealing::count() {
    kicked_ = false;
    const auto job = [this](sessions::Unit& unit) {
        std::uint64_t left = 0;
        for (const sessions::KeyUse& use : unit.keys().list()) left += use.left;
        left_ = left;
    };
    submit(job, [this](bool committed) {
        if (committed) return step();
        later_(kTryAgain, [this] { count(); });
    });
}

void Resealing::step() {
    const auto taken = std::make_shared<sessions::ResealStep>();
    const auto job = [taken](sessions::Unit& unit) { *taken = unit.keys().reseal(kRowsAtOnce); };
    submit(job, [this, taken](bool committed) {
        if (!committed) return later_(kTryAgain, [this] { step(); });
        sealed_ += taken->sealed;
        unreadable_ += taken->unreadable;
        left_ -= std::min<std::uint64_t>(left_, taken->sealed);
        if (taken->done) return end();
        later_(kPause, [this] { step(); });
    });
}

void Resealing::end() {
    if (sealed_ > 0 || unreadable_ > 0) {
        log::info("resealed", {{"values", static_cast<unsigned long>(sealed_)},
                               {"unreadable", static_cast<unsigned long>(unreadable_)}});
    }
    sealed_ = 0;
    unreadable_ = 0;
    running_ = false;
    // A key that was made meanwhile.
    if (kicked_) kick();
}

}  // namespace jangkau::gateway
