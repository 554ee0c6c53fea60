#pragma once

#include <string>
#include <vector>

#include "gateway/core/http.hpp"
#include "gateway/core/result.hpp"

namespace jangkau::adapters {

/// A phone as its provider presents it: everything that was typed since the code was dialled.
struct Hop {
    std::string session;
    std::string from;  ///< E.164 with "+"
    std::string code;
    std::vector<std::string> inputs;
};
struct PhoneSms {
    std::string id;
    std::string from;
    std::string to;
    std::string text;
};
struct PhoneScreen {
    std::string text;
    bool end = false;
};
struct BadAnswer {
    std::string why;
};

/// The other side of an adapter: speaks to a gateway (or any application) as the provider does.
/// `jangkau dial`, `sms`, `script` and the tests talk through it.
///
/// Pure, as Adapter. Targets are relative to the callback's URL ("" or "/events").
class Handset {
public:
    virtual ~Handset() = default;
    [[nodiscard]] virtual HttpRequest hop(const Hop& hop) const = 0;
    [[nodiscard]] virtual Result<PhoneScreen, BadAnswer> screen(
        const HttpResponse& response) const = 0;
    /// The person hung up; an empty method when the provider does not tell.
    [[nodiscard]] virtual HttpRequest hang_up(const Hop& hop,
                                              const std::string& last_screen) const = 0;
    [[nodiscard]] virtual HttpRequest sms(const PhoneSms& sms) const = 0;
};

}  // namespace jangkau::adapters
