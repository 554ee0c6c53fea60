#include "adapters/declared_proof.hpp"

#include <algorithm>

#include "adapters/signature.hpp"
#include "gateway/core/hex.hpp"

namespace jangkau::adapters::declared {
namespace {

constexpr std::string_view kCredentials[] = {"username", "password", "api_key", "auth_token"};
constexpr std::string_view kSecrets[] = {"password", "api_key", "auth_token"};
/// A shorter one may be a default such as "none", or be guessed.
constexpr std::size_t kSecretCharactersMin = 16;

struct Hmac {
    std::string_view name;
    Digest digest;
};
constexpr Hmac kHmacs[] = {{"hmac_md5_", Digest::md5},
                           {"hmac_sha1_", Digest::sha1},
                           {"hmac_sha256_", Digest::sha256},
                           {"hmac_sha512_", Digest::sha512}};

/// What the value is made of, not what only decides about a section of it.
bool is_made_of(const Template& expected, std::string_view secret) {
    if (expected.shows(secret)) return true;
    if (secret == "password") return expected.shows("basic");
    return secret == "auth_token" && std::ranges::any_of(kHmacs, [&](const Hmac& one) {
               return expected.shows(std::string(one.name) + "hex") ||
                      expected.shows(std::string(one.name) + "base64");
           });
}

}  // namespace

bool signs_the_body(const Template& expected) {
    return std::ranges::any_of(kHmacs, [&](const Hmac& one) {
        return expected.has(std::string(one.name) + "hex") ||
               expected.has(std::string(one.name) + "base64");
    });
}

bool can_check(const Template& expected, const Settings& settings) {
    if (signs_the_body(expected) && settings.auth_token.empty()) return false;
    if (expected.has("basic") && (settings.username.empty() || settings.password.empty()))
        return false;
    return std::ranges::none_of(kCredentials, [&](std::string_view name) {
        return expected.has(name) && setting(settings, std::string(name)).empty();
    });
}

bool protects(const Template& expected, const Settings& settings) {
    return can_check(expected, settings) &&
           std::ranges::any_of(kSecrets, [&](std::string_view name) {
               return is_made_of(expected, name) &&
                      setting(settings, std::string(name)).size() >= kSecretCharactersMin;
           });
}

std::string proof(const Template& expected, const HttpRequest& request, const Settings& settings) {
    const Lookup value = [&](const std::string& name) -> std::string {
        if (name == "basic") return basic_credentials(settings.username, settings.password);
        for (const auto& [prefix, kind] : kHmacs) {
            if (!name.starts_with(prefix)) continue;
            const std::string mac = hmac(kind, settings.auth_token, request.body);
            return name.ends_with("hex") ? hex(mac) : base64(mac);
        }
        return setting(settings, name);
    };
    return expected.render(value, Escape::none);
}

std::optional<std::string> given_at(const std::string& place, const HttpRequest& request,
                                    const Description& description) {
    const std::string name = place_name(place);
    std::vector<Format> formats{Format::plain};
    for (const Incoming& entry : description.requests) formats.push_back(entry.format);
    for (const Format format : formats) {
        const auto messages = read(request, format, "");
        const auto value = messages ? messages->front().get(name) : std::nullopt;
        if (value) return std::string(*value);
    }
    return std::nullopt;
}

}  // namespace jangkau::adapters::declared
