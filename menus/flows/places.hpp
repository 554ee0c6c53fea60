#pragma once

#include <map>
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

/// Compares letters only, "Kel.", "Kelurahan" or "Desa" in front is dropped. An exact name is
/// certain; a name with one slip, or the beginning of some, is asked back, since some names differ
/// by one letter only (Barana, Baraya).
[[nodiscard]] Place find_place(const Service& service, std::string_view typed);

/// Whether a word says that the name of a kelurahan, or of a kecamatan, follows: "Kel.", "kec".
[[nodiscard]] bool labels_kelurahan(std::string_view word);
[[nodiscard]] bool labels_kecamatan(std::string_view word);

/// Finds exact names in running text.
///
/// Lifetime: the service outlives it.
class PlaceNames {
public:
    using Item = menus::List::Item;

    explicit PlaceNames(const Service& service);

    /// The longest run of words that is a kelurahan; `area` is nullptr when there is none.
    struct Found {
        std::size_t begin = 0;
        std::size_t end = 0;
        const Item* area = nullptr;
    };
    [[nodiscard]] Found ending_at(const std::vector<std::string>& words, std::size_t end) const;
    [[nodiscard]] Found beginning_at(const std::vector<std::string>& words,
                                     std::size_t begin) const;
    /// The run nearest to the end of the words before `end`.
    [[nodiscard]] Found last_in(const std::vector<std::string>& words, std::size_t end) const;

    /// Whether letters, as letters_key() gives them, are the name of any kecamatan, or of that
    /// which `kelurahan` lies in.
    [[nodiscard]] bool is_kecamatan(std::string_view key) const;
    [[nodiscard]] bool is_kecamatan_of(const Item& kelurahan, std::string_view key) const;

private:
    [[nodiscard]] const Item* called(std::string_view key) const;

    std::map<std::string, const Item*, std::less<>> kelurahan_;
    std::map<std::string, const Item*, std::less<>> kecamatan_;
};

}  // namespace jangkau::flows
