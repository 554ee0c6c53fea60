// What people write behind DAFTAR, read with the kelurahan and the jobs that we ship.

#include "menus/flows/sms_fields.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "gateway/core/text.hpp"
#include "tests/gateway/shipped_config.hpp"
#include "tests/support/case_name.hpp"

namespace jangkau::flows {
namespace {

const Service& service() { return gateway::shipped_service(); }
const menus::List& areas() { return service().menu.lists.at(service().settings.areas); }
std::string label(const std::string& code) {
    const auto* item = areas().find(code);
    return item ? item->label : code;
}
std::vector<const menus::List::Item*> all_kelurahan() {
    std::vector<const menus::List::Item*> out;
    for (const auto& item : areas().items)
        if (areas().find(item.parent)) out.push_back(&item);
    return out;
}

std::string choices(const Place& place) {
    std::string out;
    for (const std::string& choice : place.choices) out += (out.empty() ? "" : " / ") + choice;
    return out;
}

/// "NIK|NAME|Kelurahan|job"; "-" is missing, "?" follows a kelurahan that has to be asked back.
std::string written(const SmsFields& fields) {
    std::string place = "-";
    if (fields.place)
        place = !fields.kelurahan.code.empty() ? label(fields.kelurahan.code)
                                               : choices(fields.kelurahan) + "?";
    return fields.nik.value_or("-") + "|" + fields.name.value_or("-") + "|" + place + "|" +
           fields.job.value_or("-");
}

struct FieldsCase {
    const char* name;
    std::string rest;
    const char* fields;
};
class SmsFieldsOf : public testing::TestWithParam<FieldsCase> {};

TEST_P(SmsFieldsOf, are_read_as_meant) {
    EXPECT_EQ(written(read_sms_fields(service(), GetParam().rest)), GetParam().fields)
        << GetParam().rest;
}

constexpr const char* kPlain = "7371012204910015|Abd. Rahman|Lembo|-";
INSTANTIATE_TEST_SUITE_P(
    Separators, SmsFieldsOf,
    testing::Values(
        FieldsCase{"hash", "7371012204910015#Abd. Rahman#Lembo", kPlain},
        FieldsCase{"hash behind", "7371012204910015#Abd. Rahman#Lembo###", kPlain},
        FieldsCase{"hash in front", "#7371012204910015#Abd. Rahman#Lembo", kPlain},
        FieldsCase{"hash and blanks", " 7371012204910015 # Abd. Rahman # Lembo # ", kPlain},
        FieldsCase{"comma", "7371012204910015,Abd. Rahman,Lembo", kPlain},
        FieldsCase{"lines", "7371012204910015\r\nAbd. Rahman\r\nLembo\r\n", kPlain},
        FieldsCase{"semicolon", "7371012204910015; Abd. Rahman; Lembo", kPlain},
        FieldsCase{"star", "7371012204910015*Abd. Rahman*Lembo", kPlain},
        FieldsCase{"slash", "7371012204910015/Abd. Rahman/Lembo", kPlain},
        FieldsCase{"colon", "7371012204910015:Abd. Rahman:Lembo", kPlain},
        FieldsCase{"blanks", "7371012204910015 Abd. Rahman Lembo", kPlain},
        FieldsCase{"many blanks", "7371012204910015   Abd.  Rahman\tLembo", kPlain},
        FieldsCase{"dots", "7371012204910015.Rahman.Lembo", "7371012204910015|Rahman|Lembo|-"},
        FieldsCase{"dashes with blanks", "7371012204910015 - Abd. Rahman - Lembo", kPlain},
        FieldsCase{"hash then comma", "7371012204910015#Abd. Rahman,Lembo", kPlain},
        FieldsCase{"hash then blanks", "7371012204910015#Abd. Rahman Lembo", kPlain},
        FieldsCase{"blank then hash", "7371012204910015 Abd. Rahman#Lembo", kPlain},
        FieldsCase{"line then comma", "7371012204910015\nAbd. Rahman, Lembo", kPlain},
        FieldsCase{"hash goes before comma", "7371012204910015#Budi, S.H.#Lembo",
                   "7371012204910015|Budi, S.H.|Lembo|-"},
        FieldsCase{"degree behind comma", "7371012204910015, Budi, S.H., Lembo",
                   "7371012204910015|Budi, S.H.|Lembo|-"},
        FieldsCase{"labels", "NIK: 7371012204910015 Nama: Abd. Rahman Kel: Lembo", kPlain},
        FieldsCase{"labels in fields", "NIK 7371012204910015#NAMA Abd. Rahman#KEL Lembo", kPlain},
        FieldsCase{"labels as fields", "NIK#7371012204910015#NAMA#Abd. Rahman#KELURAHAN#Lembo",
                   kPlain}),
    case_name<FieldsCase>);

INSTANTIATE_TEST_SUITE_P(
    NikAsTyped, SmsFieldsOf,
    testing::Values(
        FieldsCase{"blanks in fields", "7371 0122 0491 0015#Rahman#Lembo",
                   "7371 0122 0491 0015|Rahman|Lembo|-"},
        FieldsCase{"blanks in words", "7371 0122 0491 0015 Rahman Lembo",
                   "7371 0122 0491 0015|Rahman|Lembo|-"},
        FieldsCase{"dots", "7371.0122.0491.0015 Rahman Lembo",
                   "7371.0122.0491.0015|Rahman|Lembo|-"},
        FieldsCase{"dots all over", "7371.0122.0491.0015.Rahman.Lembo",
                   "7371 0122 0491 0015|Rahman|Lembo|-"},
        FieldsCase{"dashes", "7371-0122-0491-0015, Rahman, Lembo",
                   "7371-0122-0491-0015|Rahman|Lembo|-"},
        FieldsCase{"letters", "737lO122O491OOI5 Rahman Lembo", "737lO122O491OOI5|Rahman|Lembo|-"},
        FieldsCase{"letters in parts", "737l O122 O491 OOI5 Rahman Lembo",
                   "737l O122 O491 OOI5|Rahman|Lembo|-"},
        FieldsCase{"glued to the name", "7371012204910015Rahman Lembo",
                   "7371012204910015|Rahman|Lembo|-"},
        FieldsCase{"glued to a name of look-alikes", "7371012204910015Lili Lembo",
                   "7371012204910015|Lili|Lembo|-"},
        FieldsCase{"before a name of look-alikes", "7371012204910015 LILO Lembo",
                   "7371012204910015|LILO|Lembo|-"},
        FieldsCase{"too short", "73710122049100#Rahman#Lembo", "73710122049100|Rahman|Lembo|-"},
        FieldsCase{"too long in parts", "7371 0122 0491 00155 Rahman Lembo",
                   "7371 0122 0491 00155|Rahman|Lembo|-"},
        FieldsCase{"far too short", "123#Rahman#Lembo", "123|Rahman|Lembo|-"},
        FieldsCase{"with a wrong letter", "737101220491001S#Rahman#Lembo",
                   "737101220491001S|Rahman|Lembo|-"},
        FieldsCase{"beside a phone number", "081234567890 7371012204910015 Rahman Lembo",
                   "7371012204910015|Rahman|Lembo|-"}),
    case_name<FieldsCase>);

INSTANTIATE_TEST_SUITE_P(
    Order, SmsFieldsOf,
    testing::Values(
        FieldsCase{"name first", "Abd. Rahman#7371012204910015#Lembo", kPlain},
        FieldsCase{"nik last", "Abd. Rahman, Lembo, 7371012204910015", kPlain},
        FieldsCase{"name first, blanks", "Abd. Rahman 7371012204910015 Lembo", kPlain},
        FieldsCase{"nik last, blanks", "Abd. Rahman Lembo 7371012204910015", kPlain},
        FieldsCase{"kelurahan before name", "7371012204910015#Lembo#Abd. Rahman", kPlain},
        FieldsCase{"kelurahan before name, blanks", "7371012204910015 Lembo Abd. Rahman", kPlain},
        FieldsCase{"kelurahan before name, job", "7371012204910015 Lembo Abd. Rahman becak",
                   "7371012204910015|Abd. Rahman|Lembo|becak"},
        FieldsCase{"a name that is a kelurahan", "7371012204910015#Mario#Lembo",
                   "7371012204910015|Mario|Lembo|-"},
        FieldsCase{"the same, blanks", "7371012204910015 Mario Lembo",
                   "7371012204910015|Mario|Lembo|-"},
        FieldsCase{"job before kelurahan", "7371012204910015#Rahman#ojek#Lembo",
                   "7371012204910015|Rahman|Lembo|ojek"}),
    case_name<FieldsCase>);

INSTANTIATE_TEST_SUITE_P(
    PlaceAndJob, SmsFieldsOf,
    testing::Values(
        FieldsCase{"as asked",
                   "7371012204910015 Abd. Rahman Daeng Ngalle Bara Baraya Selatan becak",
                   "7371012204910015|Abd. Rahman Daeng Ngalle|Bara Baraya Selatan|becak"},
        FieldsCase{"longest from the right", "7371012204910015 Rahman Ujung Pandang Baru",
                   "7371012204910015|Rahman|Ujung Pandang Baru|-"},
        FieldsCase{"hyphens", "7371012204910015 Rahman wala-walaya",
                   "7371012204910015|Rahman|Wala-Walaya|-"},
        FieldsCase{"hyphen and blanks", "7371012204910015 Rahman Kassi - Kassi",
                   "7371012204910015|Rahman|Kassi-Kassi|-"},
        FieldsCase{"no hyphen", "7371012204910015#Rahman#banta bantaeng#sopir",
                   "7371012204910015|Rahman|Banta-Bantaeng|driver"},
        FieldsCase{"apostrophe", "7371012204910015 Dg Ma' Pa'baeng-baeng",
                   "7371012204910015|Dg Ma'|Pa'baeng-Baeng|-"},
        FieldsCase{"Kel.", "7371012204910015#Rahman#Kel. Lembo", "7371012204910015|Rahman|Lembo|-"},
        FieldsCase{"glued Kel.", "7371012204910015 Rahman Kel.Lembo",
                   "7371012204910015|Rahman|Lembo|-"},
        FieldsCase{"kelurahan", "7371012204910015 Rahman kelurahan Lembo ojol",
                   "7371012204910015|Rahman|Lembo|ojek"},
        FieldsCase{"desa", "7371012204910015,Rahman,desa lembo", "7371012204910015|Rahman|Lembo|-"},
        FieldsCase{"label first", "7371012204910015 Kel. Lembo Rahman",
                   "7371012204910015|Rahman|Lembo|-"},
        FieldsCase{"label and unknown", "7371012204910015 Rahman kel. Jakarta",
                   "7371012204910015|Rahman|?|-"},
        FieldsCase{"with kecamatan", "7371012204910015 Rahman Lembo Kec. Tallo",
                   "7371012204910015|Rahman|Lembo|-"},
        FieldsCase{"with bare kecamatan", "7371012204910015 Rahman Lembo Tallo",
                   "7371012204910015|Rahman|Lembo|-"},
        FieldsCase{"kecamatan before", "7371012204910015 Rahman Tallo Lembo",
                   "7371012204910015|Rahman|Lembo|-"},
        FieldsCase{"kecamatan as field", "7371012204910015#Rahman#Lembo#Tallo",
                   "7371012204910015|Rahman|Lembo|-"},
        FieldsCase{"with the city", "7371012204910015 Rahman Lembo Makassar",
                   "7371012204910015|Rahman|Lembo|-"},
        FieldsCase{"with the city and job", "7371012204910015 Rahman Lembo Kota Makassar becak",
                   "7371012204910015|Rahman|Lembo|becak"},
        FieldsCase{"with RT and RW", "7371012204910015 Rahman Lembo RT 02 RW 03",
                   "7371012204910015|Rahman|Lembo|-"},
        FieldsCase{"job of the menu", "7371012204910015#Rahman#Lembo#Bentor",
                   "7371012204910015|Rahman|Lembo|becak"},
        FieldsCase{"job of two words", "7371012204910015 Rahman Lembo buruh harian",
                   "7371012204910015|Rahman|Lembo|labourer"},
        FieldsCase{"job in English", "7371012204910015 Rahman Lembo trader",
                   "7371012204910015|Rahman|Lembo|trader"},
        FieldsCase{"own job", "7371012204910015#Rahman#Lembo#tukang kayu",
                   "7371012204910015|Rahman|Lembo|tukang kayu"},
        FieldsCase{"own job behind blanks", "7371012204910015 Rahman Lembo tukang kayu",
                   "7371012204910015|Rahman|Lembo|tukang kayu"},
        FieldsCase{"job in the place's field", "7371012204910015#Rahman#Lembo ojek",
                   "7371012204910015|Rahman|Lembo|ojek"},
        FieldsCase{"job behind a comma", "7371012204910015 Rahman Lembo, tukang batu",
                   "7371012204910015|Rahman|Lembo|tukang batu"},
        FieldsCase{"long own job", "7371012204910015#Rahman#Lembo#penjual nasi kuning keliling",
                   "7371012204910015|Rahman|Lembo|penjual nasi kuning"},
        FieldsCase{"slip", "7371012204910015#Rahman#Lemba", "7371012204910015|Rahman|Lembo?|-"},
        FieldsCase{"slip, blanks", "7371012204910015 Rahman Lemba",
                   "7371012204910015|Rahman|Lembo?|-"},
        FieldsCase{"slip, job", "7371012204910015 Rahman Lemba becak",
                   "7371012204910015|Rahman|Lembo?|becak"},
        FieldsCase{"slip behind a name with a kelurahan", "7371012204910015 Muh Daya Putra Lemba",
                   "7371012204910015|Muh Daya Putra|Lembo?|-"},
        FieldsCase{"unknown in its field", "7371012204910015#Muh Daya#Jakarta",
                   "7371012204910015|Muh Daya|?|-"},
        FieldsCase{"not near in a name", "7371012204910015 Muh Daya Saputra Putra Wijaya",
                   "7371012204910015|Muh Daya Saputra Putra Wijaya|-|-"}),
    case_name<FieldsCase>);

INSTANTIATE_TEST_SUITE_P(
    Parts, SmsFieldsOf,
    testing::Values(
        FieldsCase{"nothing", "", "-|-|-|-"}, FieldsCase{"blank", " \n\t", "-|-|-|-"},
        FieldsCase{"signs", "#,;*/:.-'\"", "-|-|-|-"},
        FieldsCase{"only a NIK", "7371012204910015", "7371012204910015|-|-|-"},
        FieldsCase{"only a NIK, hashes", "#7371012204910015##", "7371012204910015|-|-|-"},
        FieldsCase{"only a NIK in parts", "7371 0122 0491 0015", "7371 0122 0491 0015|-|-|-"},
        FieldsCase{"NIK and name", "7371012204910015#Abd. Rahman",
                   "7371012204910015|Abd. Rahman|-|-"},
        FieldsCase{"NIK and name, blanks", "7371012204910015 Abd. Rahman",
                   "7371012204910015|Abd. Rahman|-|-"},
        FieldsCase{"NIK and a name near a kelurahan", "7371012204910015 Maria",
                   "7371012204910015|Maria|-|-"},
        FieldsCase{"NIK and kelurahan", "7371012204910015 Bara Baraya",
                   "7371012204910015|-|Bara Baraya|-"},
        FieldsCase{"no name between", "7371012204910015##Lembo", "7371012204910015|-|Lembo|-"},
        FieldsCase{"no name between, a slip", "7371012204910015##Lemba",
                   "7371012204910015|-|Lembo?|-"},
        FieldsCase{"no place between", "7371012204910015#Rahman##ojek",
                   "7371012204910015|Rahman|-|ojek"},
        FieldsCase{"no NIK", "Rahman#Lembo", "-|Rahman|Lembo|-"},
        FieldsCase{"no NIK, blanks", "Rahman Lembo becak", "-|Rahman|Lembo|becak"},
        FieldsCase{"only a name", "Abd. Rahman", "-|Abd. Rahman|-|-"},
        FieldsCase{"name with digits", "7371012204910015#R2D2#Lembo",
                   "7371012204910015|R2D2|Lembo|-"}),
    case_name<FieldsCase>);

// --- kelurahan ---

TEST(Kelurahan, are_all_told_apart_by_their_letters) {
    std::set<std::string> keys;
    for (const auto* item : all_kelurahan()) keys.insert(letters_key(item->label));
    EXPECT_EQ(keys.size(), 153U);
    EXPECT_EQ(all_kelurahan().size(), 153U);
}

TEST(Kelurahan, by_their_exact_names_are_certain) {
    for (const auto* item : all_kelurahan()) {
        std::string spaced, glued;
        for (const char c : item->label) {
            if (c == '\'') continue;
            spaced += c == '-' ? ' ' : c;
            if (c != '-' && c != ' ') glued += c;
        }
        for (const std::string& typed :
             {item->label, upper_ascii(item->label), lower_ascii(item->label), spaced, glued,
              "Kel. " + item->label, "kel " + item->label, "KELURAHAN " + item->label,
              "Desa " + item->label, "Kel." + item->label, "kel: " + item->label}) {
            EXPECT_EQ(find_place(service(), typed).code, item->code) << typed;
        }
        for (const std::string& sent : {"7371012204910015 Abd. Rahman " + item->label,
                                        "7371012204910015#Abd. Rahman#" + item->label,
                                        "7371012204910015, Abd. Rahman, kel. " + spaced,
                                        item->label + "#7371012204910015#Abd. Rahman",
                                        "7371012204910015 Abd. Rahman " + spaced + " becak"}) {
            const SmsFields fields = read_sms_fields(service(), sent);
            EXPECT_EQ(fields.kelurahan.code, item->code) << sent;
            EXPECT_EQ(fields.name, "Abd. Rahman") << sent;
            EXPECT_EQ(fields.nik, "7371012204910015") << sent;
        }
    }
}

std::set<std::string> slips_of(const std::string& word) {
    std::set<std::string> out;
    for (std::size_t i = 0; i <= word.size(); ++i) {
        for (const char c : {'a', 'i', 'o', 'k', 'n', 'g', 's', 'y', 'j'}) {
            out.insert(word.substr(0, i) + c + word.substr(i));
            if (i < word.size()) out.insert(word.substr(0, i) + c + word.substr(i + 1));
        }
        if (i < word.size()) out.insert(word.substr(0, i) + word.substr(i + 1));
        if (i + 1 < word.size())
            out.insert(word.substr(0, i) + word[i + 1] + word[i] + word.substr(i + 2));
    }
    out.erase(word);
    return out;
}

TEST(Kelurahan, with_a_slip_are_always_asked_back) {
    std::map<std::string, std::string> exact;
    for (const auto* item : all_kelurahan()) exact[letters_key(item->label)] = item->code;
    for (const auto& [key, code] : exact) {
        for (const std::string& slip : slips_of(key)) {
            const Place place = find_place(service(), slip);
            if (const auto other = exact.find(slip); other != exact.end()) {
                EXPECT_EQ(place.code, other->second) << slip;
                continue;
            }
            EXPECT_EQ(place.code, "") << slip;
            ASSERT_FALSE(place.choices.empty()) << slip;
            EXPECT_LE(place.choices.size(), 3U);
        }
    }
}

struct PlaceCase {
    const char* name;
    const char* typed;
    const char* means;  ///< a name, or "A / B?"
};
class TypedPlace : public testing::TestWithParam<PlaceCase> {};

TEST_P(TypedPlace, means) {
    const Place place = find_place(service(), GetParam().typed);
    EXPECT_EQ(place.code.empty() ? choices(place) + "?" : label(place.code), GetParam().means);
}

INSTANTIATE_TEST_SUITE_P(
    LookAlikes, TypedPlace,
    testing::Values(
        PlaceCase{"barana", "barana", "Barana"}, PlaceCase{"baraya", "baraya", "Baraya"},
        PlaceCase{"between them", "baraja", "Baraya / Barana?"},
        PlaceCase{"jongaya", "jongaya", "Jongaya"}, PlaceCase{"bongaya", "bongaya", "Bongaya"},
        PlaceCase{"between these", "tongaya", "Bongaya / Jongaya?"},
        PlaceCase{"lakkang", "lakkang", "Lakkang"}, PlaceCase{"laikang", "laikang", "Laikang"},
        PlaceCase{"between those", "lankang", "Laikang / Lakkang?"},
        PlaceCase{"mariso", "mariso", "Mariso"}, PlaceCase{"mario", "mario", "Mario"},
        PlaceCase{"between the last", "maris", "Mario / Mariso?"}),
    case_name<PlaceCase>);

INSTANTIATE_TEST_SUITE_P(Prefixes, TypedPlace,
                         testing::Values(PlaceCase{"exact wins", "Melayu", "Melayu"},
                                         PlaceCase{"the longer one", "Melayu Baru", "Melayu Baru"},
                                         PlaceCase{"neither", "Melay", "Melayu / Melayu Baru?"},
                                         PlaceCase{"begin", "sawer", "Sawerigading?"},
                                         PlaceCase{"two letters", "sa", "?"},
                                         PlaceCase{"label only", "Kel.", "?"},
                                         PlaceCase{"nothing", "", "?"},
                                         PlaceCase{"unknown", "Jakarta", "?"}),
                         case_name<PlaceCase>);

TEST(Kelurahan, that_begin_another_are_taken_exactly) {
    std::size_t prefixes = 0;
    for (const auto* item : all_kelurahan()) {
        const std::string key = letters_key(item->label);
        for (const auto* other : all_kelurahan()) {
            const std::string longer = letters_key(other->label);
            if (other == item || !longer.starts_with(key)) continue;
            ++prefixes;
            EXPECT_EQ(find_place(service(), item->label).code, item->code);
            EXPECT_EQ(find_place(service(), other->label).code, other->code);
        }
    }
    EXPECT_GE(prefixes, 24U);
}

// --- any text ---

TEST(SmsFieldsOf, any_bytes_are_read) {
    std::mt19937 random(11);
    const std::string pieces[] = {"7371012204910015",
                                  "7371 0122",
                                  "O",
                                  "l",
                                  " ",
                                  " ",
                                  "#",
                                  ",",
                                  "\n",
                                  ".",
                                  "-",
                                  "'",
                                  "Rahman",
                                  "Lembo",
                                  "Kel.",
                                  "kec",
                                  "Tallo",
                                  "becak",
                                  "Maria",
                                  "RT",
                                  "NIK",
                                  "\xC3\xA9",
                                  "\xFF",
                                  "\xE2\x80"};
    for (int round = 0; round < 4'000; ++round) {
        std::string text;
        for (std::size_t i = random() % 14; i > 0; --i)
            text += random() % 6 ? pieces[random() % std::size(pieces)]
                                 : std::string(1, static_cast<char>(random() % 256));
        const SmsFields fields = read_sms_fields(service(), text);
        for (const auto* field : {&fields.nik, &fields.name, &fields.place, &fields.job}) {
            if (!*field) continue;
            ASSERT_FALSE((*field)->empty()) << text;
            ASSERT_TRUE(valid_utf8(**field)) << text;
        }
        if (!fields.kelurahan.code.empty()) {
            ASSERT_TRUE(fields.place) << text;
            ASSERT_TRUE(areas().find(fields.kelurahan.code)) << text;
        }
    }
}

TEST(SmsFieldsOf, a_very_long_text_is_read) {
    for (const std::string piece : {"#", " ", "7", "x", "a ", "7 ", "Lembo ", ".", "Kel."}) {
        std::string text;
        while (text.size() < 20'000) text += piece;
        (void)read_sms_fields(service(), text);
    }
    const SmsFields fields =
        read_sms_fields(service(), "7371012204910015#Rahman#Lembo#" + std::string(20'000, 'x'));
    EXPECT_EQ(fields.kelurahan.code.empty(), false);
    EXPECT_EQ(fields.job, std::string(20, 'x'));
}

}  // namespace
}  // namespace jangkau::flows
