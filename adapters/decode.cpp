#include "adapters/decode.hpp"

#include <algorithm>
#include <utility>

#include "gateway/core/calendar.hpp"
#include "gateway/core/text.hpp"

namespace jangkau::adapters {
namespace {

constexpr std::size_t kCountDigitsMax = 6;
constexpr std::size_t kWordsBytesMax = 120;
/// Shorter runs are codes and amounts, longer ones may be somebody's number.
constexpr std::ptrdiff_t kDigitsShownMax = 5;
constexpr std::size_t kProofCharactersMin = 16;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t characters(std::string_view utf8) {
    return static_cast<std::size_t>(std::ranges::count_if(
        utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// The first `characters_max` characters.
std::string beginning(std::string utf8, std::size_t characters_max) {
    std::size_t seen = 0;
    for (std::size_t at = 0; at < utf8.size(); ++at) {
        const bool begins = (static_cast<unsigned char>(utf8[at]) & 0xC0U) != 0x80U;
        if (begins && ++seen > characters_max) return utf8.substr(0, at);
    }
    return utf8;
}

/// "6281..." as "+6281..."; "081..." stays.
std::string with_plus(std::string_view number) {
    const bool bare = number.front() >= '1' && number.front() <= '9';
    return (bare ? "+" : "") + std::string(number);
}

BadRequest bad(std::string_view field, std::string why) {
    return {.field = std::string(field), .why = std::move(why)};
}

std::optional<std::chrono::minutes> offset_from_utc(std::string_view text) {
    if (text.empty() || text == "Z") return std::chrono::minutes{0};
    // A raw "+" in a form has become a blank.
    const bool west = text.front() == '-';
    if (!west && text.front() != '+' && text.front() != ' ') return std::nullopt;
    std::string digits(text.substr(1));
    if (digits.size() == 5 && digits[2] == ':') digits.erase(2, 1);
    if (digits.size() != 4 || !std::ranges::all_of(digits, is_digit)) return std::nullopt;
    const auto two = [&](std::size_t at) {
        return (digits[at] - '0') * 10 + (digits[at + 1] - '0');
    };
    if (two(0) > 14 || two(2) > 59) return std::nullopt;
    const std::chrono::minutes offset{two(0) * 60 + two(2)};
    return west ? -offset : offset;
}

Result<Form, BadRequest> parsed_form(std::string_view encoded, std::string_view where) {
    auto form = Form::parse(encoded);
    if (form) return *std::move(form);
    switch (form.error().kind) {
        case BadForm::Kind::too_many_fields: return bad(where, "has too many fields");
        case BadForm::Kind::too_long: break;
    }
    return bad(where, "is too long");
}

/// Seconds, or a date that is measured against the answer's own, since clocks differ.
std::optional<std::chrono::seconds> retry_after(const HttpResponse& response) {
    const std::string_view written = header(response.headers, "Retry-After");
    if (!written.empty() && written.size() <= kCountDigitsMax &&
        std::ranges::all_of(written, is_digit))
        return std::chrono::seconds(std::stol(std::string(written)));
    const auto until = http_date(written);
    const auto now = http_date(header(response.headers, "Date"));
    if (!until || !now || *until < *now) return std::nullopt;
    return *until - *now;
}

/// Numbers are written with blanks, dots, hyphens and brackets too; a line end ends one.
std::string with_numbers_masked(std::string words) {
    constexpr std::string_view kDigits = "0123456789";
    constexpr std::string_view kBetween = "0123456789 .-()[]";
    std::size_t begin = words.find_first_of(kDigits);
    while (begin != words.npos) {
        const std::size_t end = std::min(words.find_first_not_of(kBetween, begin), words.size());
        const auto first = words.begin() + static_cast<std::ptrdiff_t>(begin);
        const auto last = words.begin() + static_cast<std::ptrdiff_t>(end);
        if (std::count_if(first, last, is_digit) > kDigitsShownMax)
            std::replace_if(first, last, is_digit, '*');
        begin = words.find_first_of(kDigits, end);
    }
    return words;
}

SendFault fault_of(int status) {
    // Only a refusal is known not to have been sent. 500, 502 and 504 may come from a machine that
    // had already passed the message on.
    switch (status) {
        case 425:
        case 429: return SendFault::throttled;
        case 503: return SendFault::unreachable;
        case 408: return SendFault::garbled;
        // Of the account or the address; the next SMS would fare no better.
        case 401:
        case 402:
        case 403:
        case 404:
        case 405:
        case 407:
        case 410:
        case 415:
        case 421:
        case 426:
        case 451: return SendFault::misconfigured;
        default: break;
    }
    // We follow no redirect: `api_base` is wrong.
    if (status >= 300 && status < 400) return SendFault::misconfigured;
    return status >= 400 && status < 500 ? SendFault::rejected : SendFault::garbled;
}

}  // namespace

HttpRequest form_post(std::string target, const Form& form) {
    HttpRequest request;
    request.method = "POST";
    request.target = std::move(target);
    request.headers.emplace_back("Content-Type", kFormType);
    request.body = form.encode();
    return request;
}

Result<Form, BadRequest> posted_form(const HttpRequest& request) {
    if (request.method != "POST") return bad("method", "must be POST");
    return parsed_form(request.body, "body");
}

Result<Form, BadRequest> queried_form(const HttpRequest& request) {
    if (request.method != "GET") return bad("method", "must be GET");
    return parsed_form(request.query, "query");
}

Result<Form, BadRequest> query_or_form(const HttpRequest& request) {
    if (request.method == "GET") return queried_form(request);
    if (request.method == "POST") return posted_form(request);
    return bad("method", "must be GET or POST");
}

BadRequest no_such_path() { return bad("path", "is none of this provider's"); }

void Fields::refuse(std::string_view field, std::string why) {
    if (!wrong_) wrong_ = bad(field, std::move(why));
}

void Fields::refuse_shape(std::string_view field, std::string why) {
    if (!wrong_shape_) wrong_shape_ = bad(field, why);
    refuse(field, std::move(why));
}

Result<Inbound, BadRequest> Fields::let_go() const {
    if (wrong_shape_) return *wrong_shape_;
    return Inbound{Ignored{wrong_ ? wrong_->field + " " + wrong_->why : ""}};
}

std::optional<std::string_view> Fields::not_empty(std::string_view field) {
    const auto raw = form_.get(field);
    if (!raw) {
        refuse_shape(field, "is missing");
        return std::nullopt;
    }
    if (!trim(*raw).empty()) return raw;
    refuse_shape(field, "is empty");
    return std::nullopt;
}

std::string Fields::cleaned(std::string_view raw, std::string_view field,
                            std::size_t characters_max) {
    std::string clean = clean_utf8(raw);
    if (characters(clean) > characters_max) {
        refuse(field, "is longer than " + std::to_string(characters_max) + " characters");
    }
    return clean;
}

std::string Fields::name(std::string_view field) {
    const auto raw = not_empty(field);
    return raw ? cleaned(trim(*raw), field, kNameCharactersMax) : "";
}

std::string Fields::typed(std::string_view field) {
    const auto raw = form_.get(field);
    if (!raw) refuse_shape(field, "is missing");
    return raw ? cleaned(*raw, field, kTypedCharactersMax) : "";
}

std::string Fields::sms_text(std::string_view field) {
    const auto raw = form_.get(field);
    if (!raw) refuse_shape(field, "is missing");
    return raw ? beginning(clean_utf8(*raw), kTypedCharactersMax) : "";
}

unsigned Fields::number(std::string_view field) {
    const std::string digits = name(field);
    if (digits.empty()) return 0;
    if (digits.size() > kCountDigitsMax || !std::ranges::all_of(digits, is_digit)) {
        refuse(field, "is no number");
        return 0;
    }
    return static_cast<unsigned>(std::stoul(digits));
}

std::optional<Msisdn> Fields::phone(std::string_view field, const NumberPlan& plan) {
    const auto raw = not_empty(field);
    if (!raw) return std::nullopt;
    const std::string_view bare = trim(*raw);
    return parsed(field, raw->front() == ' ' ? with_plus(bare) : std::string(bare), plan);
}

std::optional<Msisdn> Fields::international_phone(std::string_view field, const NumberPlan& plan) {
    const auto raw = not_empty(field);
    return raw ? parsed(field, with_plus(trim(*raw)), plan) : std::nullopt;
}

std::optional<Msisdn> Fields::parsed(std::string_view field, std::string_view raw,
                                     const NumberPlan& plan) {
    auto number = Msisdn::parse(raw, plan);
    if (number) return *std::move(number);
    refuse(field, "is no phone number that can be answered");
    return std::nullopt;
}

std::optional<Time> provider_time(std::string_view text) {
    constexpr std::size_t kSeconds = std::string_view("2025-03-01T04:05:06").size();
    if (text.size() < kSeconds || (text[10] != 'T' && text[10] != ' ')) return std::nullopt;
    std::string instant(text.substr(0, kSeconds));
    instant[10] = 'T';
    std::string_view rest = text.substr(kSeconds);
    if (rest.starts_with('.')) {
        const auto fraction = rest.find_first_not_of("0123456789", 1);
        if (fraction == 1 || rest.size() == 1) return std::nullopt;
        rest = fraction == std::string_view::npos ? std::string_view{} : rest.substr(fraction);
    }
    const auto offset = offset_from_utc(rest);
    const auto local = parse_iso_time(instant + "Z");
    if (!offset || !local) return std::nullopt;
    return *local - *offset;
}

std::optional<Time> http_date(std::string_view text) {
    constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    constexpr std::string_view kForm = "Sun, 06 Nov 1994 08:49:37 GMT";
    if (text.size() != kForm.size() || !text.ends_with(" GMT")) return std::nullopt;
    const std::size_t month = kMonths.find(text.substr(8, 3));
    if (month == kMonths.npos || month % 3 != 0) return std::nullopt;
    const std::string number = std::to_string(month / 3 + 1);
    return parse_iso_time(std::string(text.substr(12, 4)) + "-" + (number.size() == 1 ? "0" : "") +
                          number + "-" + std::string(text.substr(5, 2)) + "T" +
                          std::string(text.substr(17, 8)) + "Z");
}

std::string api_base(const Settings& settings, std::string_view fallback) {
    std::string base = settings.api_base.empty() ? std::string(fallback) : settings.api_base;
    while (base.ends_with('/')) base.pop_back();
    return base;
}

std::optional<BadSetting> bad_url(std::string key, std::string_view url) {
    if (url.empty()) return BadSetting{std::move(key), "is missing"};
    if (url.starts_with("https://") || url.starts_with("http://")) return std::nullopt;
    return BadSetting{std::move(key), "must begin with https:// or http://"};
}

std::string callback_path(const Settings& settings, Endpoint endpoint) {
    static constexpr std::string_view kPaths[] = {"/ussd/", "/sms/", "/dlr/"};
    std::string path(kPaths[static_cast<std::size_t>(endpoint)]);
    path += percent_encode(settings.channel);
    if (!settings.secret.empty()) path += "/" + percent_encode(settings.secret.reveal());
    return path;
}

std::string callback_url(const Settings& settings, Endpoint endpoint) {
    if (settings.public_url.empty()) return "";
    std::string url = settings.public_url;
    while (url.ends_with('/')) url.pop_back();
    return url + callback_path(settings, endpoint);
}

std::string report_url_with_key(const Settings& settings, std::string_view key) {
    const std::string url = callback_url(settings, Endpoint::report);
    return url.empty() ? "" : url + "?key=" + percent_encode(key);
}

std::string own_setting(const Settings& settings, const std::string& key) {
    const auto at = settings.more.find(key);
    return at == settings.more.end() ? "" : at->second;
}

std::optional<BadSetting> bad_key(std::string name, std::string_view key) {
    if (std::ranges::all_of(key, [](char c) { return c > ' ' && c <= '~'; })) return std::nullopt;
    return BadSetting{std::move(name), "has a blank, line end or other character that no key has"};
}

bool proves(std::string_view secret) { return secret.size() >= kProofCharactersMin; }

HttpResponse refusal(const BadRequest& why) { return plain_text(400, why.field + " " + why.why); }

std::optional<SendError> http_fault(const HttpResponse& response) {
    if (response.status >= 200 && response.status < 300) return std::nullopt;
    std::string detail = "HTTP " + std::to_string(response.status);
    const std::string words = provider_words(response.body);
    if (!words.empty()) detail += ": " + words;
    return SendError{.fault = fault_of(response.status),
                     .detail = std::move(detail),
                     .retry_after = retry_after(response)};
}

std::string provider_id(std::string_view id) {
    return beginning(clean_utf8(id), kNameCharactersMax);
}

std::string provider_words(std::string_view text) {
    text = trim(text.substr(0, 4 * kWordsBytesMax));
    if (text.starts_with('<')) return "";  // a page says nothing in its first line
    std::string words = with_numbers_masked(clean_utf8(text));
    std::ranges::replace(words, '\n', ' ');
    if (words.size() <= kWordsBytesMax) return words;
    std::size_t end = kWordsBytesMax;
    while (end > 0 && (static_cast<unsigned char>(words[end]) & 0xC0U) == 0x80U) --end;
    return words.substr(0, end) + "...";
}

}  // namespace jangkau::adapters
