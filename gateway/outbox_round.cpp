#include "gateway/outbox_round.hpp"

#include <algorithm>

#include "gateway/routes.hpp"

namespace jangkau::gateway {
namespace {

using flows::Lane;
using sessions::Delivery;
using sessions::OutboxRow;

/// An SMS whose answer was lost twice may have arrived twice: it is not sent a third time.
constexpr unsigned kDoubtsMax = 2;
constexpr std::size_t kRoutedAtOnce = 256;
constexpr std::size_t kMovedAtOnce = 64;
constexpr std::size_t kEndedAtOnce = 256;
/// Until an SMS that only a channel that is down can send is looked at again, at the least: it does
/// not stand before those that have a stand-in.
constexpr std::chrono::seconds kNoStandInPause{5};
/// Until an SMS beyond a limit is looked at again.
constexpr std::chrono::minutes kLimitPause{10};
constexpr const char* kTwiceInDoubt = "no answer came twice: it may have arrived";

class Taking {
public:
    Taking(sessions::Unit& unit, const Config& config, const flows::Settings& settings, Time now,
           Round& round)
        : unit_(unit), config_(config), settings_(settings), now_(now), round_(round) {}

    void run() {
        if (!round_.clock_stepped) end_doubts();
        route_new();
        for (const auto& [name, channel] : round_.channels) {
            if (channel.down && has_stand_in(name)) move_from(name);
        }
        claim();
    }

private:
    void end_doubts() {
        for (OutboxRow& row :
             unit_.in_doubt(now_ - config_.outbox.in_doubt_wait, config_.outbox.in_flight_max)) {
            row.due = now_;
            row.state = Delivery::queued;
            if (row.doubts >= kDoubtsMax) {
                end(row, Delivery::failed, kTwiceInDoubt);
                continue;
            }
            if (!still_routed(row)) row.channel.clear();
            unit_.settle(row, now_);
        }
    }

    /// Routes and channels may have changed since it was sent.
    bool still_routed(const OutboxRow& row) const {
        const auto& channels = config_.routes.to(row.sms.to);
        return round_.channels.contains(row.channel) &&
               std::find(channels.begin(), channels.end(), row.channel) != channels.end();
    }

    void route_new() {
        auto rows = unit_.unrouted(now_, kRoutedAtOnce);
        round_.more = rows.size() == kRoutedAtOnce;
        for (OutboxRow& row : rows) {
            if (!may_leave(row)) continue;
            row.channel = channel_for(row);
            unit_.settle(row, now_);
            ++round_.routed;
        }
    }

    /// The way out: here, and not where SMS are promised, so that no cause of one is overlooked.
    bool may_leave(OutboxRow& row) {
        if (!config_.routes.cover(row.sms.to)) {
            end(row, Delivery::failed, "no route sends to this number");
            return false;
        }
        if (round_.routed >= round_.day_left) {
            postpone(row);
            return false;
        }
        if (!too_many_to(row.sms.to)) return true;
        // An answer that comes hours later is of no use; what was promised is kept.
        if (row.sms.lane == Lane::answer)
            end(row, Delivery::failed, "too many SMS to this number");
        else
            postpone(row);
        return false;
    }

    bool too_many_to(const Msisdn& to) {
        const auto reached = [&](std::size_t most, std::chrono::hours window) {
            return most > 0 && unit_.sms_out(to, now_ - window) >= most;
        };
        return reached(config_.phones.sms_out_per_hour, std::chrono::hours(1)) ||
               reached(config_.phones.sms_out_per_day, std::chrono::hours(24));
    }

    void postpone(OutboxRow& row) {
        row.due = now_ + kLimitPause;
        unit_.settle(row, now_);
        ++round_.postponed;
    }

    /// The first channel of the number's route that is not down, else the first.
    const std::string& channel_for(const OutboxRow& row) const {
        const auto& channels = config_.routes.to(row.sms.to);
        const auto up =
            std::find_if(channels.begin(), channels.end(),
                         [&](const std::string& name) { return !round_.channels.at(name).down; });
        return up == channels.end() ? channels.front() : *up;
    }

    /// Whether any number that goes through it could go through another one now.
    bool has_stand_in(const std::string& name) const {
        const auto helps = [&](const std::vector<std::string>& channels) {
            return std::find(channels.begin(), channels.end(), name) != channels.end() &&
                   std::any_of(channels.begin(), channels.end(), [&](const std::string& other) {
                       return !round_.channels.at(other).down;
                   });
        };
        return helps(config_.routes.otherwise) ||
               std::any_of(config_.routes.routes.begin(), config_.routes.routes.end(),
                           [&](const Routes::Route& route) { return helps(route.channels); });
    }

    void move_from(const std::string& name) {
        auto rows = unit_.claim(name, Lane::reminder, now_, kMovedAtOnce);
        round_.more = round_.more || rows.size() == kMovedAtOnce;
        for (OutboxRow& row : rows) {
            row.channel = channel_for(row);
            if (row.channel == name)
                row.due = now_ + std::max(kNoStandInPause, round_.channels.at(name).pause);
            row.state = Delivery::queued;
            --row.attempts;  // there was none
            unit_.settle(row, now_);
        }
    }

    /// One by one from the channel that has the fewest under way: slow ones do not take every
    /// place.
    void claim() {
        auto channels = round_.channels;
        std::size_t ended = 0;
        while (round_.rows.size() < round_.free) {
            const auto least = std::ranges::min_element(channels, {}, [](const auto& entry) {
                return std::pair(entry.second.free == 0, entry.second.under_way);
            });
            if (least == channels.end() || least->second.free == 0) return;
            // Written before it is sent, so that a restart knows that it may have been.
            auto rows = unit_.claim(least->first, last_lane(), now_, 1);
            if (rows.empty()) {
                least->second.free = 0;
                continue;
            }
            OutboxRow& row = rows.front();
            // Rows that end here leave their place to others.
            if (ends_unsent(row)) {
                round_.more = ++ended == kEndedAtOnce || round_.more;
                if (ended == kEndedAtOnce) return;
                continue;
            }
            round_.rows.push_back(std::move(row));
            --least->second.free;
            ++least->second.under_way;
        }
    }

    Lane last_lane() const {
        const auto time = settings_.zone.time_of_day(now_);
        const bool waking = time >= settings_.waking_from && time < settings_.waking_to;
        return waking ? Lane::reminder : Lane::receipt;
    }

    bool ends_unsent(OutboxRow& row) {
        const bool old = !round_.clock_stepped &&
                         now_ - row.sms.not_before.value_or(row.created) > config_.outbox.age_max;
        if (!old && (row.sms.lane == Lane::answer || !opted_out(row.sms.to))) return false;
        --row.attempts;  // there was none
        if (old)
            end(row, Delivery::expired, row.reason.empty() ? "too old to be of use" : row.reason);
        else
            end(row, Delivery::failed, "the recipient wants no SMS but answers");
        return true;
    }

    void end(OutboxRow& row, Delivery state, std::string why) {
        row.state = state;
        row.reason = std::move(why);
        unit_.settle(row, now_);
        round_.ended.push_back(row);
    }

    bool opted_out(const Msisdn& phone) {
        const auto person = unit_.person(phone);
        return person && person->opted_out;
    }

    sessions::Unit& unit_;
    const Config& config_;
    const flows::Settings& settings_;
    const Time now_;
    Round& round_;
};

}  // namespace

void take_round(sessions::Unit& unit, const Config& config, const flows::Settings& settings,
                Time now, Round& round) {
    Taking(unit, config, settings, now, round).run();
}

}  // namespace jangkau::gateway
