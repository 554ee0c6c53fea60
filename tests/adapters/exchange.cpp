#include "tests/adapters/exchange.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "adapters/registry.hpp"
#include "gateway/core/calendar.hpp"
#include "gateway/core/form.hpp"
#include "menus/yaml.hpp"

namespace jangkau::tests {
namespace {

using namespace jangkau::adapters;

constexpr std::string_view kHead = "=== ";
constexpr std::string_view kSettings = "settings";
constexpr std::string_view kTheyAsk = "they ask";
constexpr std::string_view kWeShow = "we show";
constexpr std::string_view kWeEndWith = "we end with";
constexpr std::string_view kWeSend = "we send";
constexpr std::string_view kTheyAnswer = "they answer";
// What the runner writes.
constexpr std::string_view kItMeans = "it means";
constexpr std::string_view kWeAnswer = "we answer";
constexpr std::string_view kWeAsk = "we ask";

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

[[noreturn]] void fail(const std::string& why) { throw std::runtime_error(why); }

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    std::istringstream in{std::string(text)};
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

std::string without_trailing_lines(std::string text) {
    while (text.ends_with('\n')) text.pop_back();
    return text;
}

/// "{1000 x}" stands for a thousand "x".
std::string expanded(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto open = text.find('{');
        const auto close = open == text.npos ? text.npos : text.find('}', open);
        const auto blank = open == text.npos ? text.npos : text.find(' ', open);
        if (close == text.npos || blank == text.npos || blank > close || blank == open + 1 ||
            text.substr(open + 1, blank - open - 1).find_first_not_of("0123456789") != text.npos) {
            const auto upto = open == text.npos ? text.size() : open + 1;
            out += text.substr(0, upto);
            text.remove_prefix(upto);
            continue;
        }
        out += text.substr(0, open);
        const auto times = std::stoul(std::string(text.substr(open + 1, blank - open - 1)));
        for (unsigned long i = 0; i < times; ++i) out += text.substr(blank + 1, close - blank - 1);
        text.remove_prefix(close + 1);
    }
    return out;
}

/// The other way round, for runs that nobody would count.
std::string shortened(std::string_view text) {
    constexpr std::size_t kRunShown = 100;
    std::string out;
    while (!text.empty()) {
        const auto run = std::min(text.find_first_not_of(text.front()), text.size());
        out += run > kRunShown ? "{" + std::to_string(run) + " " + text.front() + "}"
                               : std::string(text.substr(0, run));
        text.remove_prefix(run);
    }
    return out;
}

/// A value on one line: as it stands, or quoted where that would hide something.
std::string shown(std::string_view value) {
    const bool plain = !value.empty() && value.front() != ' ' && value.back() != ' ' &&
                       value.find_first_of("\"\\\n") == value.npos;
    if (plain) return shortened(value);
    std::string out = "\"";
    for (const char c : value) {
        if (c == '\n') {
            out += "\\n";
        } else {
            if (c == '"' || c == '\\') out += '\\';
            out += c;
        }
    }
    return out + '"';
}

std::string unshown(std::string_view value) {
    if (value.size() < 2 || value.front() != '"' || value.back() != '"') return std::string(value);
    value = value.substr(1, value.size() - 2);
    std::string out;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] != '\\' || i + 1 == value.size()) {
            out += value[i];
        } else {
            ++i;
            out += value[i] == 'n' ? '\n' : value[i];
        }
    }
    return out;
}

/// "key   value" -> both.
std::pair<std::string, std::string> key_and_value(const std::string& line) {
    const auto begin = line.find_first_not_of(' ');
    if (begin == line.npos) fail("an empty line where \"key value\" is expected");
    const auto end = std::min(line.find(' ', begin), line.size());
    const auto value = line.find_first_not_of(' ', end);
    return {line.substr(begin, end - begin), value == line.npos ? "" : unshown(line.substr(value))};
}

std::string row(std::string_view key, std::string_view value) {
    std::string line = "    " + std::string(key);
    line.resize(std::max<std::size_t>(line.size() + 1, 12), ' ');
    return line + shown(value) + "\n";
}

struct Head {
    std::string first_line;
    Headers headers;
    std::string body;
};

/// First line, headers, an empty line, the body. In a form, a line that begins with "&" goes on
/// where the line before it ended.
Head read_head(const Part& part) {
    Head head;
    const auto lines = lines_of(part.body);
    if (lines.empty()) fail("nothing under \"" + part.title + "\"");
    head.first_line = lines[0];
    std::size_t at = 1;
    for (; at < lines.size() && !lines[at].empty(); ++at) {
        const auto colon = lines[at].find(": ");
        if (colon == lines[at].npos) fail("no header: " + lines[at]);
        head.headers.emplace_back(lines[at].substr(0, colon),
                                  expanded(lines[at].substr(colon + 2)));
    }
    for (std::size_t i = at + 1; i < lines.size(); ++i) {
        if (i > at + 1 && !lines[i].starts_with('&')) head.body += '\n';
        head.body += lines[i];
    }
    head.body = expanded(head.body);
    return head;
}

