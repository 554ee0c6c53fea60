#include "menus/flows/sms_fields.hpp"

#include <algorithm>

#include "gateway/core/text.hpp"
#include "menus/flows/sms_words.hpp"

namespace jangkau::flows {
namespace {

constexpr std::size_t kBytesMax = 480;         ///< three SMS: more than any registration needs
constexpr std::size_t kSlipLettersMin = 5;     ///< of a kelurahan in running text
constexpr std::size_t kFreeJobWordsMax = 2;    ///< behind the kelurahan
constexpr std::size_t kJobUnits = 20;          ///< septets of a job in the person's own words
constexpr std::size_t kFieldsMin = 3;          ///< NIK, name, kelurahan
constexpr std::string_view kJobWords = "job";  ///< the group of the languages' words
constexpr std::string_view kOtherJob = "other";

std::optional<std::string> something(std::string text) {
    if (text.empty()) return std::nullopt;
    return text;
}

bool is_one_of(std::string_view key, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), key) != words.end();
}
/// Words of the form that we tell people, typed as they stand there.
bool labels_field(std::string_view word) {
    return is_one_of(letters_key(word), {"nik", "nama", "pekerjaan"});
}
/// What follows a kelurahan in an address, and is no job.
bool begins_address(std::string_view word) {
    return is_one_of(letters_key(word), {"rt", "rw", "jl", "jln", "jalan", "lr", "lorong", "no"});
}

class FieldReader {
public:
    explicit FieldReader(const Service& service) : service_(service), names_(service) {
        for (const menus::Language& language : service.menu.languages) {
            const auto words = language.words.find(kJobWords);
            if (words == language.words.end()) continue;
            for (const auto& [code, label] : words->second) add_job(code, label);
        }
    }

    /// Everything in one row, blanks between.
    [[nodiscard]] SmsFields in_words(std::string_view text) const {
        SmsFields fields;
        Words words = words_of(text);
        fields.nik = take_nik(words);
        std::erase_if(words, [](const std::string& word) {
            return labels_field(word) || is_nik_field({word}, false);
        });
        read_person(std::move(words), fields);
        return fields;
    }

    /// Fields in the order that we tell people, or nearly so.
    [[nodiscard]] SmsFields in_fields(const Words& typed) const;

