#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "adapters/aggregator.hpp"
#include "gateway/core/random.hpp"

namespace jangkau {

/// How often a mock provider misbehaves, in percent of the requests; what is left is taken as it
/// should be. Each request has one fate.
struct Mischief {
    unsigned refuse = 0;    ///< 503: known not to have been sent
    unsigned throttle = 0;  ///< 429 with Retry-After
    unsigned lie = 0;       ///< 500, although half of them are sent
    unsigned garble = 0;    ///< 200 and a page, although half of them are sent
    unsigned cut = 0;       ///< the connection ends without an answer; half of them are sent
    unsigned stall = 0;     ///< sent, but the answer comes after `stall_ms`
    unsigned twice = 0;     ///< reports come twice
    unsigned before = 0;    ///< the report comes before the answer
    std::chrono::milliseconds stall_ms{3'000};
    /// After so many requests it behaves, so that an end can be seen.
    std::size_t requests = static_cast<std::size_t>(-1);
};

/// A provider's API as the tests run it: takes what an adapter composes, in that provider's own
/// words (its Aggregator), and keeps a ledger of what it really sent.
///
/// Threading: any thread.
class MockProvider {
public:
    using Clock = std::chrono::steady_clock;
    enum class Fate { accepted, refused, in_doubt };
    struct Entry {
        adapters::TakenSms sms;
        std::string id;     ///< the provider's
        bool sent = false;  ///< really
        Fate fate = Fate::accepted;
        Clock::time_point at;
    };
    struct Answer {
        std::optional<HttpResponse> response;  ///< none = the connection is cut
        std::chrono::milliseconds delay{0};
        bool reports_first = false;
        std::vector<adapters::Callback> reports;
    };

    explicit MockProvider(std::shared_ptr<const adapters::Aggregator> aggregator, Random& random,
                          Mischief mischief = {});

    /// `request.target` is the whole URL, as the adapter composed it.
    [[nodiscard]] Answer ask(const HttpRequest& request);
    void behave(Mischief mischief);
    /// Is told of every SMS that is really sent, before the answer leaves.
    void on_sent(std::function<void(const Entry&)> heard);

    [[nodiscard]] std::vector<Entry> ledger() const;
    /// What could not be read: the words of the provider's refusal.
    [[nodiscard]] std::vector<std::string> unreadable() const;

private:
    Answer sent(Entry& entry);
    bool one_of(unsigned percent);

    const std::shared_ptr<const adapters::Aggregator> aggregator_;
    mutable std::mutex mutex_;  // guards all below
    Random& random_;
    Mischief mischief_;
    unsigned dice_ = 0;
    std::vector<Entry> ledger_;
    std::vector<std::string> unreadable_;
    std::function<void(const Entry&)> heard_;
};

}  // namespace jangkau
