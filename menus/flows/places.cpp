#include "menus/flows/places.hpp"

#include "gateway/core/text.hpp"

namespace jangkau::flows {
namespace {

constexpr std::size_t kChoicesMax = 3;
constexpr std::size_t kPrefixLettersMin = 3;

/// Calls `visit` for every area that lies in another area of the list: for each kelurahan, not for
/// a kecamatan.
template <class Visit>
void each_kelurahan(const Service& service, Visit visit) {
    const auto list = service.menu.lists.find(service.settings.areas);
    if (list == service.menu.lists.end()) return;
    for (const menus::List::Item& item : list->second.items)
        if (list->second.find(item.parent)) visit(item);
}

}  // namespace

Place find_place(const Service& service, std::string_view typed) {
    const std::string key = letters_key(typed);
    Place place;
    if (key.empty()) return place;
    std::vector<std::string> near, longer;
    each_kelurahan(service, [&](const menus::List::Item& item) {
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

NameAndPlace split_at_place(const Service& service, std::string_view words) {
    for (std::size_t at = words.find(' '); at != std::string_view::npos;
         at = words.find(' ', at + 1)) {
        const std::string_view ending = trim(words.substr(at));
        if (!find_place(service, ending).code.empty())
            return {std::string(trim(words.substr(0, at))), std::string(ending)};
    }
    return {std::string(trim(words)), ""};
}

}  // namespace jangkau::flows
