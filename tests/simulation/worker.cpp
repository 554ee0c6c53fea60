#include "tests/simulation/worker.hpp"

#include <array>
#include <cstdio>

namespace jangkau::simulation {
namespace {

constexpr std::string_view kCity = "7371";  ///< Makassar's code in the table of areas
/// Digits 1 to 6 of a NIK are a place: no read-back shows a slip there.
constexpr std::size_t kUnseenDigits = 6;

std::string padded(std::uint64_t number, int digits) {
    char text[24];
    std::snprintf(text, sizeof text, "%0*llu", digits, static_cast<unsigned long long>(number));
    return text;
}

/// Two words of letters, another one for each index.
std::string name_of(std::size_t index) {
    std::string letters;
    for (std::size_t left = index; letters.size() < 4; left /= 26)
        letters += static_cast<char>('A' + left % 26);
    return "PEKERJA " + letters;
}

/// What he wants where a text has these options, in the words of the default language. The first
/// label that the screen has is chosen.
struct Wish {
    std::string_view text_id;  ///< "" = any
    std::string_view label;
};
constexpr std::string_view kRetype = "Salah, ketik ulang";
constexpr std::array kWishes{
    Wish{"U00", "Setuju & daftar"},
    Wish{"", "Setuju"},
    Wish{"U06", "Daftar"},
    Wish{"T12", "Daftar"},
    Wish{"T01", "Lanjutkan"},
    Wish{"U36", "Lanjut"},
    Wish{"U11", "Betul"},
    Wish{"", "Daftar bayar sendiri"},
    Wish{"U23", "Ya"},
    Wish{"U24", "JKK+JKM"},
    Wish{"U25", "JKK+JKM"},
    Wish{"U26", "JKK+JKM"},
    Wish{"U27", "Ya"},
    Wish{"U29", "1 bln"},
    Wish{"U30", "Kirim"},
    Wish{"E07", "Menu utama"},
    Wish{"E08", "Lihat status"},
};

/// City, oneself, not sure: at the ticket, and when asked later.
constexpr std::array kPayers{
    std::array<std::string_view, 3>{"Pemkot", "Saya sendiri", "Tanya agen"},
    std::array<std::string_view, 3>{"Minta ditanggung", "Bayar sendiri", "Belum tahu"},
};

}  // namespace

Worker::Worker(const Model& model, const flows::Service& service, const MenuReader& reader,
               std::size_t index)
    : model_(model),
      service_(service),
      reader_(reader),
      fate_(model.seed, index, 1),
      hands_(model.seed, index, 2) {
    const unsigned day = 1 + static_cast<unsigned>(fate_.below(28));
    const unsigned month = 1 + static_cast<unsigned>(fate_.below(12));
    const unsigned year = 1964 + static_cast<unsigned>(fate_.below(44));  // 18 to 62 years old
    const bool woman = fate_.happens(0.5);
    birth_ = padded(day, 2) + padded(month, 2) + padded(year, 4);
    nik_ = "7371" + padded(1 + fate_.below(15), 2) + padded(woman ? day + 40 : day, 2) +
           padded(month, 2) + padded(year % 100, 2) + padded(1 + index % 9999, 4);
    phone_ = "+62812" + padded(10'000'000 + index, 8);
    name_ = name_of(index);
    choose_place(service);
    const auto& jobs = service.menu.lists.at("jobs").items;
    job_ = jobs[fate_.below(jobs.size() - 1)].code;  // the last one is "other"
    const double payer = fate_.share();
    payer_ = payer < model.city_pays                        ? Payer::city
             : payer < model.city_pays + model.pays_himself ? Payer::self
                                                            : Payer::unsure;
    eligible_ = fate_.happens(model.eligible);
    // The means of the model are those of all people together.
    pace_ = 1 / (1 + model.slow_share * (model.slow_factor - 1));
    if (fate_.happens(model.slow_share)) pace_ *= model.slow_factor;
}

void Worker::choose_place(const flows::Service& service) {
    const auto& areas = service.menu.lists.at(service.settings.areas);
    std::vector<const menus::List::Item*> kelurahan;
    for (const auto& item : areas.items)
        if (item.parent != kCity && !item.parent.empty()) kelurahan.push_back(&item);
    const auto* home = kelurahan[fate_.below(kelurahan.size())];
    kelurahan_ = home->label;
    kecamatan_ = areas.find(home->parent)->label;
    types_place_ = fate_.happens(model_.types_place);
    if (fate_.happens(model_.outside)) {
        types_place_ = false;
        kecamatan_ = service.menu.word(service.menu.languages.front().code, "place", "outside");
    }
}

std::string Worker::payer_word() const {
    return payer_ == Payer::city ? "PEMKOT" : payer_ == Payer::self ? "SENDIRI" : "TANYA";
}

std::optional<Act> Worker::answer(const Seen& seen) {
    if (seen.end) return std::nullopt;
    if (seen.text_id != looked_through_) looked_through_.clear();
    if (seen.asks("nik")) return type_nik();
    if (seen.asks("name") && !noticed_slip(seen))
        return typed(name_, model_.type_name + (seen.text_id == "U11N" ? model_.read_back : 0));
    if (seen.asks("date")) return typed(birth_, model_.type_word);
    if (seen.asks("nik4")) return typed(nik_.substr(12), model_.type_word);
    if (seen.asks("words")) return typed("tukang", model_.type_word);
    if (seen.asks("thousands")) return typed("1000", model_.type_word);
    if (seen.node && seen.node->list && seen.node->list->below && types_place_ &&
        seen.key_of(kelurahan_).empty())
        return typed(kelurahan_, model_.type_place);
    if (seen.node && seen.node->kind == menus::Node::Kind::choose && seen.node->list)
        if (const auto key = key_in_list(seen)) return chosen(*key);
    if (const std::string label = wanted(seen); !label.empty()) {
        Act act = chosen(reader_.key_for(seen, label));
        act.wants_to_retype = label.starts_with("Salah");
        return act;
    }
    const std::string back =
        seen.key_of(std::string_view(service_.menu.language(seen.language).back).substr(2));
    if (back.empty()) return std::nullopt;
    return chosen(back);
}

/// Whether the screen reads a NIK back that is not his, and lets him say so.
bool Worker::noticed_slip(const Seen& seen) const {
    const bool noticed =
        nik_typed_.substr(std::min(kUnseenDigits, nik_typed_.size())) != nik_.substr(kUnseenDigits);
    return !nik_typed_.empty() && noticed && !reader_.key_for(seen, kRetype).empty();
}

std::string Worker::wanted(const Seen& seen) const {
    const auto offers = [&](std::string_view label) {
        return !reader_.key_for(seen, label).empty();
    };
    if (noticed_slip(seen)) return std::string(kRetype);
    for (const auto& payers : kPayers)
        if (offers(payers[0])) return std::string(payers[static_cast<std::size_t>(payer_)]);
    if (knows_ticket_ && seen.text_id == "U06") return "Cek status";
    for (const Wish& wish : kWishes)
        if ((wish.text_id.empty() || wish.text_id == seen.text_id) && offers(wish.label))
            return std::string(wish.label);
    return "";
}

/// Looks through the pages; when it is on none of them he chose wrongly before, and goes back.
std::optional<std::string> Worker::key_in_list(const Seen& seen) {
    const menus::Language& language = service_.menu.language(seen.language);
    const std::string back = seen.key_of(std::string_view(language.back).substr(2));
    if (looked_through_ == seen.text_id) return back.empty() ? "0" : back;
    const auto& list = *seen.node->list;
    if (list.list == "$drafts") return seen.options.empty() ? "0" : seen.options.front().key;
    const std::string label = list.list == "jobs"   ? service_.menu.word(seen.language, "job", job_)
                              : list.under == kCity ? kecamatan_
                              : list.list == service_.settings.areas ? kelurahan_
                                                                     : "";
    if (label.empty()) return std::nullopt;
    if (const std::string key = seen.key_of(label); !key.empty()) return key;
    const std::string more = seen.key_of(std::string_view(language.more).substr(2));
    if (!more.empty()) return more;
    looked_through_ = seen.text_id;
    return back.empty() ? "0" : back;
}

Act Worker::typed(std::string text, double mean) {
    const double network = (model_.hop_min + model_.hop_max) / 2;
    return {std::move(text), pace_ * hands_.averaging(mean - network, model_.hand_spread)};
}

Act Worker::chosen(std::string key) {
    Act act = typed(std::move(key), model_.choose);
    if (hands_.happens(model_.wrong_key)) {
        const std::string meant = act.typed;
        while (act.typed == meant) act.typed = padded(hands_.below(10), 1);
        act.slipped = true;
    }
    return act;
}

/// Half of the slips are a digit too few, the others a wrong one.
Act Worker::type_nik() {
    nik_typed_ = nik_;
    if (hands_.happens(model_.nik_slip)) {
        const std::size_t at = hands_.below(nik_.size());
        if (hands_.happens(0.5))
            nik_typed_.erase(at, 1);
        else
            while (nik_typed_ == nik_) nik_typed_[at] = static_cast<char>('0' + hands_.below(10));
    }
    return typed(nik_typed_, model_.type_nik);
}

}  // namespace jangkau::simulation
