#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/core/result.hpp"

namespace jangkau {

enum class BadTicket {
    form,         ///< not the right number of digits
    check_digit,  ///< a digit slipped or two were swapped; the example of our texts is one of these
};

/// What a worker and an agent call an enrollment: `kDigits` digits and a check digit (Damm 2004,
/// which finds every single wrong digit and every swap of neighbours). Digits only, for a 12-key
/// phone.
class Ticket {
public:
    static constexpr std::size_t kDigits = 6;
    static constexpr std::uint64_t kCount = 1'000'000;

    [[nodiscard]] static Result<Ticket, BadTicket> parse(std::string_view raw);
    /// `number` comes from a random source, never from a counter: tickets must not be guessable
    /// from one another. Taken modulo kCount.
    [[nodiscard]] static Ticket from_number(std::uint64_t number);

    /// Seven digits.
    [[nodiscard]] const std::string& text() const { return text_; }

    auto operator<=>(const Ticket&) const = default;

private:
    explicit Ticket(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

}  // namespace jangkau