std::string write_head(std::string first_line, const Headers& headers, std::string_view body) {
    std::string out = std::move(first_line) + "\n";
    for (const auto& [name, value] : headers) out += name + ": " + value + "\n";
    const bool form = header(headers, "Content-Type") == "application/x-www-form-urlencoded";
    if (!body.empty()) out += '\n';
    for (const char c : body) out += form && c == '&' ? "\n&" : std::string(1, c);
    return out;
}

struct Asked {
    Endpoint endpoint;
    HttpRequest request;
};

Asked read_request(const Part& part) {
    const Head head = read_head(part);
    const auto blank = head.first_line.find(' ');
    if (blank == head.first_line.npos) fail("no request line: " + head.first_line);
    HttpRequest request;
    request.method = head.first_line.substr(0, blank);
    request.peer = "127.0.0.1";
    request.headers = head.headers;
    request.body = head.body;
    std::string path = head.first_line.substr(blank + 1);
    if (const auto mark = path.find('?'); mark != path.npos) {
        request.query = path.substr(mark + 1);
        path.erase(mark);
    }
    constexpr std::pair<std::string_view, Endpoint> kPaths[] = {
        {"/ussd", Endpoint::ussd}, {"/sms", Endpoint::sms}, {"/dlr", Endpoint::report}};
    for (const auto& [name, endpoint] : kPaths) {
        if (!path.starts_with(name)) continue;
        request.path = path;
        request.target = percent_decode(path.substr(name.size()), false);
        return {endpoint, std::move(request)};
    }
    fail("a path begins with /ussd, /sms or /dlr: " + path);
}

std::string_view name_of(ReportState state) {
    switch (state) {
        case ReportState::sent: return "sent";
        case ReportState::delivered: return "delivered";
        case ReportState::failed: return "failed";
        case ReportState::expired: return "expired";
    }
    return "?";
}

std::string_view name_of(SendFault fault) {
    switch (fault) {
        case SendFault::misconfigured: return "misconfigured";
        case SendFault::unreachable: return "unreachable";
        case SendFault::throttled: return "throttled";
        case SendFault::unroutable: return "unroutable";
        case SendFault::rejected: return "rejected";
        case SendFault::opted_out: return "opted_out";
        case SendFault::garbled: return "garbled";
    }
    return "?";
}

std::string meaning(const Inbound& inbound) {
    const auto yes_no = [](bool yes) { return yes ? "yes" : "no"; };
    return std::visit(
        Overloaded{
            [&](const UssdTurn& turn) {
                return "turn\n" + row("session", turn.session) + row("from", turn.from.e164()) +
                       row("code", turn.code) + row("text", turn.text) +
                       row("holds", turn.cumulative ? "everything typed" : "the last input") +
                       row("first", yes_no(turn.first)) + row("key", turn.turn_key);
            },
            [](const UssdEnded& ended) {
                return "ended\n" + row("session", ended.session) + row("status", ended.status);
            },
            [](const SmsIn& sms) {
                return "sms\n" + row("id", sms.id) + row("from", sms.from.e164()) +
                       row("to", sms.to) + row("text", sms.text) +
                       row("sent", sms.sent ? iso(*sms.sent) : "unknown") +
                       (sms.part ? row("part", std::to_string(sms.part->number) + " of " +
                                                   std::to_string(sms.part->total) + ", " +
                                                   sms.part->ref)
                                 : "");
            },
            [](const DeliveryReport& report) {
                return "report\n" + row("id", report.id) +
                       (report.key.empty() ? "" : row("key", report.key)) +
                       row("state", name_of(report.state)) + row("reason", report.reason);
            },
            [](const OptOut& out) { return "opt-out\n" + row("from", out.from.e164()); },
            [](const Ignored& ignored) { return "ignored\n" + row("why", ignored.why); },
        },
        inbound);
}

std::string meaning(const Result<Accepted, SendError>& sent) {
    if (sent) {
        return "accepted\n" + row("id", sent->id) +
               row("delivered", sent->delivered ? "yes" : "no");
    }
    const SendError error = sent.error();
    return "not accepted\n" + row("fault", name_of(error.fault)) +
           row("again", worth_retrying(error.fault) ? "yes" : "no") +
           (error.retry_after ? row("after", std::to_string(error.retry_after->count()) + " s")
                              : "") +
           row("detail", error.detail);
}

