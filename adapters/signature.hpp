#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/core/http.hpp"
#include "gateway/core/secret.hpp"

/// How providers prove that a request is theirs. The arithmetic is OpenSSL's.
namespace jangkau::adapters {

enum class Digest { md5, sha1, sha224, sha256, sha384, sha512 };

/// Raw bytes.
[[nodiscard]] std::string digest(Digest kind, std::string_view data);
[[nodiscard]] std::string hmac(Digest kind, const Secret& key, std::string_view data);

[[nodiscard]] std::string base64(std::string_view bytes);
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

/// "Basic ..." of RFC 7617.
[[nodiscard]] std::string basic_credentials(std::string_view user, const Secret& password);
/// Whether the request's Authorization header is that one.
[[nodiscard]] bool has_basic_credentials(const HttpRequest& request, std::string_view user,
                                         const Secret& password);

}  // namespace jangkau::adapters
