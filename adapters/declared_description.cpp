#include "adapters/declared_description.hpp"

#include <algorithm>

#include "adapters/declared_proof.hpp"
#include "adapters/declared_reader.hpp"

namespace jangkau::adapters::declared {
namespace {

const Words<Incoming::Kind> kKinds{
    {"turn", Incoming::Kind::turn},       {"ended", Incoming::Kind::ended},
    {"sms", Incoming::Kind::sms},         {"report", Incoming::Kind::report},
    {"opt_out", Incoming::Kind::opt_out}, {"ignored", Incoming::Kind::ignored}};
const Words<Format> kRequestFormats{{"form", Format::form},
                                    {"query", Format::query},
                                    {"form_or_query", Format::form_or_query},
                                    {"json", Format::json},
                                    {"xml", Format::xml}};
const Words<Format> kAnswerFormats{
    {"plain", Format::plain}, {"json", Format::json}, {"xml", Format::xml}, {"form", Format::form}};
const Words<ReportState> kStates{{"sent", ReportState::sent},
                                 {"delivered", ReportState::delivered},
                                 {"failed", ReportState::failed},
                                 {"expired", ReportState::expired}};
const Words<SendFault> kFaults{{"misconfigured", SendFault::misconfigured},
                               {"unreachable", SendFault::unreachable},
                               {"throttled", SendFault::throttled},
                               {"rejected", SendFault::rejected},
                               {"unroutable", SendFault::unroutable},
                               {"opted_out", SendFault::opted_out},
                               {"in_doubt", SendFault::garbled}};
const Words<Endpoint> kEndpoints{
    {"/ussd", Endpoint::ussd}, {"/sms", Endpoint::sms}, {"/dlr", Endpoint::report}};

const std::vector<std::string> kSettings{"username",   "password", "api_key",
                                         "auth_token", "sender",   "api_base"};
const std::vector<std::string> kSendNames{
    "api_base",      "to",       "to_plus",  "text",    "unicode",    "key",       "sender",
    "text_hex_ucs2", "username", "password", "api_key", "auth_token", "report_url"};
const std::vector<std::string> kCheckNames{"username",
                                           "password",
                                           "api_key",
                                           "auth_token",
                                           "basic",
                                           "hmac_md5_hex",
                                           "hmac_sha1_hex",
                                           "hmac_sha256_hex",
                                           "hmac_sha512_hex",
                                           "hmac_md5_base64",
                                           "hmac_sha1_base64",
                                           "hmac_sha256_base64",
                                           "hmac_sha512_base64"};
const std::vector<std::string> kReplyNames{"text", "session", "from", "code", "end"};

/// Reads a description; every mistake is told with its line.
class Reader : PartReader {
public:
    using PartReader::PartReader;

    Description read(const Yaml& tree) {
        YamlFields top(tree, file_, "", problems_);
        Description out;
        (void)top.text("name");  // for the reader
        out.needs = words(top, "needs", kSettings);
        if (const Yaml* node = top.mapping("check")) {
            out.check = templates(*node, "check", {kCheckNames, {}});
            for (const auto& entry : node->entries)
                (void)one_place(entry.line, "check/" + entry.key, entry.key);
        }
        if (const Yaml* list = top.sequence("requests"))
            for (std::size_t i = 0; i < list->items.size(); ++i)
                out.requests.push_back(
                    incoming(list->items[i], "requests/" + std::to_string(i + 1)));
        if (const Yaml* node = top.mapping("reply")) reply(*node, out);
        out.acknowledge = answer(top, "acknowledge", 200, "OK", {});
        out.refuse = answer(top, "refuse", 400, "{field} {why}", {{"field", "why"}, {}});
        if (const Yaml* node = top.mapping("send")) out.send = sending(*node);
        top.finish();
        prove(top, out);
        return out;
    }

private:
    // --- what comes ---

