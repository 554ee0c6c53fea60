#include "gateway/inbox.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <memory>
#include <utility>
#include <vector>

#include "gateway/core/fault.hpp"
#include "gateway/core/form.hpp"

namespace jangkau::gateway {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kRowsMax = 100;
constexpr auto kWaitMax = 20s;
constexpr auto kPause = 50ms;
constexpr auto kStoreAnswerMax = 10s;

long long number_of(const Form& form, std::string_view name, long long fallback) {
    const auto text = form.get(name);
    long long value = fallback;
    if (text) std::from_chars(text->data(), text->data() + text->size(), value);
    return value;
}

Pending refused(int status, std::string_view why, const Respond& respond) {
    respond(plain_text(status, std::string(why)));
    return {};
}

}  // namespace

Inbox::Inbox(sessions::Store& store, std::set<std::string, std::less<>> channels,
             const NumberPlan& plan, After after)
    : store_(store), channels_(std::move(channels)), plan_(plan), after_(std::move(after)) {}

Pending Inbox::handle(const HttpRequest& request, const Respond& respond) {
    const auto query = Form::parse(request.query);
    if (!query) return refused(400, "the query has too many fields\n", respond);
    const auto to = query->get("to").value_or("");
    if (request.method != "GET") return refused(405, "ask the inbox with GET\n", respond);
    if (!to.empty() && !Msisdn::parse(to, plan_))
        return refused(400, "to is not a phone number\n", respond);
    const auto wait = std::clamp<std::chrono::milliseconds>(
        std::chrono::milliseconds(number_of(*query, "wait", 0)), 0ms, kWaitMax);
    ask(std::string(to), number_of(*query, "after", 0), std::chrono::steady_clock::now() + wait,
        respond);
    return {wait + kStoreAnswerMax, always(plain_text(503, "the store does not answer\n"))};
}

void Inbox::ask(const std::string& to, std::int64_t since, Until until, const Respond& respond) {
    const auto rows = std::make_shared<std::vector<sessions::OutboxRow>>();
    const auto job = [this, to, since, rows](sessions::Unit& unit) {
        *rows = {};
        if (const auto wanted = Msisdn::parse(to, plan_)) {
            *rows = unit.sms_to(*wanted, since, kRowsMax);
        } else {
            for (const std::string& channel : channels_) {
                auto some = unit.sms_through(channel, since, kRowsMax);
                rows->insert(rows->end(), some.begin(), some.end());
            }
        }
        std::erase_if(*rows, [&](const sessions::OutboxRow& row) {
            return row.state != sessions::Delivery::delivered || !channels_.contains(row.channel);
        });
    };
    const auto done = [this, to, since, until, rows, respond](const std::exception_ptr& fault) {
        if (fault) return respond(plain_text(503, what(fault) + "\n"));
        if (rows->empty() && std::chrono::steady_clock::now() < until)
            return after_(kPause, [=, this] { ask(to, since, until, respond); });
        boost::json::array messages;
        for (const sessions::OutboxRow& row : *rows)
            messages.push_back({{"id", row.id},
                                {"to", row.sms.to.e164()},
                                {"text", row.sms.text},
                                {"text_id", row.sms.text_id},
                                {"ticket", row.sms.ticket}});
        HttpResponse response{
            200,
            {{"Content-Type", "application/json"}},
            boost::json::serialize(boost::json::object{{"messages", messages}}) + "\n"};
        respond(std::move(response));
    };
    try {
        store_.submit(job, done);
    } catch (const sessions::StoreBusy& busy) {
        respond(plain_text(503, std::string(busy.what()) + "\n"));
    }
}

}  // namespace jangkau::gateway