std::string written(const HttpResponse& response) {
    return write_head(std::to_string(response.status), response.headers, response.body);
}

SmsOut read_sms(const Part& part) {
    SmsOut sms{.key = "", .to = Msisdn::from_digits("6281200000000"), .text = ""};
    for (const auto& line : lines_of(part.body)) {
        const auto [key, value] = key_and_value(line);
        if (key == "key") {
            sms.key = value;
        } else if (key == "text") {
            sms.text = value;
        } else if (key == "to") {
            const auto to = Msisdn::parse(value, NumberPlan{});
            if (!to) fail("no phone number: " + value);
            sms.to = *to;
        } else {
            fail("an SMS has no \"" + key + "\"");
        }
    }
    return sms;
}

/// "now 2026-11-23T01:00:00Z": when the requests arrive.
Time now_from(std::string_view lines) {
    Time now{};
    for (const auto& line : lines_of(lines)) {
        if (!line.starts_with("now ")) continue;
        const auto time = parse_iso_time(key_and_value(line).second);
        if (!time) fail("no time: " + line);
        now = *time;
    }
    return now;
}

/// What one recorded file becomes, part by part.
class Player {
public:
    Player(std::string_view adapter_name, std::string_view settings)
        : entry_(find(adapter_name)), settings_(settings) {
        if (entry_ == nullptr) fail("no such adapter: " + std::string(adapter_name));
        now_ = now_from(settings_);
    }

    Exchange play(const Exchange& recorded) {
        out_.preamble = recorded.preamble;
        for (const Part& part : recorded.parts) {
            if (part.title == kItMeans || part.title == kWeAnswer || part.title == kWeAsk) continue;
            const bool shows = part.title == kWeShow || part.title == kWeEndWith;
            if (!shows) settle_answer();
            out_.parts.push_back(part);
            if (part.title == kSettings) {
                set(part);
            } else if (part.title == kTheyAsk) {
                asked(part);
            } else if (shows) {
                answer_ = adapter().encode({expanded(part.body), part.title == kWeEndWith}, asked_);
                settle_answer();
            } else if (part.title == kWeSend) {
                sms_ = read_sms(part);
                const HttpRequest request = adapter().compose(sms_);
                expect(kWeAsk, write_head(request.method + " " + request.target, request.headers,
                                          request.body));
            } else if (part.title == kTheyAnswer) {
                answered(part);
            } else {
                fail("no such part: " + part.title);
            }
        }
        settle_answer();
        return std::move(out_);
    }

private:
    void set(const Part& part) {
        settings_ += "\n" + part.body;
        now_ = now_from(settings_);
        adapter_.reset();
        auto made = entry_->make(settings_from(settings_), plan_);
        if (made) {
            adapter_ = *std::move(made);
        } else {
            std::string means = "bad setting\n";
            for (const Problem& problem : made.error().in_description)
                means += row("line " + std::to_string(problem.line),
                             (problem.path.empty() ? "" : problem.path + ": ") + problem.what);
            if (made.error().in_description.empty())
                means += row(made.error().key, made.error().why);
            expect(kItMeans, means);
        }
    }

    const Adapter& adapter() {
        if (adapter_) return *adapter_;
        auto made = entry_->make(settings_from(settings_), plan_);
        if (!made) fail(made.error().key + " " + made.error().why);
        adapter_ = *std::move(made);
        return *adapter_;
    }

    void asked(const Part& part) {
        const Asked asked = read_request(part);
        asked_ = asked.request;
        if (const auto why = adapter().forged(asked.request, now_)) {
            expect(kItMeans, "forged\n" + row("why", *why));
            return;
        }
        const auto inbound = adapter().decode(asked.endpoint, asked.request);
        if (!inbound) {
            const BadRequest why = inbound.error();
            expect(kItMeans, "bad request\n" + row(why.field, why.why));
            answer_ = adapter().refuse(why, asked.request);
            return;
        }
        std::string means;
        for (const auto& one : *inbound) means += meaning(one);
        expect(kItMeans, means);
        const bool screen_due =
            inbound->size() == 1 && std::holds_alternative<UssdTurn>(inbound->front());
        if (!screen_due) answer_ = adapter().acknowledge();
    }

    void answered(const Part& part) {
        const Head head = read_head(part);
        HttpResponse response;
        response.status = std::stoi(head.first_line);
        response.headers = head.headers;
        response.body = head.body;
        expect(kItMeans, meaning(adapter().interpret(sms_, response)));
    }

    void settle_answer() {
        if (answer_) expect(kWeAnswer, written(*answer_));
        answer_.reset();
    }

