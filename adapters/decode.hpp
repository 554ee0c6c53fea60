#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "adapters/adapter.hpp"
#include "gateway/core/form.hpp"

/// What the adapters share in reading requests and answers.
namespace jangkau::adapters {

/// What a person can have typed in one dialogue or SMS; far above what a phone sends.
inline constexpr std::size_t kTypedCharactersMax = 1000;
/// Ids, codes and numbers.
inline constexpr std::size_t kNameCharactersMax = 200;

inline constexpr std::string_view kFormType = "application/x-www-form-urlencoded";

[[nodiscard]] HttpRequest form_post(std::string target, const Form& form);

/// The body of a POST.
[[nodiscard]] Result<Form, BadRequest> posted_form(const HttpRequest& request);
/// The provider has nothing of that kind, or the path goes on as we do not know it.
[[nodiscard]] BadRequest no_such_path();
/// The fields of a request that may come as GET or as a POSTed form.
[[nodiscard]] Result<Form, BadRequest> query_or_form(const HttpRequest& request);
/// The fields of the query.
[[nodiscard]] Result<Form, BadRequest> queried_form(const HttpRequest& request);

/// Reads what a form must have, and remembers the first field that is wrong: read all, then ask
/// once.
///
/// Ownership: borrows the form.
class Fields {
public:
    explicit Fields(const Form& form) : form_(form) {}

    /// An id, code or status: there, not empty, cleaned.
    [[nodiscard]] std::string name(std::string_view field);
    /// A person's words: there, perhaps empty, cleaned.
    [[nodiscard]] std::string typed(std::string_view field);
    /// The same of an SMS, which cannot be asked for again: cut where it is too long.
    [[nodiscard]] std::string sms_text(std::string_view field);
    /// A count of up to six digits.
    [[nodiscard]] unsigned number(std::string_view field);
    /// A phone number; nothing if it is wrong. Where a sender forgot to encode "+" it has become a
    /// blank; that is accepted.
    [[nodiscard]] std::optional<Msisdn> phone(std::string_view field, const NumberPlan& plan);
    /// The same from a provider that writes the country code always and "+" never: "821012345678"
    /// is a Korean number, and none of a home country whose mobile numbers begin with 8.
    [[nodiscard]] std::optional<Msisdn> international_phone(std::string_view field,
                                                            const NumberPlan& plan);

    [[nodiscard]] const std::optional<BadRequest>& wrong() const { return wrong_; }
    /// What to say of a wrong SMS, report or opt-out, which a refused provider repeats for hours.
    /// Where a field is missing or empty, something is not set up as it must be, and a repeat may
    /// go well. What is there and cannot be read (the sender is a name) never will be: let it go.
    [[nodiscard]] Result<Inbound, BadRequest> let_go() const;

private:
    void refuse(std::string_view field, std::string why);
    void refuse_shape(std::string_view field, std::string why);
    [[nodiscard]] std::optional<Msisdn> parsed(std::string_view field, std::string_view raw,
                                               const NumberPlan& plan);
    [[nodiscard]] std::optional<std::string_view> not_empty(std::string_view field);
    [[nodiscard]] std::string cleaned(std::string_view raw, std::string_view field,
                                      std::size_t characters_max);

    const Form& form_;
    std::optional<BadRequest> wrong_;
    std::optional<BadRequest> wrong_shape_;  ///< missing or empty
};

/// "2025-03-01T04:05:06Z", "2025-03-01 04:05:06" (then UTC), with or without fraction and offset
/// ("+07:00", "+0700"); nothing for any other form.
[[nodiscard]] std::optional<Time> provider_time(std::string_view text);

/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, section 5.6.7; the one form that is still sent).
[[nodiscard]] std::optional<Time> http_date(std::string_view text);

/// Where the provider's API is: `api_base` without its last slash, or `fallback`.
[[nodiscard]] std::string api_base(const Settings& settings, std::string_view fallback);
/// What is wrong with a setting that must be a URL.
[[nodiscard]] std::optional<BadSetting> bad_url(std::string key, std::string_view url);
/// "/sms/CHANNEL" or "/sms/CHANNEL/SECRET", percent-encoded.
[[nodiscard]] std::string callback_path(const Settings& settings, Endpoint endpoint);
/// Where the provider reaches us for that endpoint of this channel; "" without `public_url`.
[[nodiscard]] std::string callback_url(const Settings& settings, Endpoint endpoint);
/// The same for reports, with our key in its query, where a provider gives back nothing of ours.
[[nodiscard]] std::string report_url_with_key(const Settings& settings, std::string_view key);
/// One of the adapter's own keys, or "".
[[nodiscard]] std::string own_setting(const Settings& settings, const std::string& key);

/// What is wrong with a setting that goes into a header as it is.
[[nodiscard]] std::optional<BadSetting> bad_key(std::string name, std::string_view key);

/// "phoneNumber is missing", with status 400.
[[nodiscard]] HttpResponse refusal(const BadRequest& why);

/// Whether a secret proves anything. A much shorter one stands where a secret will be, as "none"
/// does in the ready channels, and everybody knows it.
[[nodiscard]] bool proves(std::string_view secret);

/// What a status says by itself about a message, with `Retry-After` where it is said; nothing for
/// 2xx.
[[nodiscard]] std::optional<SendError> http_fault(const HttpResponse& response);
/// For Accepted::id: the provider's, cleaned and cut.
[[nodiscard]] std::string provider_id(std::string_view id);
/// For SendError::detail: one short line, long numbers masked.
[[nodiscard]] std::string provider_words(std::string_view text);

}  // namespace jangkau::adapters
