#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "adapters/adapter.hpp"
#include "gateway/trunk.hpp"

namespace jangkau::gateway {

/// An SMS as it lies in the local inbox.
struct InboxSms {
    std::int64_t id = 0;
    std::string to;  ///< E.164
    std::string text;
};

/// What a phone needs of a gateway: to hand in what the provider would, and to see what was sent to
/// it. Over HTTP against a running gateway, or in this process for tests.
///
/// Threading: one thread. Failures throw std::runtime_error with a sentence for the person at the
/// terminal.
class Line {
public:
    virtual ~Line() = default;
    /// `request.target` is relative to the channel's callback for that endpoint; the request is
    /// signed as the trunk's provider signs.
    [[nodiscard]] virtual HttpResponse exchange(const Trunk& trunk, adapters::Endpoint endpoint,
                                                HttpRequest request) = 0;
    /// SMS to that number ("" = to everybody) with an id above `after`, oldest first; waits up to
    /// `wait` for the first.
    [[nodiscard]] virtual std::vector<InboxSms> inbox(const std::string& to, std::int64_t after,
                                                      std::chrono::milliseconds wait) = 0;
    /// Moves the clock, where it can be moved; false where it cannot.
    virtual bool advance(std::chrono::seconds) { return false; }
};

struct LineOptions {
    std::string url = "http://127.0.0.1:8080";  ///< a base, or with a path the USSD callback itself
    Secret inbox_secret;                        ///< of the path of the channel `simulator`
};
/// Talks HTTP; the inbox is asked at URL/sms/simulator/inbox.
[[nodiscard]] std::unique_ptr<Line> make_http_line(const LineOptions& options);

}  // namespace jangkau::gateway
