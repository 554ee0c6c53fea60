#include "tests/support/mock_provider.hpp"

#include <algorithm>
#include <utility>

namespace jangkau {
namespace {

using namespace std::chrono_literals;
using adapters::ReportState;

HttpResponse page(int status) {
    return {status, {{"Content-Type", "text/html"}}, "<html><body>Hello</body></html>"};
}

}  // namespace

MockProvider::MockProvider(std::shared_ptr<const adapters::Aggregator> aggregator, Random& random,
                           Mischief mischief)
    : aggregator_(std::move(aggregator)), random_(random), mischief_(mischief) {}

void MockProvider::behave(Mischief mischief) {
    const std::lock_guard lock(mutex_);
    mischief_ = mischief;
}

void MockProvider::on_sent(std::function<void(const Entry&)> heard) {
    const std::lock_guard lock(mutex_);
    heard_ = std::move(heard);
}

std::vector<MockProvider::Entry> MockProvider::ledger() const {
    const std::lock_guard lock(mutex_);
    return ledger_;
}

std::vector<std::string> MockProvider::unreadable() const {
    const std::lock_guard lock(mutex_);
    return unreadable_;
}

/// Takes its share of the dice that were thrown for this request.
bool MockProvider::one_of(unsigned percent) {
    const bool mine = dice_ < percent;
    dice_ = mine ? 100 : dice_ - percent;
    return mine;
}

MockProvider::Answer MockProvider::ask(const HttpRequest& request) {
    const std::lock_guard lock(mutex_);
    const auto taken = aggregator_->take(request);
    if (!taken) {
        unreadable_.push_back(taken.error().why);
        return {.response = plain_text(400, taken.error().why)};
    }
    Entry entry{*taken, "p-" + std::to_string(ledger_.size() + 1), false, Fate::accepted,
                Clock::now()};
    if (ledger_.size() >= mischief_.requests) mischief_ = {};
    dice_ = static_cast<unsigned>(random_.next() % 100);
    const bool really = random_.next() % 2 == 0;
    Answer answer;
    if (one_of(mischief_.refuse)) {
        entry.fate = Fate::refused;
        answer.response = page(503);
    } else if (one_of(mischief_.throttle)) {
        entry.fate = Fate::refused;
        answer.response = page(429);
        answer.response->headers.emplace_back("Retry-After", "1");
    } else if (one_of(mischief_.lie) || one_of(mischief_.garble) || one_of(mischief_.cut)) {
        // Which of them is drawn once more: they mean the same to the ledger.
        if (really) answer = sent(entry);
        entry.fate = Fate::in_doubt;
        const auto which = random_.next() % (mischief_.lie + mischief_.garble + mischief_.cut);
        answer.response.reset();
        if (which < mischief_.lie)
            answer.response = page(500);
        else if (which < mischief_.lie + mischief_.garble)
            answer.response = page(200);
    } else {
        const bool stalls = one_of(mischief_.stall);
        answer = sent(entry);
        if (stalls) {
            entry.fate = Fate::in_doubt;
            answer.delay = mischief_.stall_ms;
        }
    }
    ledger_.push_back(std::move(entry));
    return answer;
}

MockProvider::Answer MockProvider::sent(Entry& entry) {
    entry.sent = true;
    if (heard_) heard_(entry);
    Answer answer;
    answer.response = aggregator_->accept(entry.sms, entry.id);
    for (const auto state : {ReportState::delivered, ReportState::sent}) {
        auto callback = aggregator_->report(entry.sms, entry.id, state);
        if (!callback.request.method.empty()) answer.reports.push_back(std::move(callback));
    }
    if (random_.next() % 2 == 0) std::reverse(answer.reports.begin(), answer.reports.end());
    if (random_.next() % 100 < mischief_.twice) {
        const auto again = answer.reports;
        answer.reports.insert(answer.reports.end(), again.begin(), again.end());
    }
    answer.reports_first = random_.next() % 100 < mischief_.before;
    return answer;
}

}  // namespace jangkau
