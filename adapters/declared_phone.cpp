#include "adapters/declared_phone.hpp"

#include <algorithm>
#include <utility>

#include "adapters/declared_proof.hpp"
#include "gateway/core/text.hpp"

namespace jangkau::adapters::declared {
namespace {

using Kind = Incoming::Kind;

constexpr std::string_view kHeader = "header:";
constexpr std::string_view kCredentials[] = {"username", "password", "api_key", "auth_token"};
/// For what the provider says and we do not read.
constexpr const char* kAnything = "x";

/// What a later hop has at the place that marks the first one.
std::string other_than(const std::vector<Pattern>& firsts, const Match& when,
                       const std::string& place) {
    for (const auto& [at, patterns] : when.all)
        for (const Pattern& pattern : patterns)
            if (at == place && pattern && std::ranges::find(firsts, pattern) == firsts.end())
                return *pattern;
    const Pattern first = firsts.empty() ? Pattern{} : firsts.front();
    if (first == "true") return "false";
    if (first == "yes") return "no";
    if (first == "1") return "0";
    return first ? "later" : kAnything;
}

class Values {
public:
    void add(const Place& place, const std::string& text, bool bare = false) {
        if (place.given()) add(place.names.front(), text, bare);
    }
    /// The first counts.
    void add(const std::string& place, const std::string& text, bool bare = false) {
        const auto there = [&](const Value& value) { return value.place == place; };
        if (std::ranges::none_of(all, there)) all.push_back({place, text, bare});
    }

    std::vector<Value> all;
};

class DeclaredPhone final : public Aggregator {
public:
    DeclaredPhone(const Settings& settings, Description description)
        : settings_(settings), description_(std::move(description)) {}

    HttpRequest hop(const Hop& hop) const override {
        const bool first = hop.inputs.empty();
        const Incoming* entry = turn_entry(first);
        if (entry == nullptr) return {};
        std::string text = first || entry->cumulative ? "" : hop.inputs.back();
        if (entry->cumulative)
            for (const auto& input : hop.inputs)
                text += (&input == &hop.inputs.front() ? "" : "*") + input;
        Values values;
        values.add(entry->from, hop.from);
        values.add(entry->session, hop.session);
        if (!(first && entry->text.given() && entry->code.given() &&
              entry->text.names.front() == entry->code.names.front()))
            values.add(entry->text, text);
        values.add(entry->code, hop.code);
        values.add(entry->number, std::to_string(hop.inputs.size() + 1), true);
        if (first) entry->first.add_to(values.all);
        for (const auto& [place, patterns] : entry->first.all)
            values.add(place, other_than(patterns, entry->when, place), true);
        return request(*entry, std::move(values));
    }

    Result<PhoneScreen, BadAnswer> screen(const HttpResponse& response) const override {
        const Answer& reply = description_.reply;
        if (response.status != reply.status) {
            return BadAnswer{"The status is " + std::to_string(response.status) + " instead of " +
                             std::to_string(reply.status) + "."};
        }
        for (const bool end : {false, true}) {
            const Template& body = end ? description_.last : reply.body;
            const auto captures =
                body.match(response.body, escape_in(reply.format), {{"end", end}});
            const bool headers = std::ranges::all_of(reply.headers, [&](const auto& one) {
                return one.second
                    .match(std::string(header(response.headers, one.first)), Escape::header,
                           {{"end", end}})
                    .has_value();
            });
            if (!captures || !headers) continue;
            const auto text = captures->find("text");
            return PhoneScreen{text == captures->end() ? "" : text->second, end};
        }
        return BadAnswer{"The answer fits neither \"continue\" nor \"end\" of the description."};
    }

    HttpRequest hang_up(const Hop& hop, const std::string&) const override {
        const Incoming* entry = description_.first_of(Kind::ended);
        if (entry == nullptr) return {};
        Values values;
        values.add(entry->from, hop.from);
        values.add(entry->session, hop.session);
        entry->when.add_to(values.all);
        values.add(entry->status, "ended");
        return request(*entry, std::move(values));
    }

    HttpRequest sms(const PhoneSms& sms) const override {
        const Incoming* entry = description_.first_of(Kind::sms);
        if (entry == nullptr) return {};
        Values values;
        values.add(entry->id, sms.id);
        values.add(entry->from, sms.from);
        values.add(entry->to, sms.to);
        values.add(entry->text, sms.text);
        return request(*entry, std::move(values));
    }

    void sign(HttpRequest& request, const std::string&, Time) const override {
        for (const auto& [place, expected] : description_.check) {
            const std::string value = proof(expected, request, settings_);
            if (place.starts_with(kHeader))
                request.headers.emplace_back(place.substr(kHeader.size()), value);
        }
    }

    bool numbers_hops() const override {
        const Incoming* turn = description_.first_of(Kind::turn);
        return turn != nullptr && turn->number.given();
    }

