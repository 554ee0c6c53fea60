#include "adapters/infobip_guard.hpp"

#include <algorithm>

#include "adapters/decode.hpp"
#include "gateway/core/hex.hpp"
#include "gateway/core/text.hpp"

namespace jangkau::adapters {
namespace {

struct Algorithm {
    std::string_view name;
    Digest digest;
};
constexpr Algorithm kAlgorithms[] = {
    {"md5", Digest::md5},       {"sha1", Digest::sha1},     {"sha224", Digest::sha224},
    {"sha256", Digest::sha256}, {"sha384", Digest::sha384}, {"sha512", Digest::sha512},
};

bool token(std::string_view name) {
    return std::ranges::all_of(name, [](char c) { return c > ' ' && c <= '~' && c != ':'; });
}

}  // namespace

bool InfobipGuard::proves_sender() const {
    if (proof == Proof::none) return false;
    // USSD is never signed; without a password it is refused altogether.
    const bool basic = proves(password.reveal());
    return proof == Proof::basic ? basic : proves(key.reveal()) && (password.empty() || basic);
}

std::pair<std::string, std::string> InfobipGuard::expected(bool ussd, std::string_view body) const {
    if (!signs(ussd)) return {"Authorization", basic_credentials(user, password)};
    const std::string bytes = hmac(algorithm, key, body);
    return {header, in_hex ? hex(bytes) : base64(bytes)};
}

std::optional<std::string> InfobipGuard::forged(bool ussd, const HttpRequest& request) const {
    if (proof == Proof::none) return std::nullopt;
    if (!signs(ussd) && (user.empty() || password.empty()))
        return "USSD is never signed, and the channel has no username and password";
    const auto [name, value] = expected(ussd, request.body);
    const std::string_view given = jangkau::header(request.headers, name);
    if (given.empty()) return "no header " + name;
    const bool any_case = signs(ussd) && in_hex;
    if (same_bytes(any_case ? lower_ascii(given) : std::string(given), value)) return std::nullopt;
    return "wrong header " + name;
}

Result<InfobipGuard, BadSetting> infobip_guard(const Settings& settings) {
    InfobipGuard guard{.user = settings.username,
                       .password = settings.password,
                       .header = own_setting(settings, "hmac_header"),
                       .key = settings.auth_token};
    const std::string how = own_setting(settings, "webhook_security");
    if (how.empty() || how == "none") return guard;
    if (how == "basic") {
        guard.proof = InfobipGuard::Proof::basic;
        if (guard.user.empty()) return BadSetting{"username", "is missing"};
        if (guard.password.empty()) return BadSetting{"password", "is missing"};
        return guard;
    }
    if (how != "hmac") return BadSetting{"webhook_security", "must be none, basic or hmac"};
    guard.proof = InfobipGuard::Proof::hmac;
    if (guard.key.empty()) return BadSetting{"auth_token", "is missing"};
    if (guard.header.empty()) return BadSetting{"hmac_header", "is missing"};
    if (!token(guard.header)) return BadSetting{"hmac_header", "is no name of a header"};
    if (const std::string name = own_setting(settings, "hmac_algorithm"); !name.empty()) {
        const auto* known = std::ranges::find(kAlgorithms, name, &Algorithm::name);
        if (known == std::end(kAlgorithms))
            return BadSetting{"hmac_algorithm",
                              "must be md5, sha1, sha224, sha256, sha384 or sha512"};
        guard.algorithm = known->digest;
    }
    const std::string encoding = own_setting(settings, "hmac_encoding");
    if (!encoding.empty() && encoding != "hex" && encoding != "base64")
        return BadSetting{"hmac_encoding", "must be hex or base64"};
    guard.in_hex = encoding != "base64";
    return guard;
}

}  // namespace jangkau::adapters
