#include "menus/flows/sms_fields.hpp"

#include <algorithm>

#include "gateway/core/text.hpp"

namespace jangkau::flows {
namespace {

using Words = std::vector<std::string>;

constexpr std::size_t kBytesMax = 480;  ///< three SMS: more than any registration needs
constexpr std::size_t kNikDigits = 16;
constexpr std::size_t kNikDigitsTyped = 20;    ///< with some too many it is still meant for a NIK
constexpr std::size_t kNikDigitsApart = 10;    ///< so many are a NIK wherever they stand
constexpr std::size_t kSlipLettersMin = 5;     ///< of a kelurahan in running text
constexpr std::size_t kFreeJobWordsMax = 2;    ///< behind the kelurahan
constexpr std::size_t kJobUnits = 20;          ///< septets of a job in the person's own words
constexpr std::size_t kFieldsMin = 3;          ///< NIK, name, kelurahan
constexpr std::string_view kJobWords = "job";  ///< the group of the languages' words
constexpr std::string_view kOtherJob = "other";

bool digit(char c) { return c >= '0' && c <= '9'; }
bool digit_or_slip(char c) {
    return digit(c) || std::string_view("OoIiLl").find(c) != std::string_view::npos;
}
std::size_t digits_in(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), digit));
}
std::size_t slips_and_digits_in(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), digit_or_slip));
}

/// Digits with letters and signs that a NIK may have. "LILO" is a name.
bool looks_like_number(std::string_view word) {
    return digits_in(word) > 0 && std::all_of(word.begin(), word.end(), [](char c) {
               return digit_or_slip(c) || c == '.' || c == '-';
           });
}

std::string joined(const Words& words, std::size_t begin, std::size_t end) {
    std::string out;
    for (std::size_t i = begin; i < end; ++i) out += (out.empty() ? "" : " ") + words[i];
    return out;
}
std::string joined(const Words& words) { return joined(words, 0, words.size()); }

std::optional<std::string> something(std::string text) {
    if (text.empty()) return std::nullopt;
    return text;
}

/// A NIK with what is glued to it as two words, "Kel.Lembo" too.
void add_word(Words& words, std::string_view word) {
    std::size_t end = 0, seen = 0;
    while (end < word.size() && seen < kNikDigits &&
           (digit_or_slip(word[end]) || word[end] == '.' || word[end] == '-'))
        seen += digit_or_slip(word[end++]) ? 1 : 0;
    if (seen == kNikDigits && digits_in(word.substr(0, end)) >= kNikDigitsApart &&
        end < word.size() && digits_in(word.substr(end)) == 0) {
        words.emplace_back(word.substr(0, end));
        word.remove_prefix(end);
    } else if (const std::size_t dot = word.find('.');
               dot != std::string_view::npos && dot + 1 < word.size() &&
               (labels_kelurahan(word.substr(0, dot)) || labels_kecamatan(word.substr(0, dot)))) {
        words.emplace_back(word.substr(0, dot));
        word.remove_prefix(dot + 1);
    }
    if (!plain_upper(word).empty()) words.emplace_back(word);
}

Words words_of(std::string_view text) {
    constexpr std::string_view kBetween = " \t\r\n#,;:*/=\"()";
    Words words;
    for (std::size_t at = text.find_first_not_of(kBetween); at != std::string_view::npos;) {
        const std::size_t end = std::min(text.find_first_of(kBetween, at), text.size());
        add_word(words, text.substr(at, end - at));
        at = text.find_first_not_of(kBetween, end);
    }
    return words;
}

/// Fields between separators; empty ones stay where others follow.
Words split_at(std::string_view text, char separator) {
    Words fields;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(separator, at), text.size());
        fields.emplace_back(trim(text.substr(at, end - at)));
        at = end + 1;
    }
    while (!fields.empty() && fields.back().empty()) fields.pop_back();
    return fields;
}

/// A field that holds a NIK and nothing else, however wrong.
bool is_nik_field(const Words& words, bool first) {
    const std::size_t digits = digits_in(joined(words));
    if (words.size() == 1 && digits >= kNikDigitsApart) return true;
    return (first || digits >= kNikDigitsApart) && !words.empty() &&
           std::all_of(words.begin(), words.end(), looks_like_number);
}

/// Takes the NIK out of running words: the run of numbers that has 16 digits, else the longest.
std::optional<std::string> take_nik(Words& words) {
    std::size_t best_begin = 0, best_end = 0, best_rank = 0;
    for (std::size_t begin = 0; begin < words.size(); ++begin) {
        std::size_t end = begin, length = 0;
        while (end < words.size() && length < kNikDigits && looks_like_number(words[end])) {
            const std::size_t more = slips_and_digits_in(words[end]);
            if (end > begin && length + more > kNikDigitsTyped) break;
            length += more;
            ++end;
        }
        if (end == begin && digits_in(words[begin]) >= kNikDigitsApart) {
            length = digits_in(words[begin]);
            ++end;
        }
        const std::size_t rank = length == kNikDigits ? std::string::npos : length;
        if (rank > best_rank && (begin == 0 || length >= kNikDigitsApart)) {
            best_begin = begin;
            best_end = end;
            best_rank = rank;
        }
    }
    if (best_rank == 0) return std::nullopt;
    std::string nik = joined(words, best_begin, best_end);
    words.erase(words.begin() + static_cast<std::ptrdiff_t>(best_begin),
                words.begin() + static_cast<std::ptrdiff_t>(best_end));
    return nik;
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
            return labels_field(word) ||
                   (looks_like_number(word) && digits_in(word) >= kNikDigitsApart);
        });
        read_person(std::move(words), fields);
        return fields;
    }

    /// Fields in the order that we tell people, or nearly so.
    [[nodiscard]] SmsFields in_fields(const Words& typed) const;

    /// How much was found. A NIK of another length, and a kelurahan to be asked back, are less.
    [[nodiscard]] static int found_in(const SmsFields& fields) {
        int found = 0;
        if (fields.nik) found += slips_and_digits_in(*fields.nik) == kNikDigits ? 4 : 2;
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
    if (label != words.end())
        return read_labelled_place(std::move(words),
                                   static_cast<std::size_t>(label - words.begin()), fields);
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
bool take_nik(Words& texts, std::optional<std::string>& nik) {
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
    const bool own_field = take_nik(texts, fields.nik);
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
