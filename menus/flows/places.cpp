#include "menus/flows/places.hpp"

#include <algorithm>

#include "gateway/core/text.hpp"

namespace jangkau::flows {
namespace {

constexpr std::size_t kChoicesMax = 3;
constexpr std::size_t kPrefixLettersMin = 3;
constexpr std::size_t kNameWordsMax = 5;  ///< as people part them: "Kassi kassi", "Pa' baeng baeng"

/// Calls `visit` for every area that lies in another area of the list: for each kelurahan, not for
/// a kecamatan.
template <class Visit>
void each_kelurahan(const Service& service, Visit visit) {
    const auto list = service.menu.lists.find(service.settings.areas);
    if (list == service.menu.lists.end()) return;
    for (const menus::List::Item& item : list->second.items)
        if (const menus::List::Item* parent = list->second.find(item.parent)) visit(item, *parent);
}

bool one_of(std::string_view key, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), key) != words.end();
}

std::string_view without_label(std::string_view typed) {
    typed = trim(typed);
    const std::size_t end = typed.find_first_of(" .:\t\r\n");
    if (end == std::string_view::npos || !labels_kelurahan(typed.substr(0, end))) return typed;
    return typed.substr(end);
}

}  // namespace

bool labels_kelurahan(std::string_view word) {
    return one_of(letters_key(word), {"kel", "kelurahan", "desa"});
}
bool labels_kecamatan(std::string_view word) {
    return one_of(letters_key(word), {"kec", "kecamatan"});
}

Place find_place(const Service& service, std::string_view typed) {
    const std::string key = letters_key(without_label(typed));
    Place place;
    if (key.empty()) return place;
    std::vector<std::string> near, longer;
    each_kelurahan(service, [&](const menus::List::Item& item, const menus::List::Item&) {
        const std::string name = letters_key(item.label);
        if (name == key)
            place.code = item.code;
        else if (edit_distance(name, key, 1) <= 1)
            near.push_back(item.label);
        else if (key.size() >= kPrefixLettersMin && name.starts_with(key))
            longer.push_back(item.label);
    });
    if (!place.code.empty()) return place;
    near.insert(near.end(), longer.begin(), longer.end());
    if (near.size() > kChoicesMax) near.resize(kChoicesMax);
    place.choices = std::move(near);
    return place;
}

PlaceNames::PlaceNames(const Service& service) {
    each_kelurahan(service, [&](const Item& item, const Item& parent) {
        kelurahan_.emplace(letters_key(item.label), &item);
        kecamatan_.emplace(letters_key(parent.label), &parent);
    });
}

const PlaceNames::Item* PlaceNames::called(std::string_view key) const {
    const auto at = kelurahan_.find(key);
    return at == kelurahan_.end() ? nullptr : at->second;
}

PlaceNames::Found PlaceNames::ending_at(const std::vector<std::string>& words,
                                        std::size_t end) const {
    Found found;
    std::string key;
    for (std::size_t count = 1; count <= std::min(end, kNameWordsMax); ++count) {
        const std::string letters = letters_key(words[end - count]);
        if (letters.empty()) break;
        key.insert(0, letters);
        if (const Item* area = called(key)) found = {end - count, end, area};
    }
    return found;
}

PlaceNames::Found PlaceNames::beginning_at(const std::vector<std::string>& words,
                                           std::size_t begin) const {
    Found found;
    std::string key;
    for (std::size_t end = begin; end < std::min(words.size(), begin + kNameWordsMax); ++end) {
        const std::string letters = letters_key(words[end]);
        if (letters.empty()) break;
        key += letters;
        if (const Item* area = called(key)) found = {begin, end + 1, area};
    }
    return found;
}

PlaceNames::Found PlaceNames::last_in(const std::vector<std::string>& words,
                                      std::size_t end) const {
    for (; end > 0; --end)
        if (const Found found = ending_at(words, end); found.area) return found;
    return {};
}

bool PlaceNames::is_kecamatan(std::string_view key) const { return kecamatan_.contains(key); }

bool PlaceNames::is_kecamatan_of(const Item& kelurahan, std::string_view key) const {
    const auto at = kecamatan_.find(key);
    return at != kecamatan_.end() && at->second->code == kelurahan.parent;
}

}  // namespace jangkau::flows
