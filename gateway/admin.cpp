#include "gateway/admin.hpp"

#include <algorithm>
#include <memory>

namespace jangkau::gateway {
namespace {

constexpr std::chrono::milliseconds kReadyMax{2'000};

std::string part(bool good, const std::string& name, const std::string& words) {
    return std::string(good ? "[+] " : "[-] ") + name + ": " + words + "\n";
}

std::string joined(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

struct Channels {
    std::vector<std::string> down;
    bool can_send = true;
};

HttpResponse readiness(bool committed, const sessions::Backlog& backlog, std::chrono::seconds age,
                       std::chrono::seconds age_max, const Channels& channels,
                       const std::string& service, bool verbose) {
    const bool sending = age <= age_max;
    const bool ready = committed && sending && channels.can_send;
    const std::string waiting = std::to_string(backlog.waiting) + " SMS waiting, the oldest for " +
                                std::to_string(age.count()) + " s; " +
                                std::to_string(backlog.in_doubt) + " in doubt";
    std::string body = ready ? "ready\n" : "not ready\n";
    if (verbose)
        body += part(committed, "store", committed ? "commits" : "does not commit") +
                part(sending, "outbox", waiting) +
                part(channels.can_send, "channels",
                     channels.down.empty() ? "all can send"
                                           : joined(channels.down) + " cannot send now") +
                part(true, "service", service);
    return plain_text(ready ? 200 : 503, body);
}

}  // namespace

Pending Admin::handle(HttpRequest request, Respond respond) {
    if (request.target == "/livez")
        respond(plain_text(200, "alive\n"));
    else if (request.target == "/readyz")
        ready(request.query.starts_with("verbose"), respond);
    else if (request.target == "/metrics")
        respond({200, {{"Content-Type", "text/plain; version=0.0.4"}}, parts_.metrics.text()});
    else
        respond(plain_text(404, "here are /livez, /readyz?verbose and /metrics\n"));
    return {kReadyMax, always(plain_text(503, "not ready\n[-] store: does not answer\n"))};
}

void Admin::ready(bool verbose, const Respond& respond) {
    const auto backlog = std::make_shared<sessions::Backlog>();
    Channels channels{parts_.down()};
    channels.can_send =
        std::any_of(parts_.route.begin(), parts_.route.end(), [&](const std::string& name) {
            return std::find(channels.down.begin(), channels.down.end(), name) ==
                   channels.down.end();
        });
    const auto done = [this, backlog, channels, verbose, respond](const std::exception_ptr& fault) {
        const auto age = backlog->oldest ? std::max(parts_.clock.now() - *backlog->oldest,
                                                    std::chrono::seconds(0))
                                         : std::chrono::seconds(0);
        respond(readiness(!fault, *backlog, age, parts_.outbox_age_max, channels, parts_.service(),
                          verbose));
    };
    try {
        // A timer that is set and cancelled makes the transaction write, as a turn would.
        parts_.store.submit(
            [this, backlog](sessions::Unit& unit) {
                unit.set_timer({"ready", "", parts_.clock.now() + std::chrono::hours(24)});
                (void)unit.cancel_timer("ready", "");
                *backlog = unit.backlog();
            },
            done);
    } catch (const sessions::StoreBusy& busy) {
        respond(plain_text(503, std::string("not ready\n") + part(false, "store", busy.what())));
    }
}

}  // namespace jangkau::gateway
