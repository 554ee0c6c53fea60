#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "adapters/adapter.hpp"
#include "adapters/signature.hpp"

namespace jangkau::adapters {

/// What proves that a callback is Infobip's: one header. Infobip signs SMS and reports at most;
/// USSD comes with Basic or with nothing.
struct InfobipGuard {
    enum class Proof { none, basic, hmac };

    Proof proof = Proof::none;
    std::string user;
    Secret password;
    Digest algorithm = Digest::sha256;
    std::string header;
    bool in_hex = true;
    Secret key;

    [[nodiscard]] bool signs(bool ussd) const { return proof == Proof::hmac && !ussd; }
    /// That a listener is open to everybody is no matter then.
    [[nodiscard]] bool proves_sender() const;
    /// Name and value.
    [[nodiscard]] std::pair<std::string, std::string> expected(bool ussd,
                                                               std::string_view body) const;
    [[nodiscard]] std::optional<std::string> forged(bool ussd, const HttpRequest& request) const;
};

[[nodiscard]] Result<InfobipGuard, BadSetting> infobip_guard(const Settings& settings);

}  // namespace jangkau::adapters