    Incoming incoming(const Yaml& node, const std::string& path) {
        using Kind = Incoming::Kind;
        YamlFields own(node, file_, path, problems_);
        Incoming out;
        const auto said = problems_.size();
        (void)own.required("is");
        if (problems_.size() == said) out.kind = word(own, "is", kKinds, Kind::ignored);
        // Which keys belong here is not known either.
        if (problems_.size() > said) return out;
        paths(own, out);
        out.methods = words(own, "method", {"GET", "POST", "PUT"});
        out.format = word(own, "format", kRequestFormats, Format::form);
        out.each = own.text_or("each", "");
        if (!out.each.empty() &&
            !of_the_body(one_place(line_of(own, "each"), own.path("each"), out.each)))
            own.complain(line_of(own, "each"), "each", "must be a list in the body");
        if (!out.each.empty() && out.format != Format::json && out.format != Format::xml)
            own.complain(line_of(own, "each"), "each", "needs the format json or xml");
        if (!out.each.empty() && out.kind == Kind::turn)
            own.complain(line_of(own, "each"), "each",
                         "is not for a turn: each has its own answer");
        out.when = match(own, "when");
        for (const auto& name : own.texts("needs"))
            out.needs.push_back(one_place(line_of(own, "needs"), own.path("needs"), name));
        switch (out.kind) {
            case Kind::turn: turn(own, out); break;
            case Kind::ended:
                out.session = place(own, "session", true);
                out.from = place(own, "from");
                out.status = place(own, "status");
                break;
            case Kind::sms: sms(own, out); break;
            case Kind::report: report(own, out); break;
            case Kind::opt_out: out.from = place(own, "from", true); break;
            case Kind::ignored: out.why = text(own, "why", "nothing for us", {{}, ""}); break;
        }
        own.finish();
        return out;
    }

    void paths(YamlFields& own, Incoming& out) {
        const auto all = own.texts("at");
        if (all.empty()) own.complain(own.line(), "at", "is missing; write /ussd, /sms or /dlr");
        for (const std::string& at : all) {
            const auto slash = std::min(at.find('/', 1), at.size());
            const auto* known = std::data(kEndpoints);
            const auto* end = known + kEndpoints.size();
            known = std::find_if(known, end,
                                 [&](const auto& one) { return one.first == at.substr(0, slash); });
            if (known == end) {
                own.complain(line_of(own, "at"), "at",
                             "'" + at + "' must begin with /ussd, /sms or /dlr");
                continue;
            }
            out.endpoints.push_back(known->second);
            std::vector<std::string> path;
            for (std::size_t begin = slash; begin < at.size();) {
                const auto next = std::min(at.find('/', begin + 1), at.size());
                path.push_back(at.substr(begin + 1, next - begin - 1));
                begin = next;
            }
            if (out.endpoints.size() > 1 && path != out.path)
                own.complain(line_of(own, "at"), "at",
                             "what follows must be the same for all; make two entries");
            out.path = std::move(path);
        }
    }

    void turn(YamlFields& own, Incoming& out) {
        if (std::ranges::any_of(out.endpoints, [](auto one) { return one != Endpoint::ussd; }))
            own.complain(line_of(own, "at"), "at",
                         "must be below /ussd: nobody waits for a screen at another");
        out.session = place(own, "session", true);
        out.from = place(own, "from", true);
        out.code = place(own, "code");
        out.text = place(own, "text");
        out.number = place(own, "numbered_by");
        const Words<bool> inputs{{"last", false}, {"everything", true}};
        out.cumulative = word(own, "input", inputs, false);
        const Yaml* first = own.take("first");
        if (first == nullptr) return;
        if (first->is_mapping())
            out.first = match(*first, own.path("first"));
        else if (first->scalar == "yes" || first->scalar == "true")
            out.always_first = true;
        else if (first->scalar != "no" && first->scalar != "false")
            own.complain(first->line, "first", "must be a match or yes");
    }

    void sms(YamlFields& own, Incoming& out) {
        out.id = place(own, "id");
        out.from = place(own, "from", true);
        out.to = place(own, "to");
        out.text = place(own, "text", true);
        out.sent = place(own, "sent");
        if (const Yaml* node = own.mapping("part")) {
            YamlFields part(*node, file_, own.path("part"), problems_);
            out.part_ref = place(part, "ref", true);
            out.part_number = place(part, "number", true);
            out.part_total = place(part, "total", true);
            part.finish();
        }
    }

    void report(YamlFields& own, Incoming& out) {
        out.id = place(own, "id");
        out.key = place(own, "key");
        if (!out.id.given() && !out.key.given())
            own.complain(own.line(), "id", "is missing, and so is key: say where one stands");
        out.status = place(own, "status", true);
        out.reason = place(own, "reason");
        const Yaml* list = own.sequence("states");
        if (list == nullptr) {
            own.complain(own.line(), "states",
                         "is missing; list what each status means: "
                         "- {when: {status: Sent}, is: sent}");
            return;
        }
        for (std::size_t i = 0; i < list->items.size(); ++i) {
            YamlFields rule(list->items[i], file_, own.path("states/" + std::to_string(i + 1)),
                            problems_);
            (void)rule.required("is");
            const ReportState state = word(rule, "is", kStates, ReportState::sent);
            out.states.push_back({match(rule, "when"), state});
            rule.finish();
        }
    }

