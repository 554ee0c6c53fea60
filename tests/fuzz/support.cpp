#include "tests/fuzz/support.hpp"

#include <stdexcept>
#include <vector>

#include "gateway/core/form.hpp"
#include "gateway/core/text.hpp"
#include "tests/adapters/exchange.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace jangkau::fuzz {
namespace {

std::vector<Provider> made() {
    std::vector<Provider> all;
    for (const auto& entry : adapters::registry()) {
        auto settings =
            tests::settings_from(tests::read_file(tests::folder_of(entry.name) / "settings.txt"));
        all.push_back({entry.name, settings, tests::recorded_adapter(entry.name),
                       entry.make_aggregator(settings)});
    }
    return all;
}

}  // namespace

const Provider& provider(std::string_view name) {
    static const std::vector<Provider> all = made();
    for (const Provider& one : all)
        if (one.name == name) return one;
    return all[name.empty() ? 0 : static_cast<unsigned char>(name.front()) % all.size()];
}

Written written_message(std::string_view text) {
    Choices lines(text);
    Written message;
    message.first = lines.line();
    while (lines.any()) {
        const std::string_view line = lines.line();
        if (line.empty()) break;
        const auto colon = std::min(line.find(": "), line.size());
        message.headers.emplace_back(line.substr(0, colon),
                                     line.substr(std::min(line.size(), colon + 2)));
    }
    message.body = lines.rest();
    return message;
}

HttpRequest arrived(const Written& message) {
    const auto blank = std::min(message.first.find(' '), message.first.size());
    std::string path = message.first.substr(std::min(message.first.size(), blank + 1));
    HttpRequest request;
    request.method = message.first.substr(0, blank);
    if (const auto mark = path.find('?'); mark != path.npos) {
        request.query = path.substr(mark + 1);
        path.erase(mark);
    }
    const auto below = std::min(path.find('/', 1), path.size());
    request.path = path;
    request.target = percent_decode(path.substr(below), false);
    request.headers = message.headers;
    request.body = message.body;
    request.peer = "127.0.0.1";
    return request;
}

adapters::Endpoint endpoint_of(const HttpRequest& request) {
    if (request.path.starts_with("/sms")) return adapters::Endpoint::sms;
    if (request.path.starts_with("/dlr")) return adapters::Endpoint::report;
    return adapters::Endpoint::ussd;
}

std::string meaning(const std::vector<adapters::Inbound>& inbound) {
    using namespace adapters;
    std::string all;
    for (const Inbound& one : inbound) {
        const auto part = [&all](const std::string& text) { all += text + '\x1f'; };
        part(std::to_string(one.index()));
        if (const auto* turn = std::get_if<UssdTurn>(&one)) {
            for (const auto& text :
                 {turn->session, turn->from.digits(), turn->code, turn->text,
                  std::to_string(turn->cumulative), std::to_string(turn->first), turn->turn_key})
                part(text);
        } else if (const auto* sms = std::get_if<SmsIn>(&one)) {
            for (const auto& text : {sms->id, sms->from.digits(), sms->to, sms->text}) part(text);
        } else if (const auto* report = std::get_if<DeliveryReport>(&one)) {
            for (const auto& text : {report->id, report->key, report->reason,
                                     std::to_string(static_cast<int>(report->state))})
                part(text);
        } else if (const auto* ended = std::get_if<UssdEnded>(&one)) {
            part(ended->session);
        } else if (const auto* out = std::get_if<OptOut>(&one)) {
            part(out->from.digits());
        }
    }
    return all;
}

}  // namespace jangkau::fuzz
