#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "gateway/core/msisdn.hpp"

// Our reading of phone numbers against libphonenumber's. They differ on purpose in two ways:
// - The networks have numbers of 13 national digits, such as 0895 3297 088863, which the library's
//   tables call invalid and we accept.
// - "62812345678" without a plus is to us what aggregators send, country code and mobile number; to
//   the library it is a landline in the area 062x that lost its zero.

namespace jangkau {
namespace {

namespace fs = std::filesystem;

struct Country {
    const char* code;
    const char* mobile_prefix;
    std::size_t digits;  ///< after the prefix
};

constexpr std::array kCountries{
    Country{"1", "212", 7},  Country{"20", "10", 8},  Country{"234", "803", 7},
    Country{"233", "24", 7}, Country{"254", "71", 7}, Country{"255", "75", 7},
    Country{"256", "77", 7}, Country{"27", "82", 7},  Country{"31", "6", 8},
    Country{"44", "77", 8},  Country{"49", "151", 8}, Country{"60", "12", 7},
    Country{"61", "4", 8},   Country{"63", "917", 7}, Country{"65", "9", 7},
    Country{"66", "81", 7},  Country{"670", "77", 6}, Country{"675", "7", 7},
    Country{"81", "90", 8},  Country{"84", "91", 7},  Country{"880", "17", 8},
    Country{"91", "98", 8},  Country{"92", "30", 8},  Country{"966", "50", 7},
    Country{"971", "50", 7}};

/// Seeded, and without the standard distributions, which differ between libraries.
class Numbers {
public:
    std::size_t below(std::size_t limit) { return random_() % limit; }

    std::string digits(std::size_t count) {
        std::string text;
        for (std::size_t i = 0; i < count; ++i) text += static_cast<char>('0' + below(10));
        return text;
    }

    /// `number` with the signs that people put between digits.
    std::string punctuated(const std::string& number) {
        static constexpr std::array<const char*, 5> kSigns{"", "-", " ", ".", " - "};
        const char* const sign = kSigns[below(kSigns.size())];
        std::string text;
        for (std::size_t i = 0; i < number.size(); ++i) {
            if (i > 2 && i % 4 == 0) text += sign;
            text += number[i];
        }
        return text;
    }

private:
    std::mt19937 random_{20260101};
};

std::vector<std::string> raw_numbers() {
    Numbers numbers;
    std::vector<std::string> raw;
    static constexpr std::array<const char*, 8> kForms{"+62", "+62 ",   "0062",  "62",
                                                       "0",   "+62(0)", "(+62)", ""};
    for (int round = 0; round < 60; ++round) {
        for (const char* const form : kForms) {
            const std::size_t digits = 9 + numbers.below(4);
            raw.push_back(numbers.punctuated(form + ("8" + numbers.digits(digits - 1))));
        }
        // Right and wrong ones alike: landlines, too short, too long, anything.
        raw.push_back("0" + numbers.digits(4 + numbers.below(12)));
        raw.push_back("+62" + numbers.digits(5 + numbers.below(11)));
        raw.push_back("+" + numbers.digits(7 + numbers.below(9)));
        raw.push_back(numbers.digits(5 + numbers.below(11)));
    }
    for (const auto& country : kCountries) {
        for (int round = 0; round < 10; ++round) {
            raw.push_back(
                "+" + std::string(country.code) +
                numbers.punctuated(country.mobile_prefix + numbers.digits(country.digits)));
        }
    }
    return raw;
}

fs::path oracle_folder() { return fs::path(JANGKAU_SOURCE_DIR) / "tests/core/msisdn_oracle"; }

fs::path tools_folder() {
    const char* const tools = std::getenv("JANGKAU_TEST_TOOLS");
    return tools != nullptr && *tools != '\0' ? fs::path(tools) : oracle_folder();
}

struct Answer {
    std::string e164;  ///< "" if the library knows no valid number
    bool indonesian_mobile = false;
};

std::vector<Answer> ask_library(const std::vector<std::string>& raw) {
    const fs::path questions =
        fs::path(testing::TempDir()) / ("msisdn_oracle." + std::to_string(std::random_device()()));
    std::ofstream out(questions);
    for (const auto& number : raw) out << number << '\n';
    out.close();

    const std::string command =
        "node '" + (oracle_folder() / "oracle.mjs").string() + "' < '" + questions.string() + "'";
    std::string output;
    if (FILE* const pipe = popen(command.c_str(), "r"); pipe != nullptr) {
        std::array<char, 4096> chunk{};
        for (std::size_t read = 1; read > 0;) {
            read = std::fread(chunk.data(), 1, chunk.size(), pipe);
            output.append(chunk.data(), read);
        }
        pclose(pipe);
    }
    fs::remove(questions);

    std::vector<Answer> answers;
    std::istringstream lines(output);
    for (std::string line; std::getline(lines, line);) {
        Answer answer;
        if (line != "-") answer.e164 = line.substr(0, line.find(' '));
        answer.indonesian_mobile = line.ends_with(" ID MOBILE");
        answers.push_back(answer);
    }
    return answers;
}

TEST(MsisdnOracle, reads_numbers_as_libphonenumber_does) {
    ASSERT_TRUE(fs::exists(tools_folder() / "node_modules" / "libphonenumber-js"))
        << "run ./dev setup";
    const auto raw = raw_numbers();
    const auto answers = ask_library(raw);
    ASSERT_EQ(answers.size(), raw.size()) << "node gave no answer; run ./dev setup";

    int mobile = 0;
    int abroad = 0;
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const Answer& theirs = answers[i];
        const auto ours = Msisdn::parse(raw[i], NumberPlan{});
        if (theirs.indonesian_mobile) {
            ++mobile;
            ASSERT_TRUE(ours) << raw[i] << " is " << theirs.e164;
        }
        if (!ours || theirs.e164.empty()) continue;
        if (raw[i].starts_with("628") && theirs.e164.starts_with("+62628")) continue;
        EXPECT_EQ(ours->e164(), theirs.e164) << raw[i];
        if (!theirs.e164.starts_with("+62")) ++abroad;
    }
    // Or the comparison would have compared nothing.
    EXPECT_GT(mobile, 250);
    EXPECT_GT(abroad, 150);
}

TEST(MsisdnOracle, differs_on_numbers_of_thirteen_digits) {
    ASSERT_TRUE(fs::exists(tools_folder() / "node_modules" / "libphonenumber-js"))
        << "run ./dev setup";
    const std::string raw = "08953297088863";
    const auto answers = ask_library({raw});
    ASSERT_EQ(answers.size(), 1U) << "node gave no answer; run ./dev setup";
    EXPECT_EQ(answers[0].e164, "") << "the library has learned: drop the exception from this file";
    const auto ours = Msisdn::parse(raw, NumberPlan{});
    ASSERT_TRUE(ours);
    EXPECT_EQ(ours->e164(), "+628953297088863");
}

}  // namespace
}  // namespace jangkau