    Result<TakenSms, BadAnswer> take(const HttpRequest& request) const override {
        if (!description_.send) return Aggregator::take(request);
        const Sending& send = *description_.send;
        if (request.method != send.method)
            return BadAnswer{"The method is no " + send.method + "."};
        Captures found;
        const auto matched = [&](const Template& expected, const std::string& text, Escape escape) {
            auto captures = expected.match(text, escape, {});
            if (captures) found.merge(*captures);
            return captures.has_value();
        };
        if (!matched(send.url, request.target, Escape::url))
            return BadAnswer{"The URL is not as described."};
        for (const auto& [name, expected] : send.headers)
            if (!matched(expected, std::string(header(request.headers, name)), Escape::header))
                return BadAnswer{"The header " + name + " is not as described."};
        if (!matched(send.body, request.body, escape_in(send.format)))
            return BadAnswer{"The body is not as described."};
        for (const auto name : kCredentials) {
            const auto given = found.find(std::string(name));
            if (given != found.end() && given->second.empty())
                return BadAnswer{"There is no " + given->first + "."};
        }
        return taken(found);
    }

    HttpResponse accept(const TakenSms& sms, const std::string& id) const override {
        if (!description_.send) return {};
        const auto& rules = description_.send->outcomes;
        const auto accepts = [](const Outcome& rule) {
            return rule.kind == Outcome::Kind::accepted || rule.kind == Outcome::Kind::delivered;
        };
        auto rule = std::ranges::find_if(
            rules, [&](const Outcome& one) { return accepts(one) && one.id.given(); });
        if (rule == rules.end()) rule = std::ranges::find_if(rules, accepts);
        Values values;
        values.add(rule->id, id.empty() ? sms.key : id);
        rule->when.add_to(values.all);
        return built_answer(description_.send->answer_format, values.all);
    }

    Callback report(const TakenSms& sms, const std::string& id, ReportState state) const override {
        const Incoming* entry = description_.first_of(Kind::report);
        if (entry == nullptr) return {};
        const auto rule = std::ranges::find(entry->states, state, &Incoming::StateRule::state);
        if (rule == entry->states.end()) return {};
        Values values;
        values.add(entry->id, id);
        values.add(entry->key, sms.key);
        rule->when.add_to(values.all);
        HttpRequest asked = request(*entry, std::move(values));
        const bool joins =
            asked.target.starts_with('?') && sms.report_url.find('?') != std::string::npos;
        if (joins) asked.target.front() = '&';
        asked.target.insert(0, sms.report_url);
        const bool here =
            std::ranges::find(entry->endpoints, Endpoint::report) != entry->endpoints.end();
        return {here ? Endpoint::report : entry->endpoints.front(), std::move(asked)};
    }

private:
    const Incoming* turn_entry(bool first) const {
        const Incoming* any = nullptr;
        for (const Incoming& entry : description_.requests) {
            if (entry.kind != Kind::turn) continue;
            const bool begins = entry.always_first || !entry.first.all.empty();
            if (first ? begins : !entry.always_first) return &entry;
            any = &entry;
        }
        return any;
    }

    HttpRequest request(const Incoming& entry, Values values) const {
        entry.when.add_to(values.all);
        values.add(entry.status, kAnything);
        for (const auto& needed : entry.needs) values.add(needed, kAnything);
        for (std::size_t i = 0; i < entry.path.size(); ++i)
            if (entry.path[i] != "*") values.add("path:" + std::to_string(i + 1), entry.path[i]);
        for (const auto& [place, expected] : description_.check)
            if (!place.starts_with(kHeader)) values.add(place, proof(expected, {}, settings_));
        const bool query = entry.format == Format::query;
        const std::string method =
            entry.methods.empty() ? (query ? "GET" : "POST") : entry.methods.front();
        return built(entry.format, method, values.all, entry.each);
    }

    static Result<TakenSms, BadAnswer> taken(const Captures& found) {
        const auto value = [&](const std::string& name) {
            const auto at = found.find(name);
            return at == found.end() ? std::string() : at->second;
        };
        TakenSms sms{.key = value("key"),
                     .to = value("to_plus"),
                     .text = value("text"),
                     .sender = value("sender"),
                     .report_url = value("report_url")};
        if (sms.to.empty() && !value("to").empty()) sms.to = "+" + value("to");
        if (sms.text.empty()) sms.text = from_hex_ucs2(value("text_hex_ucs2"));
        if (sms.to.empty()) return BadAnswer{"There is no recipient."};
        return sms;
    }

    const Settings settings_;
    const Description description_;
};

}  // namespace

std::unique_ptr<Aggregator> make_declared_phone(const Settings& settings, Description description) {
    return std::make_unique<DeclaredPhone>(settings, std::move(description));
}

}  // namespace jangkau::adapters::declared
