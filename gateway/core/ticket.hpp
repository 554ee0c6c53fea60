#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/core/result.hpp"

namespace jangkau {

enum class BadTicket {
    form,         ///< not the right number of digits
    check_digit,  ///< a digit slipped or two were swapped; the example of our texts is one of these
};

/// What a worker and an agent call an enrollment: six digits for a city, up to eight for a nation,
/// and a check digit (Damm 2004, which finds every single wrong digit and every swap of
/// neighbours). Digits only, for a 12-key phone. Of the longer ones none begins with 0, so that
/// zeros that a spreadsheet dropped were those of a short one.
class Ticket {
public:
    static constexpr std::size_t kDigitsMin = 6;
    static constexpr std::size_t kDigitsMax = 8;

    [[nodiscard]] static Result<Ticket, BadTicket> parse(std::string_view raw);
    /// `number` comes from a random source, never from a counter: tickets must not be guessable
    /// from one another. Taken modulo count(). `length`: without the check digit, within the
    /// bounds.
    [[nodiscard]] static Ticket from_number(std::uint64_t number, std::size_t length = kDigitsMin);
    /// How many tickets of that length there are.
    [[nodiscard]] static std::uint64_t count(std::size_t length = kDigitsMin);

    /// Digits and check digit.
    [[nodiscard]] const std::string& text() const { return text_; }

    auto operator<=>(const Ticket&) const = default;

private:
    explicit Ticket(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

}  // namespace jangkau