    /// How much was found. A NIK of another length, and a kelurahan to be asked back, are less.
    [[nodiscard]] static int found_in(const SmsFields& fields) {
        int found = 0;
        if (fields.nik) found += nik_length(*fields.nik) == kNikDigits ? 4 : 2;
        if (fields.name && letters_key(*fields.name).size() > 1 && digits_in(*fields.name) == 0)
            found += 1;
        if (!fields.kelurahan.choices.empty()) found += 1;
        if (!fields.kelurahan.code.empty()) found += 2;
        return found;
    }

private:
    void add_job(const std::string& code, std::string_view label) {
        if (code == kOtherJob) return;
        jobs_.emplace(letters_key(code), code);
        for (std::string_view rest = label; !rest.empty();) {
            const std::size_t end = std::min(rest.find_first_of("/,"), rest.size());
            if (std::string key = letters_key(rest.substr(0, end)); !key.empty())
                jobs_.emplace(std::move(key), code);
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
    [[nodiscard]] std::optional<std::string> known_job(std::string_view text) const {
        const auto at = jobs_.find(letters_key(text));
        if (at == jobs_.end()) return std::nullopt;
        return at->second;
    }
    [[nodiscard]] std::optional<std::string> job(std::string_view text) const {
        if (auto known = known_job(text)) return known;
        if (letters_key(text).size() < 2) return std::nullopt;
        const std::string folded = fold_to_gsm7(text);
        return something(std::string(trim(cut(folded, Encoding::gsm7, kJobUnits))));
    }

    void put_place(SmsFields& fields, std::string text) const {
        fields.kelurahan = find_place(service_, text);
        fields.place = std::move(text);
    }
    void drop_kecamatan(Words& words) const;
    [[nodiscard]] std::size_t behind_kecamatan(const Words& words, std::size_t at) const;
    bool read_place_at_end(const Words& words, SmsFields& fields) const;
    void read_labelled_place(Words words, std::size_t label, SmsFields& fields) const;
    void read_around_place(const Words& words, SmsFields& fields) const;
    void read_person(Words words, SmsFields& fields) const;
    void read_fields_around(const Words& texts, std::size_t at, SmsFields& fields) const;
    [[nodiscard]] bool is_place(const std::string& text) const {
        SmsFields fields;
        read_person(words_of(text), fields);
        return !fields.kelurahan.code.empty() && !fields.name;
    }

    const Service& service_;
    PlaceNames names_;
    std::map<std::string, std::string, std::less<>> jobs_;  ///< letters of a word -> code
};

/// Cuts "Kec. Tallo" out.
void FieldReader::drop_kecamatan(Words& words) const {
    const auto label = std::find_if(words.begin(), words.end(), labels_kecamatan);
    if (label == words.end()) return;
    const auto at = static_cast<std::size_t>(label - words.begin());
    words.erase(label,
                words.begin() + static_cast<std::ptrdiff_t>(behind_kecamatan(words, at + 1)));
}

/// The word behind a kecamatan, or behind "Kota Makassar", that begins at `at`; else `at`.
std::size_t FieldReader::behind_kecamatan(const Words& words, std::size_t at) const {
    const std::size_t begin = at < words.size() && letters_key(words[at]) == "kota" ? at + 1 : at;
    std::size_t behind = at;
    std::string key;
    for (std::size_t end = begin; end < std::min(words.size(), begin + 2); ++end) {
        key += letters_key(words[end]);
        if (names_.is_kecamatan(key)) behind = end + 1;
    }
    return behind;
}

/// "Rahman Lembo", and "Rahman Lemba", which is asked back.
bool FieldReader::read_place_at_end(const Words& words, SmsFields& fields) const {
    PlaceNames::Found found = names_.ending_at(words, words.size());
    if (found.area) {
        // "Rahman Lembo Tallo" is Lembo in Tallo, "Rahman Tallo Lembo" too.
        const auto before = names_.ending_at(words, found.begin);
        if (before.area && names_.is_kecamatan_of(*before.area, letters_key(found.area->label)))
            found = before;
        std::size_t name_end = found.begin;
        if (name_end > 1 && names_.is_kecamatan_of(*found.area, letters_key(words[name_end - 1])))
            --name_end;
        put_place(fields, joined(words, found.begin, found.end));
        fields.name = something(joined(words, 0, name_end));
        return true;
    }
    for (std::size_t count = std::min<std::size_t>(3, words.size()); count > 0; --count) {
        if (count == words.size()) continue;  // "Maria" is a name, though Mario is near
        std::string text = joined(words, words.size() - count, words.size());
        const std::string key = letters_key(text);
        if (key.size() < kSlipLettersMin) continue;
        const Place place = find_place(service_, text);
        if (place.choices.empty() || edit_distance(letters_key(place.choices[0]), key, 1) > 1)
            continue;
        put_place(fields, std::move(text));
        fields.name = something(joined(words, 0, words.size() - count));
        return true;
    }
    return false;
}

/// "Rahman Kel. Lembo ojek": behind the label stands a kelurahan, known or not.
void FieldReader::read_labelled_place(Words words, std::size_t label, SmsFields& fields) const {
    fields.name = something(joined(words, 0, label));
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(label + 1));
    if (words.empty()) return;
    const auto found = names_.beginning_at(words, 0);
    if (!found.area) return put_place(fields, joined(words));
    put_place(fields, joined(words, 0, found.end));
    const std::size_t behind = behind_kecamatan(words, found.end);
    if (behind == words.size() || begins_address(words[behind])) return;
    std::string tail = joined(words, behind, words.size());
    if (!fields.name && !known_job(tail))
        fields.name = std::move(tail);
    else
        fields.job = job(tail);
}

/// A kelurahan with other words behind it: a job, or the name when none stands before.
void FieldReader::read_around_place(const Words& words, SmsFields& fields) const {
    const auto found = names_.last_in(words, words.size());
    const std::size_t behind = found.area ? behind_kecamatan(words, found.end) : 0;
    const Words tail(words.begin() + static_cast<std::ptrdiff_t>(behind), words.end());
    const bool address = !tail.empty() && begins_address(tail.front());
    const bool ended = tail.empty() || address;
    if (!found.area || (!ended && found.begin > 0 && tail.size() > kFreeJobWordsMax)) {
        fields.name = something(joined(words));
        return;
    }
    put_place(fields, joined(words, found.begin, found.end));
    fields.name = something(joined(words, 0, found.begin));
    if (ended) return;
    if (!fields.name)
        fields.name = joined(tail);
    else
        fields.job = job(joined(tail));
}

void FieldReader::read_person(Words words, SmsFields& fields) const {
    drop_kecamatan(words);
    if (words.empty()) return;
    const auto label = std::find_if(words.begin(), words.end(), labels_kelurahan);
    if (label != words.end()) {
        // Before the words are moved: the order of arguments is the compiler's choice.
        const auto at = static_cast<std::size_t>(label - words.begin());
        return read_labelled_place(std::move(words), at, fields);
    }
    // The longest run of words at the end that is a job of the menu, with a kelurahan before it.
    for (std::size_t count = std::min<std::size_t>(3, words.size() - 1); count > 0; --count) {
        const Words before(words.begin(), words.end() - static_cast<std::ptrdiff_t>(count));
        auto known = known_job(joined(words, before.size(), words.size()));
        if (!known) continue;
        const auto first = names_.beginning_at(words, 0);
        if (!read_place_at_end(before, fields)) {
            if (!first.area) continue;
            read_around_place(before, fields);  // "Lembo Rahman ojek"
        }
        fields.job = std::move(known);
        return;
    }
    if (!read_place_at_end(words, fields)) read_around_place(words, fields);
}

/// Takes the NIK out of fields; whether it had one of its own.
bool take_nik_of_fields(Words& texts, std::optional<std::string>& nik) {
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (!is_nik_field(words_of(texts[i]), i == 0)) continue;
        nik = texts[i];
        texts.erase(texts.begin() + static_cast<std::ptrdiff_t>(i));
        return true;
    }
    for (std::size_t i = 0; i < texts.size() && !nik; ++i) {
        Words words = words_of(texts[i]);
        nik = take_nik(words);
        if (nik) texts[i] = joined(words);
    }
    return false;
}