    void expect(std::string_view title, std::string body) {
        out_.parts.push_back({std::string(title), "", without_trailing_lines(std::move(body))});
    }

    const Entry* entry_;
    std::string settings_;
    NumberPlan plan_;
    std::unique_ptr<Adapter> adapter_;
    std::optional<HttpResponse> answer_;
    HttpRequest asked_;  ///< the last that they asked
    SmsOut sms_{.key = "", .to = Msisdn::from_digits("6281200000000"), .text = ""};
    Time now_{};
    Exchange out_;
};

}  // namespace

Exchange parse_exchange(std::string_view text) {
    Exchange exchange;
    std::string* body = &exchange.preamble;
    for (const auto& line : lines_of(text)) {
        if (!line.starts_with(kHead)) {
            *body += line + "\n";
            continue;
        }
        const auto colon = line.find(": ");
        exchange.parts.push_back(
            {line.substr(kHead.size(), colon == line.npos ? colon : colon - kHead.size()),
             colon == line.npos ? "" : line.substr(colon + 2), ""});
        body = &exchange.parts.back().body;
    }
    exchange.preamble = without_trailing_lines(std::move(exchange.preamble));
    for (auto& part : exchange.parts) part.body = without_trailing_lines(std::move(part.body));
    return exchange;
}

std::string print(const Exchange& exchange) {
    std::string out = exchange.preamble + "\n";
    for (const auto& part : exchange.parts) {
        if (part.title == kTheyAsk || part.title == kWeSend || part.title == kSettings) out += "\n";
        out += std::string(kHead) + part.title;
        if (!part.remark.empty()) out += ": " + part.remark;
        out += "\n";
        if (!part.body.empty()) out += part.body + "\n";
    }
    return out;
}

Exchange play(const Exchange& recorded, std::string_view adapter_name, std::string_view settings) {
    return Player(adapter_name, settings).play(recorded);
}

std::filesystem::path folder_of(std::string_view adapter_name) {
    return std::filesystem::path(JANGKAU_SOURCE_DIR) / "tests" / "adapters" / adapter_name;
}

std::vector<std::filesystem::path> recordings(std::string_view adapter_name) {
    std::vector<std::filesystem::path> files;
    const auto folder = folder_of(adapter_name);
    if (!std::filesystem::is_directory(folder)) return files;
    for (const auto& file : std::filesystem::directory_iterator(folder)) {
        const auto& path = file.path();
        if (path.extension() == ".txt" && path.stem() != "settings") files.push_back(path);
    }
    std::ranges::sort(files);
    return files;
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return "";
    return {std::istreambuf_iterator<char>(in), {}};
}

namespace {

/// A file in `config/`, as a channel names it.
void describe(Settings& settings, const std::string& name) {
    settings.description_file = std::string(JANGKAU_SOURCE_DIR) + "/config/" + name;
    Problems problems;
    auto tree = menus::parse_yaml(read_file(settings.description_file), settings.description_file,
                                  problems);
    if (!tree) fail(problems.empty() ? "no YAML" : written(problems.front()));
    settings.description = std::make_shared<const Yaml>(std::move(*tree));
}

}  // namespace

Settings settings_from(std::string_view lines) {
    Settings settings;
    for (const auto& line : lines_of(lines)) {
        if (line.empty() || line.starts_with('#')) continue;
        const auto [key, value] = key_and_value(line);
        if (key == "channel") {
            settings.channel = value;
        } else if (key == "api_base") {
            settings.api_base = value;
        } else if (key == "public_url") {
            settings.public_url = value;
        } else if (key == "username") {
            settings.username = value;
        } else if (key == "password") {
            settings.password = Secret(value);
        } else if (key == "api_key") {
            settings.api_key = Secret(value);
        } else if (key == "auth_token") {
            settings.auth_token = Secret(value);
        } else if (key == "secret") {
            settings.secret = Secret(value);
        } else if (key == "sender") {
            settings.sender = value;
        } else if (key == "description") {
            describe(settings, value);
        } else if (key == "now") {
            // When the requests arrive; no setting of a channel.
        } else {
            settings.more[key] = value;
        }
    }
    return settings;
}

Endpoint endpoint_of(const Part& they_ask) { return read_request(they_ask).endpoint; }

std::unique_ptr<Adapter> recorded_adapter(std::string_view adapter_name) {
    static const NumberPlan plan;
    const Entry* entry = find(adapter_name);
    if (entry == nullptr) fail("no such adapter: " + std::string(adapter_name));
    auto made =
        entry->make(settings_from(read_file(folder_of(adapter_name) / "settings.txt")), plan);
    if (!made) fail(made.error().key + " " + made.error().why);
    return *std::move(made);
}

}  // namespace jangkau::tests
