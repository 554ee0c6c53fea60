// Every word that an SMS may say, as we ship them: a slip never leads to another command.

#include <gmock/gmock.h>

#include <map>
#include <set>

#include "menus/sms_grammar.hpp"
#include "tests/gateway/shipped_config.hpp"
#include "tests/support/case_name.hpp"

namespace jangkau::menus {
namespace {

const Menu& menu() { return gateway::shipped_service().menu; }
Vocabulary of_workers() { return {menu().worker_words}; }
Vocabulary of_agents() { return {menu().agent_words, menu().worker_words}; }

std::string understood(const std::string& text, const Vocabulary& vocabulary) {
    const auto command = parse_command(text, vocabulary);
    return command ? command->keyword->word : "";
}

/// Word -> its command. A word of both lists is the first list's.
std::map<std::string, const Keyword*> all_words(const Vocabulary& vocabulary) {
    std::map<std::string, const Keyword*> out;
    for (const auto* list : vocabulary.lists) {
        for (const Keyword& keyword : *list) {
            out.emplace(keyword.word, &keyword);
            for (const std::string& alias : keyword.also) out.emplace(alias, &keyword);
        }
    }
    return out;
}

std::set<std::string> slips_of(const std::string& word) {
    std::set<std::string> out;
    for (std::size_t i = 0; i <= word.size(); ++i) {
        for (char c = 'A'; c <= 'Z'; ++c) {
            out.insert(word.substr(0, i) + c + word.substr(i));
            if (i < word.size()) out.insert(word.substr(0, i) + c + word.substr(i + 1));
        }
        if (i < word.size()) out.insert(word.substr(0, i) + word.substr(i + 1));
        if (i + 1 < word.size())
            out.insert(word.substr(0, i) + word[i + 1] + word[i] + word.substr(i + 2));
    }
    out.erase(word);
    out.erase("");
    return out;
}

struct Who {
    const char* name;
    Vocabulary (*vocabulary)();
    std::vector<std::string> refused;
};
class ShippedWords : public testing::TestWithParam<Who> {
protected:
    const Vocabulary vocabulary_ = GetParam().vocabulary();
    const std::map<std::string, const Keyword*> words_ = all_words(vocabulary_);
};

TEST_P(ShippedWords, are_understood_alone_and_with_a_ticket_in_every_form) {
    for (const auto& [word, keyword] : words_) {
        EXPECT_EQ(understood(word, vocabulary_), keyword->word);
        if (word == "?") continue;
        for (const std::string between : {" ", "#", ".", ",", "*", "/", ";", ":", "\n", "\r\n",
                                          " # ", "-", "  ", "", "##", ". "}) {
            for (const std::string& text :
                 {word + between + "4821730", word + between + "4821730#",
                  "4821730" + between + word, "#" + word + between + "4821730",
                  "\"" + word + between + "4821730\"", "tiket 4821730" + between + word}) {
                const auto command = parse_command(text, vocabulary_);
                ASSERT_TRUE(command) << text;
                EXPECT_EQ(command->keyword, keyword) << text;
                EXPECT_EQ(ticket_in(*command, 7), "4821730") << text;
            }
        }
    }
}

TEST_P(ShippedWords, lead_nowhere_else_with_one_slip) {
    for (const auto& [word, keyword] : words_) {
        if (word == "?") continue;  // no slip of a word
        for (const std::string& slip : slips_of(word)) {
            for (const std::string& text : {slip, slip + " 4821730", "4821730 " + slip}) {
                const auto command = parse_command(text, vocabulary_);
                if (!command || words_.contains(slip)) continue;
                EXPECT_EQ(command->keyword, keyword) << word << " typed as " << text;
                EXPECT_FALSE(keyword->exact) << text;
            }
        }
    }
}

TEST_P(ShippedWords, of_five_letters_are_forgiven_a_slip_that_no_other_is_near) {
    std::size_t forgiven = 0, refused = 0;
    for (const auto& [word, keyword] : words_) {
        if (word.size() < 5 || keyword->exact) continue;
        for (const std::string& slip : slips_of(word))
            ++(understood(slip, vocabulary_) == keyword->word ? forgiven : refused);
    }
    EXPECT_GT(forgiven, 20 * refused) << forgiven << " of " << forgiven + refused;
}

std::vector<std::string> lines(const std::map<std::string, std::set<std::string>>& groups) {
    std::vector<std::string> out;
    for (const auto& [group, members] : groups) {
        std::string line = group + ":";
        for (const std::string& member : members) line += " " + member;
        out.push_back(std::move(line));
    }
    return out;
}

/// Which slips may have meant several commands, by those: none is taken.
TEST_P(ShippedWords, near_to_two_commands_are_refused) {
    std::map<std::string, std::set<std::string>> meant;
    for (const auto& [word, keyword] : words_) {
        for (const std::string& slip : slips_of(word))
            if (slip.size() > 4 && !words_.contains(slip)) meant[slip].insert(keyword->word);
    }
    std::map<std::string, std::set<std::string>> refused;
    for (const auto& [slip, commands] : meant) {
        if (commands.size() < 2) continue;
        EXPECT_EQ(understood(slip, vocabulary_), "") << slip;
        std::string between;
        for (const std::string& command : commands)
            between += (between.empty() ? "" : " ") + command;
        // START and STAT stand for these: "STAT" with any letter in it is between them.
        refused[between].insert(between == "MULAI STATUS" ? slip.substr(0, 2) + ".." : slip);
    }
    EXPECT_EQ(lines(refused), GetParam().refused);
}

/// Where one slip makes a word another command's, both are short or as given here. Whoever adds a
/// word to the menu sees it.
TEST_P(ShippedWords, that_are_one_slip_apart_are_these) {
    std::vector<std::string> pairs;
    for (const auto& [word, keyword] : words_) {
        if (word == "?") continue;
        for (const std::string& slip : slips_of(word)) {
            const auto other = words_.find(slip);
            if (other != words_.end() && other->second != keyword && word < slip && slip != "?")
                pairs.push_back(word + " " + slip);
        }
    }
    EXPECT_THAT(pairs,
                testing::UnorderedElementsAre("GA YA", "HELP TELP", "N Y", "START STAT", "T Y"));
}

// --- yes and no ---

constexpr const char* kYes[] = {"YA",  "Y",      "YAA", "IYA",   "IYE",   "IYO", "IYYE", "OK",
                                "OKE", "SETUJU", "SIP", "BENAR", "BETUL", "MAU", "JADI"};
constexpr const char* kNo[] = {"TIDAK", "TDK",    "T",    "N",   "NO", "BUKAN", "GAK",  "GA",
                               "NGGAK", "ENGGAK", "TENA", "DE'", "DE", "BATAL", "TOLAK"};

TEST_P(ShippedWords, say_yes_and_no_as_people_do) {
    const std::set<std::string> yes{"YA", "SETUJU", "BETUL"}, no{"TIDAK", "BATAL"};
    for (const std::string word : kYes)
        for (const std::string& text : {word, word + ".", word + " pak", word + " 4821730"})
            EXPECT_TRUE(yes.contains(understood(text, vocabulary_))) << text;
    for (const std::string word : kNo)
        for (const std::string& text : {word, word + "!", word + " bisa", word + " 4821730"})
            EXPECT_TRUE(no.contains(understood(text, vocabulary_))) << text;
}

TEST_P(ShippedWords, of_both_kinds_in_one_text_ask_again) {
    for (const std::string yes : kYes) {
        for (const std::string no : kNo) {
            for (const std::string& text :
                 {yes + " " + no, no + " " + yes, yes + " " + no + " tahu", no + ", " + yes + "?",
                  yes + " 4821730 " + no, "4821730 " + no + " " + yes})
                EXPECT_EQ(understood(text, vocabulary_), "") << text;
        }
    }
}

// --- the whole text ---

struct TextCase {
    const char* name;
    const char* text;
    const char* worker;  ///< the command, "" for none
    const char* agent;
};
class ShippedText : public testing::TestWithParam<TextCase> {};

TEST_P(ShippedText, is_understood) {
    EXPECT_EQ(understood(GetParam().text, of_workers()), GetParam().worker);
    EXPECT_EQ(understood(GetParam().text, of_agents()), GetParam().agent);
}

INSTANTIATE_TEST_SUITE_P(
    Roles, ShippedText,
    testing::Values(TextCase{"stop", "BERHENTI", "BERHENTI", "LIBUR"},
                    TextCase{"start", "mulai", "MULAI", "KERJA"},
                    TextCase{"a worker's word", "SANGGAH 4821730", "SANGGAH", "SANGGAH"},
                    TextCase{"a worker's word with a slip", "SANGAH 4821730", "SANGGAH", "SANGGAH"},
                    TextCase{"consent", "setuju", "SETUJU", "YA"},
                    TextCase{"no word of an agent near it", "GANTI", "GANTI", "GANTI"},
                    TextCase{"between two roles", "GENTI", "", ""}),
    case_name<TextCase>);

INSTANTIATE_TEST_SUITE_P(
    Slips, ShippedText,
    testing::Values(TextCase{"missing", "DAFTR", "DAFTAR", "DAFTAR"},
                    TextCase{"missing in the middle", "STATS", "STATUS", "STATUS"},
                    TextCase{"missing h", "BERENTI", "BERHENTI", "LIBUR"},
                    TextCase{"swapped", "DATFAR", "DAFTAR", "DAFTAR"},
                    TextCase{"erasure forgives none", "HAPS", "", ""},
                    TextCase{"erasure forgives no swap", "HAPSU", "", ""},
                    TextCase{"near erasure and more", "HARUS", "", ""},
                    TextCase{"between a withdrawal and a report", "GATAL", "", ""},
                    TextCase{"two slips", "DAFRT", "", ""},
                    TextCase{"four letters", "LIZT", "", ""},
                    TextCase{"prose", "statsu saya bagaimana", "", ""},
                    TextCase{"prose with a word", "saya mau daftar", "", ""}),
    case_name<TextCase>);

INSTANTIATE_TEST_SUITE_P(
    Places, ShippedText,
    testing::Values(
        TextCase{"glued to a NIK", "DAFTAR7371012204910015 Rahman Lembo", "DAFTAR", "DAFTAR"},
        TextCase{"at the back", "7371012204910015#RAHMAN#LEMBO#DAFTAR", "DAFTAR", "DAFTAR"},
        TextCase{"behind a name", "Abd. Rahman 7371012204910015 Lembo DAFTAR", "DAFTAR", "DAFTAR"},
        TextCase{"status behind words", "nomor tiket saya 4821730 status", "STATUS", "STATUS"},
        TextCase{"a polite yes behind words", "uang saya 50000 habis ya", "", ""},
        TextCase{"erasure behind words", "data saya 4821730 hapus", "", ""},
        TextCase{"label", "tiket 4821730: ya", "YA", "YA"},
        TextCase{"label and KPJ", "tkt 4821730 selesai 12345678901", "SELESAI", "SELESAI"},
        TextCase{"numbers only", "4821730 12345678901", "", ""}),
    case_name<TextCase>);

INSTANTIATE_TEST_SUITE_P(
    Of, ShippedWords,
    testing::Values(
        Who{"workers",
            &of_workers,
            {"AGEN SETUJU: AGREN", "BANTUAN TELEPON: HTELP THELP", "BATAL BETUL: BATUL BETAL",
             "BATAL GAGAL: BAGAL GATAL", "BERHENTI GANTI: GENTI HANTI", "BETUL LANJUT: TERUE",
             "BETUL TIDAK: TENAR", "MULAI STATUS: ST..", "RALAT SALAH: RALAH SALAT",
             "TANYA TIDAK: TENYA", "TANYA TUNDA: TANDA TUNYA", "TIDAK TUNDA: TENDA"}},
        Who{"agents",
            &of_agents,
            {"AGEN SETUJU: AGREN", "BANTUAN TELEPON: HTELP THELP", "BETUL LANJUT: TERUE",
             "GAGAL TIDAK: BAGAL GATAL", "GANTI LIBUR: GENTI HANTI", "MULAI STATUS: ST..",
             "RALAT SALAH: RALAH SALAT", "TANYA TIDAK: TENYA", "TANYA TUNDA: TANDA TUNYA",
             "TIDAK TUNDA: TENDA", "TIDAK YA: BATUL BETAL TENAR"}}),
    case_name<Who>);

}  // namespace
}  // namespace jangkau::menus