    // --- what we say ---

    void common(YamlFields& own, Answer& out, const Vocabulary& known) {
        out.status = static_cast<int>(own.number("status", out.status, 200, 599));
        out.format = word(own, "format", kAnswerFormats, Format::plain);
        if (const Yaml* node = own.mapping("headers"))
            out.headers = templates(*node, own.path("headers"), known);
    }

    void reply(const Yaml& node, Description& out) {
        const Vocabulary known{kReplyNames, "request."};
        YamlFields own(node, file_, "reply", problems_);
        common(own, out.reply, known);
        (void)own.required("continue");
        (void)own.required("end");
        out.reply.body = text(own, "continue", "", known);
        out.last = text(own, "end", "", known);
        if (!out.reply.body.empty() && !out.reply.body.has("text"))
            own.complain(line_of(own, "continue"), "continue", "shows no {text}");
        own.finish();
    }

    Answer answer(YamlFields& top, std::string_view key, int status, const std::string& body,
                  const Vocabulary& known) {
        Answer out{.status = status};
        const Yaml empty;
        const Yaml* node = top.mapping(key);
        YamlFields own(node != nullptr ? *node : empty, file_, std::string(key), problems_);
        common(own, out, known);
        out.body = text(own, "body", body, known);
        own.finish();
        return out;
    }

    Sending sending(const Yaml& node) {
        const Vocabulary known{kSendNames, {}};
        YamlFields own(node, file_, "send", problems_);
        Sending out;
        const auto method = words(own, "method", {"POST", "GET", "PUT"});
        if (!method.empty()) out.method = method.front();
        out.api_base = own.text_or("api_base", "");
        (void)own.required("url");
        out.url = text(own, "url", "", known);
        out.format = word(own, "format", kAnswerFormats, Format::form);
        if (const Yaml* headers = own.mapping("headers"))
            out.headers = templates(*headers, "send/headers", known);
        out.body = text(own, "body", "", known);
        if (!any_error(problems_))
            for (const auto* needed : {"to", "text"})
                if (!names(out, needed))
                    own.complain(own.line(), "body",
                                 "neither the url nor the body has {" + std::string(needed) + "}");
        if (const Yaml* read = own.mapping("answer")) {
            YamlFields answered(*read, file_, "send/answer", problems_);
            out.answer_format = word(answered, "format", kAnswerFormats, Format::json);
            if (const Yaml* list = answered.sequence("rules"))
                for (std::size_t i = 0; i < list->items.size(); ++i)
                    out.outcomes.push_back(
                        outcome(list->items[i], "send/answer/rules/" + std::to_string(i + 1)));
            answered.finish();
        }
        if (std::ranges::none_of(out.outcomes, accepts))
            own.complain(
                own.line(), "answer",
                "has no rule for an SMS that was taken; write what the answer then says: " +
                    accepted_like(out.answer_format));
        own.finish();
        return out;
    }

    static std::string accepted_like(Format format) {
        switch (format) {
            case Format::plain: return "- {when: {word:1: OK}, is: accepted, id: word:2}";
            case Format::xml:
                return "- {when: {answer/status: sent}, is: accepted, id: answer/@id}";
            default: return "- {when: {status: sent}, is: accepted, id: messageId}";
        }
    }

    static bool names(const Sending& send, std::string_view needed) {
        const std::string other = needed == "to" ? "to_plus" : std::string(needed) + "_hex_ucs2";
        return send.url.has(needed) || send.body.has(needed) || send.url.has(other) ||
               send.body.has(other);
    }
    static bool accepts(const Outcome& rule) {
        return rule.kind == Outcome::Kind::accepted || rule.kind == Outcome::Kind::delivered;
    }

