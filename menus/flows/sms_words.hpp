#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jangkau::flows {

inline constexpr std::size_t kNikDigits = 16;

using Words = std::vector<std::string>;

/// The words of a running text without the signs between them. A NIK and what is glued to it are
/// two, "Kel.Lembo" too; "." , "-" and "'" stay within words.
[[nodiscard]] Words words_of(std::string_view text);
/// The fields between separators, trimmed; empty ones stay where others follow.
[[nodiscard]] Words split_at(std::string_view text, char separator);
/// With blanks between.
[[nodiscard]] std::string joined(const Words& words, std::size_t begin, std::size_t end);
[[nodiscard]] std::string joined(const Words& words);

[[nodiscard]] std::size_t digits_in(std::string_view text);
/// Digits and letters that look like digits.
[[nodiscard]] std::size_t nik_length(std::string_view text);

/// Whether these words, a whole field, hold a NIK and nothing else, however wrong it is. In the
/// `first` field few digits are enough.
[[nodiscard]] bool is_nik_field(const Words& words, bool first);
/// Takes the NIK out of running words: the run of numbers that has 16 digits, else the longest.
/// Short ones only in front; others belong to an address.
[[nodiscard]] std::optional<std::string> take_nik(Words& words);

}  // namespace jangkau::flows
