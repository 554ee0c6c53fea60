#include "adapters/declared_decoding.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "adapters/decode.hpp"
#include "gateway/core/text.hpp"

namespace jangkau::adapters::declared {
namespace {

using Kind = Incoming::Kind;

/// What comes, read by its description.
class Reading {
public:
    Reading(const Incoming& described, const Message& message, const NumberPlan& plan)
        : described_(described), message_(message), fields_(message), plan_(plan) {}

    Result<Inbound, BadRequest> inbound() {
        for (const auto& needed : described_.needs) (void)fields_.name(needed);
        const bool ussd = described_.kind == Kind::turn || described_.kind == Kind::ended;
        if (fields_.wrong() && ussd) return *fields_.wrong();
        if (fields_.wrong()) return fields_.let_go();
        switch (described_.kind) {
            case Kind::turn: return turn();
            case Kind::ended: return ended();
            case Kind::sms: return sms();
            case Kind::report: return report();
            case Kind::opt_out: {
                auto from = phone();
                if (fields_.wrong()) return fields_.let_go();
                return Inbound{OptOut{*std::move(from)}};
            }
            case Kind::ignored: break;
        }
        return Inbound{Ignored{words_of(described_.why)}};
    }

private:
    /// Where a provider has no session id, its place is that of the number.
    std::string session() {
        const Place& place = described_.session;
        if (described_.from.given() && place.in(message_) == described_.from.in(message_)) {
            const auto from = phone();
            return from ? from->digits() : "";
        }
        return name(place);
    }

    std::string words_of(const Template& words) const {
        const Lookup value = [&](const std::string& place) {
            return std::string(message_.get(place_name(place)).value_or(""));
        };
        return provider_words(words.render(value, Escape::none));
    }

    std::string_view value_at(const Place& place) const {
        return place.given() ? message_.get(place.in(message_)).value_or("") : std::string_view{};
    }
    bool absent(const Place& place) const {
        return !place.given() || (place.optional && value_at(place).empty());
    }
    std::string name(const Place& place) {
        return absent(place) ? "" : fields_.name(place.in(message_));
    }
    std::string typed(const Place& place) {
        return absent(place) ? "" : fields_.typed(place.in(message_));
    }
    std::string sms_text(const Place& place) {
        return absent(place) ? "" : fields_.sms_text(place.in(message_));
    }
    std::optional<Msisdn> phone() { return fields_.phone(described_.from.in(message_), plan_); }

    Result<Inbound, BadRequest> turn() {
        std::string session_id = session();
        auto from = phone();
        std::string code = name(described_.code);
        std::string text = typed(described_.text);
        std::string key;
        if (const Place& number = described_.number; !absent(number)) {
            const bool is_text =
                described_.text.given() && number.in(message_) == described_.text.in(message_);
            key = session_id + '|' + (is_text ? text : name(number));
        }
        if (fields_.wrong()) return *fields_.wrong();
        return Inbound{UssdTurn{.session = std::move(session_id),
                                .from = *std::move(from),
                                .code = std::move(code),
                                .text = std::move(text),
                                .cumulative = described_.cumulative,
                                .first = described_.begins(message_),
                                .turn_key = std::move(key)}};
    }

    Result<Inbound, BadRequest> ended() {
        UssdEnded ended{.session = session(), .status = name(described_.status)};
        if (fields_.wrong()) return *fields_.wrong();
        return Inbound{std::move(ended)};
    }

    Result<Inbound, BadRequest> sms() {
        std::string id = name(described_.id);
        auto from = phone();
        std::string to = name(described_.to);
        std::string text = sms_text(described_.text);
        std::optional<SmsIn::Part> part;
        if (described_.part_ref.given() && message_.get(described_.part_ref.in(message_))) {
            part = SmsIn::Part{.ref = name(described_.part_ref),
                               .number = fields_.number(described_.part_number.in(message_)),
                               .total = fields_.number(described_.part_total.in(message_))};
        }
        if (fields_.wrong()) return fields_.let_go();
        return Inbound{SmsIn{.id = std::move(id),
                             .from = *std::move(from),
                             .to = std::move(to),
                             .text = std::move(text),
                             .sent = provider_time(value_at(described_.sent)),
                             .part = std::move(part)}};
    }

    Result<Inbound, BadRequest> report() {
        DeliveryReport report{.id = name(described_.id)};
        const std::string status = name(described_.status);
        report.key = name(described_.key);
        if (fields_.wrong()) return fields_.let_go();
        const auto rule = std::ranges::find_if(
            described_.states, [&](const auto& one) { return one.when.fits(message_); });
        if (rule == described_.states.end())
            return Inbound{Ignored{"unknown status: " + provider_words(status)}};
        report.state = rule->state;
        if (report.state == ReportState::failed || report.state == ReportState::expired) {
            report.reason = provider_words(value_at(described_.reason));
            if (report.reason.empty()) report.reason = status;
        }
        return Inbound{std::move(report)};
    }

