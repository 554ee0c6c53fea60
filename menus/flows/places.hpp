#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "menus/flows/service.hpp"

namespace jangkau::flows {

/// What a typed name of a kelurahan may mean.
struct Place {
    std::string code;                  ///< when it is certain
    std::vector<std::string> choices;  ///< names that it may have meant, at most three
};

/// Compares letters only. An exact name is certain; a name with one slip, or the beginning of some,
/// is asked back, since some names differ by one letter only (Barana, Baraya).
[[nodiscard]] Place find_place(const Service& service, std::string_view typed);

/// Splits "NAME NAME PLACE PLACE" where the longest ending that is a kelurahan begins; `place` is
/// empty when none is.
struct NameAndPlace {
    std::string name;
    std::string place;
};
[[nodiscard]] NameAndPlace split_at_place(const Service& service, std::string_view words);

}  // namespace jangkau::flows