/// Labels and signs are left out; a field that was nothing else is empty, or gone if it was a
/// label, since what it told follows it.
Words without_labels(const Words& texts) {
    Words out;
    for (const std::string& text : texts) {
        const Words words = words_of(text);
        const bool labelled = !words.empty() && labels_field(words[0]);
        if (words.size() == 1 && (labelled || labels_kelurahan(words[0]))) continue;
        out.push_back(words.empty() ? "" : labelled ? joined(words, 1, words.size()) : text);
    }
    return out;
}

SmsFields FieldReader::in_fields(const Words& typed) const {
    SmsFields fields;
    Words texts = without_labels(typed);
    const bool own_field = take_nik_of_fields(texts, fields.nik);
    if (texts.empty()) return fields;
    if (texts.size() == 1) {
        read_person(words_of(texts[0]), fields);
        return fields;
    }
    std::size_t at = is_place(texts[0]) ? 0 : texts.size();
    for (std::size_t i = texts.size(); i-- > 1;)
        if (is_place(texts[i])) at = i;
    if (at < texts.size()) {
        read_fields_around(texts, at, fields);
        return fields;
    }
    // "7371... Rahman Lembo, tukang kayu"
    SmsFields front;
    read_person(words_of(texts[0]), front);
    if (front.name && !front.kelurahan.code.empty() && !front.job &&
        (known_job(texts[1]) || !own_field) && find_place(service_, texts[1]).choices.empty()) {
        front.nik = fields.nik;
        front.job = job(texts[1]);
        return front;
    }
    fields.name = something(texts[0]);
    if (!texts[1].empty()) put_place(fields, texts[1]);
    if (texts.size() > 2) fields.job = job(texts[2]);
    return fields;
}

/// The field `at` is a kelurahan. What stands before it is the name, or the field behind it is
/// when it is the first.
void FieldReader::read_fields_around(const Words& texts, std::size_t at, SmsFields& fields) const {
    SmsFields place;
    read_person(words_of(texts[at]), place);
    fields.place = std::move(place.place);
    fields.kelurahan = std::move(place.kelurahan);
    fields.job = std::move(place.job);
    std::size_t behind = at + 1;
    if (at == 0) {
        fields.name = something(texts[1]);
        behind = 2;
    } else {
        std::string name = texts[0];
        for (std::size_t i = 1; i < at; ++i) {
            // "Budi, ojek, Lembo" has a job, "Budi, S.H., Lembo" a degree.
            if (auto known = known_job(texts[i]))
                fields.job = std::move(known);
            else if (!texts[i].empty())
                name += (name.empty() ? "" : ", ") + texts[i];
        }
        fields.name = something(std::move(name));
    }
    for (std::size_t i = behind; i < texts.size() && !fields.job; ++i) {
        Words words = words_of(texts[i]);
        drop_kecamatan(words);
        if (words.empty() || behind_kecamatan(words, 0) == words.size() || begins_address(words[0]))
            continue;
        fields.job = job(joined(words));
    }
}

}  // namespace

SmsFields read_sms_fields(const Service& service, std::string_view rest) {
    std::string clean = clean_utf8(rest.substr(0, kBytesMax));
    std::erase(clean, '"');
    const std::string_view text = trim(clean);
    const FieldReader reader(service);
    SmsFields best;
    int most = -1;
    const auto consider = [&](SmsFields fields) {
        const int found = FieldReader::found_in(fields);
        if (found <= most) return;
        most = found;
        best = std::move(fields);
    };
    for (const char separator : {'#', ',', '\n', ';', '*', '/', ':'}) {
        const Words fields = split_at(text, separator);
        if (fields.size() < 2) continue;
        bool nik = false;
        for (std::size_t i = 0; i < fields.size(); ++i)
            nik |= is_nik_field(words_of(fields[i]), i == 0);
        // The right count: what stands in the fields is not weighed then.
        if (nik && fields.size() >= kFieldsMin) return reader.in_fields(fields);
        if (separator != ':') consider(reader.in_fields(fields));  // "Nama: Rahman" is one field
    }
    consider(reader.in_words(text));
    std::string dots(text);
    std::replace(dots.begin(), dots.end(), '.', ' ');
    consider(reader.in_words(dots));
    return best;
}

}  // namespace jangkau::flows