    const Incoming& described_;
    const Message& message_;
    PlacedFields fields_;
    const NumberPlan& plan_;
};

bool allows(const Incoming& incoming, const HttpRequest& request) {
    return incoming.methods.empty() ||
           std::ranges::find(incoming.methods, request.method) != incoming.methods.end();
}

BadRequest wrong_method(const Incoming& incoming) {
    std::string all;
    for (const auto& method : incoming.methods) all += (all.empty() ? "" : " or ") + method;
    return {.field = "method", .why = "must be " + all};
}

/// Finds out which entries a request is of. Those that have `each` share their list: what fits one
/// of them is decided for each item.
class Decoding {
public:
    Decoding(const Description& description, const NumberPlan& plan, Endpoint endpoint,
             const HttpRequest& request)
        : description_(description), plan_(plan), endpoint_(endpoint), request_(request) {}

    Result<std::vector<Inbound>, BadRequest> inbound() {
        for (const Incoming& incoming : description_.requests) {
            if (!incoming.at(endpoint_, request_.target)) continue;
            known_path_ = true;
            if (!allows(incoming, request_)) {
                if (!wrong_) wrong_ = wrong_method(incoming);
                continue;
            }
            if (was_read(incoming)) continue;
            const auto messages = read(request_, incoming.format, incoming.each);
            if (!messages) {
                // What another list has must not be taken while this one is left out.
                if (messages.error().why == kTooManyItems) return messages.error();
                if (!wrong_) wrong_ = messages.error();
            } else if (!incoming.each.empty()) {
                add_list(incoming, *messages);
            } else if (!incoming.when.fits(messages->front())) {
                if (!misfit_) misfit_ = incoming.when.misfit(messages->front());
            } else if (!item_fitted_) {
                return only(Reading(incoming, messages->front(), plan_).inbound());
            }
        }
        return otherwise();
    }

private:
    static Result<std::vector<Inbound>, BadRequest> only(Result<Inbound, BadRequest> inbound) {
        if (!inbound) return inbound.error();
        return std::vector<Inbound>{*std::move(inbound)};
    }

    static bool same_list(const Incoming& one, const Incoming& other) {
        return one.format == other.format && one.each == other.each;
    }
    bool was_read(const Incoming& incoming) const {
        return !incoming.each.empty() && std::ranges::any_of(lists_, [&](const Incoming* list) {
            return same_list(*list, incoming);
        });
    }

    void add_list(const Incoming& list, const std::vector<Message>& messages) {
        lists_.push_back(&list);
        for (std::size_t i = 0; i < messages.size(); ++i) {
            const std::string item = list.each + "." + std::to_string(i) + ": ";
            const auto entry =
                std::ranges::find_if(description_.requests, [&](const Incoming& one) {
                    return one.at(endpoint_, request_.target) && allows(one, request_) &&
                           same_list(one, list) && one.when.fits(messages[i]);
                });
            if (entry == description_.requests.end()) {
                listed_.emplace_back(Ignored{item + "not described"});
                continue;
            }
            item_fitted_ = true;
            // One that is wrong must not bring all the others back for ever.
            auto inbound = Reading(*entry, messages[i], plan_).inbound();
            if (!inbound)
                listed_.emplace_back(
                    Ignored{item + inbound.error().field + " " + inbound.error().why});
            else if (auto* ignored = std::get_if<Ignored>(&*inbound))
                listed_.emplace_back(Ignored{item + ignored->why});
            else
                listed_.push_back(*std::move(inbound));
        }
        if (messages.empty()) listed_.emplace_back(Ignored{"nothing in " + list.each});
    }

    Result<std::vector<Inbound>, BadRequest> otherwise() {
        if (!listed_.empty()) return std::move(listed_);
        if (!known_path_) return no_such_path();
        if (!misfit_) return *wrong_;
        // Whoever dialled waits for a screen; anything else would only come again.
        if (endpoint_ == Endpoint::ussd) return *misfit_;
        return std::vector<Inbound>{Ignored{misfit_->field + ' ' + misfit_->why}};
    }

    const Description& description_;
    const NumberPlan& plan_;
    const Endpoint endpoint_;
    const HttpRequest& request_;

    bool known_path_ = false;
    std::optional<BadRequest> wrong_;
    std::optional<BadRequest> misfit_;
    std::vector<const Incoming*> lists_;  ///< one entry of each list that was read
    std::vector<Inbound> listed_;
    bool item_fitted_ = false;
};

}  // namespace

Result<std::vector<Inbound>, BadRequest> decoded(const Description& description,
                                                 const NumberPlan& plan, Endpoint endpoint,
                                                 const HttpRequest& request) {
    return Decoding(description, plan, endpoint, request).inbound();
}

Result<Inbound, BadRequest> decoded(const Incoming& described, const Message& message,
                                    const NumberPlan& plan) {
    return Reading(described, message, plan).inbound();
}

}  // namespace jangkau::adapters::declared
