#include "gateway/outbox_round.hpp"

#include <algorithm>
#include <deque>
#include <iterator>
#include <map>
#include <optional>
#include <tuple>

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
        leave();
    }

private:
    /// What may leave through one channel. Rows that were routed just now have none yet, here and
    /// in the store: most are claimed in the same round, with one write.
    struct Line {
        std::vector<OutboxRow> fresh;
        std::deque<OutboxRow> next;  ///< in the order in which they leave
        bool is_whole = false;       ///< no other waits in the store
    };

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
        auto rows = unit_.due("", Lane::reminder, now_, kRoutedAtOnce);
        round_.more = rows.size() == kRoutedAtOnce;
        for (OutboxRow& row : rows) {
            if (!may_leave(row)) continue;
            lines_[channel_for(row)].fresh.push_back(std::move(row));
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
        const std::size_t per_hour = config_.phones.sms_out_per_hour;
        const std::size_t per_day = config_.phones.sms_out_per_day;
        if (per_hour == 0 && per_day == 0) return false;
        const std::size_t today = sms_out(to, now_ - std::chrono::hours(24));
        if (per_day > 0 && today >= per_day) return true;
        // Nearly always the day had less than an hour may have.
        return per_hour > 0 && today >= per_hour &&
               sms_out(to, now_ - std::chrono::hours(1)) >= per_hour;
    }

    /// Those that were given a channel in this round, too.
    std::size_t sms_out(const Msisdn& to, Time since) {
        std::size_t count = unit_.sms_out(to, since);
        for (const auto& [name, line] : lines_)
            count += static_cast<std::size_t>(std::ranges::count_if(
                line.fresh,
                [&](const OutboxRow& row) { return row.sms.to == to && row.due >= since; }));
        return count;
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
        auto rows = unit_.due(name, Lane::reminder, now_, kMovedAtOnce);
        round_.more = round_.more || rows.size() == kMovedAtOnce;
        for (OutboxRow& row : rows) {
            row.channel = channel_for(row);
            if (row.channel == name)
                row.due = now_ + std::max(kNoStandInPause, round_.channels.at(name).pause);
            unit_.settle(row, now_);
        }
    }

    /// One by one from the channel that has the fewest under way: slow ones do not take every
    /// place.
    void claim() {
        auto channels = round_.channels;
        std::size_t ended = 0;
        while (round_.rows.size() < round_.free && ended < kEndedAtOnce) {
            const auto least = std::ranges::min_element(channels, {}, [](const auto& entry) {
                return std::pair(entry.second.free == 0, entry.second.under_way);
            });
            if (least == channels.end() || least->second.free == 0) return;
            auto row =
                next(least->first, std::min(least->second.free, round_.free - round_.rows.size()));
            if (!row) {
                least->second.free = 0;
                continue;
            }
            // Rows that end here leave their place to others.
            if (ends_unsent(*row)) {
                ++ended;
                continue;
            }
            // Written before it is sent, so that a restart knows that it may have been.
            unit_.claim(*row, now_);
            round_.rows.push_back(*std::move(row));
            --least->second.free;
            ++least->second.under_way;
        }
        round_.more = round_.more || ended == kEndedAtOnce;
    }

    /// The first that waits for that channel. Of those in the store `room` are read at a time.
    std::optional<OutboxRow> next(const std::string& channel, std::size_t room) {
        Line& line = lines_[channel];
        if (line.next.empty() && !line.is_whole) fill(channel, line, room);
        if (line.next.empty()) return std::nullopt;
        OutboxRow row = std::move(line.next.front());
        line.next.pop_front();
        row.channel = channel;
        return row;
    }

    void fill(const std::string& channel, Line& line, std::size_t room) {
        auto rows = unit_.due(channel, last_lane(), now_, room);
        line.is_whole = rows.size() < room;
        const auto leaving = std::stable_partition(
            line.fresh.begin(), line.fresh.end(),
            [this](const OutboxRow& row) { return row.sms.lane > last_lane(); });
        std::move(leaving, line.fresh.end(), std::back_inserter(rows));
        line.fresh.erase(leaving, line.fresh.end());
        std::ranges::sort(rows, {}, [](const OutboxRow& row) {
            return std::tuple(row.sms.lane, row.due, row.id);
        });
        for (OutboxRow& row : rows) {
            // Before those behind `room` there may be others in the store.
            if (line.is_whole || line.next.size() < room)
                line.next.push_back(std::move(row));
            else if (row.channel.empty())
                line.fresh.push_back(std::move(row));
        }
    }

    /// What was routed and not claimed waits for its channel in the store.
    void leave() {
        for (auto& [channel, line] : lines_) {
            std::move(line.next.begin(), line.next.end(), std::back_inserter(line.fresh));
            for (OutboxRow& row : line.fresh) {
                if (!row.channel.empty()) continue;
                row.channel = channel;
                unit_.settle(row, now_);
            }
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
    std::map<std::string, Line> lines_;
};

}  // namespace

void take_round(sessions::Unit& unit, const Config& config, const flows::Settings& settings,
                Time now, Round& round) {
    Taking(unit, config, settings, now, round).run();
}

}  // namespace jangkau::gateway