    Outcome outcome(const Yaml& node, const std::string& path) {
        YamlFields own(node, file_, path, problems_);
        Outcome out;
        out.when = match(own, "when");
        const std::string is = own.required("is");
        out.id = place(own, "id");
        out.detail = text(own, "detail", "", {{}, ""});
        if (is == "accepted") {
            out.kind = Outcome::Kind::accepted;
        } else if (is == "delivered") {
            out.kind = Outcome::Kind::delivered;
        } else if (is == "by_status") {
            out.kind = Outcome::Kind::by_status;
        } else {
            out.kind = Outcome::Kind::refused;
            auto known = names_of(kFaults);
            const auto at = std::ranges::find(known, is);
            if (at != known.end()) {
                out.fault = kFaults[static_cast<std::size_t>(at - known.begin())].second;
            } else if (!is.empty()) {
                known.insert(known.begin(), {"accepted", "delivered", "by_status"});
                own.complain(line_of(own, "is"), "is", not_among(is, known));
            }
        }
        if (accepts(out) && out.when.all.empty())
            own.complain(own.line(), "when",
                         "is missing; an answer is taken for acceptance only for what it says");
        else if (accepts(out) && asks_for_status_alone(out.when))
            own.complain(line_of(own, "when"), "when",
                         "takes the HTTP status alone for acceptance, and a proxy's page has one "
                         "too; ask for a field of the answer, or for http:body: \"\" where it has "
                         "none");
        own.finish();
        return out;
    }

    static bool asks_for_status_alone(const Match& when) {
        return std::ranges::all_of(when.all,
                                   [](const Condition& one) { return one.place == "http:status"; });
    }

    // --- the whole ---

    void prove(YamlFields& top, const Description& out) {
        const bool turns = out.first_of(Incoming::Kind::turn) != nullptr;
        if (std::ranges::any_of(out.check,
                                [](const auto& one) { return signs_the_body(one.second); }))
            prove_signed(top, out);
        const Yaml* answered = top.take("reply");
        if (turns && answered == nullptr)
            top.complain(top.line(), "reply", "is missing: a turn is answered with a screen");
        if (turns && answered != nullptr && !any_error(problems_) && look_alike(out))
            top.complain(answered->line, "reply",
                         "continue and end look alike; the provider could not tell whether the "
                         "dialogue goes on");
        if (out.requests.empty() && !out.send)
            top.complain(top.line(), "requests", "is missing, and so is send");
    }

    /// Whoever has seen one signed request could send its body again with other values around it.
    void prove_signed(YamlFields& top, const Description& out) {
        for (const Incoming& one : out.requests)
            if (one.format == Format::query || one.format == Format::form_or_query)
                top.complain(line_of(top, "check"), "check",
                             "an hmac is made over the body, and a request of the format query "
                             "has none: anybody could repeat it");
        for (const auto& [line, path, place] : places_)
            if (is_decoded(path) && !of_the_body(place))
                complain(line, path,
                         "'" + place +
                             "' stands outside the body, and the hmac of check signs only the "
                             "body; take a field of the body, or check something else");
    }

    /// "requests/1/session", "requests/1/first/path:2"; `when` of a request only compares.
    static bool is_decoded(std::string_view path) {
        constexpr std::string_view kRequests = "requests/";
        if (!path.starts_with(kRequests)) return false;
        path.remove_prefix(std::min(path.find('/', kRequests.size()) + 1, path.size()));
        return !path.starts_with("when/") && path != "needs";
    }

    static bool look_alike(const Description& out) {
        const auto said = [&](bool end) {
            const Lookup value = [end](const std::string& name) -> std::string {
                return name == "text" ? "x" : name == "end" && end ? "yes" : "";
            };
            std::string all = (end ? out.last : out.reply.body).render(value, Escape::none);
            for (const auto& [name, text] : out.reply.headers)
                all += "\n" + name + ": " + text.render(value, Escape::none);
            return all;
        };
        return said(false) == said(true);
    }
};

}  // namespace

const Incoming* Description::first_of(Incoming::Kind kind) const {
    const auto at = std::ranges::find(requests, kind, &Incoming::kind);
    return at == requests.end() ? nullptr : &*at;
}

std::optional<Description> described(const Yaml& tree, const std::string& file,
                                     Problems& problems) {
    Description description = Reader(file, problems).read(tree);
    if (any_error(problems)) return std::nullopt;
    return description;
}

std::string setting(const Settings& settings, const std::string& name) {
    if (name == "username") return settings.username;
    if (name == "password") return settings.password.reveal();
    if (name == "api_key") return settings.api_key.reveal();
    if (name == "auth_token") return settings.auth_token.reveal();
    if (name == "sender") return settings.sender;
    if (name == "api_base") return settings.api_base;
    return "";
}

}  // namespace jangkau::adapters::declared
