#include "sessions/key_source.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "tests/sessions/keys.hpp"
#include "tests/sessions/store_contract.hpp"

namespace jangkau::sessions {
namespace {

const std::string kHex(64, 'a');

/// "1=aa.. 2=bb..": each key by its first byte.
std::string written(const std::vector<Key>& keys) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const Key& key : keys) {
        const unsigned char first = key.bytes[0];
        text += (text.empty() ? "" : " ") + std::to_string(key.id) + "=";
        text += kDigits[first >> 4U];
        text += kDigits[first & 15U];
    }
    return text;
}

struct KeyFileCase {
    const char* name;
    std::string content;
    mode_t mode;
    const char* keys;  ///< "" = refused
    const char* said = "";
    bool handed_over = false;
};

class KeyFile : public testing::TestWithParam<KeyFileCase> {};

INSTANTIATE_TEST_SUITE_P(
    KeySource, KeyFile,
    testing::Values(
        KeyFileCase{"as_the_first_version_made_it", kHex + "\n", 0600, "1=aa"},
        KeyFileCase{"without_line_end", kHex, 0600, "1=aa"},
        KeyFileCase{"read_only", kHex, 0400, "1=aa"},
        KeyFileCase{"upper_case", std::string(64, 'B'), 0600, "1=bb"},
        KeyFileCase{"with_id", key_line(7, 'a'), 0600, "7=aa"},
        KeyFileCase{"two", key_line(1, 'a') + key_line(2, 'b'), 0600, "1=aa 2=bb"},
        KeyFileCase{"two_on_a_line", "1:" + kHex + ",2:" + std::string(64, 'c'), 0600, "1=aa 2=cc"},
        KeyFileCase{"the_first_and_a_new_one", kHex + "\n" + key_line(2, 'b'), 0600, "1=aa 2=bb"},
        KeyFileCase{"the_highest_id", key_line(65535, 'a'), 0600, "65535=aa"},
        KeyFileCase{"too_high_an_id", "65536:" + kHex, 0600, "", "64 hexadecimal"},
        KeyFileCase{"id_zero", key_line(0, 'a'), 0600, "", "64 hexadecimal"},
        KeyFileCase{"no_id", ":" + kHex, 0600, "", "64 hexadecimal"},
        KeyFileCase{"id_in_words", "one:" + kHex, 0600, "", "64 hexadecimal"},
        KeyFileCase{"the_same_id_twice", key_line(2, 'a') + key_line(2, 'b'), 0600, "",
                    "two keys 2"},
        KeyFileCase{"group_reads", kHex, 0640, "", "chmod 600"},
        KeyFileCase{"group_writes", kHex, 0620, "", "chmod 600"},
        KeyFileCase{"others_read", kHex, 0604, "", "chmod 600"},
        KeyFileCase{"others_execute", kHex, 0601, "", "chmod 600"},
        KeyFileCase{"handed_over_by_an_access_list", kHex, 0440, "1=aa", "", true},
        KeyFileCase{"handed_over_for_others_too", kHex, 0444, "", "chmod 600", true},
        KeyFileCase{"empty", "", 0600, "", "64 hexadecimal"},
        KeyFileCase{"short", std::string(63, 'a'), 0600, "", "64 hexadecimal"},
        KeyFileCase{"long", std::string(65, 'a'), 0600, "", "64 hexadecimal"},
        KeyFileCase{"no_hex", std::string(63, 'a') + "g", 0600, "", "64 hexadecimal"},
        KeyFileCase{"an_empty_line", kHex + "\n\n", 0600, "", "64 hexadecimal"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST_P(KeyFile, IsAcceptedOrRefusedInWords) {
    const TempFolder folder;
    const std::string path = folder.path() + "/key";
    std::ofstream(path) << GetParam().content;
    ASSERT_EQ(::chmod(path.c_str(), GetParam().mode), 0);
    std::string keys, said;
    try {
        keys = written(read_keys({.file = path, .handed_over = GetParam().handed_over}));
    } catch (const std::runtime_error& refused) {
        said = refused.what();
        EXPECT_NE(said.find(path), std::string::npos) << said;
        EXPECT_EQ(said.find('\n'), std::string::npos) << said;
        EXPECT_EQ(said.find("aaaaaa"), std::string::npos) << "it tells the key: " << said;
    }
    EXPECT_EQ(keys, GetParam().keys);
    EXPECT_NE(said.find(GetParam().said), std::string::npos) << said;
}

TEST(KeySource, AKeyOfAnotherUserIsRefused) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
    const TempFolder folder;
    const std::string path = folder.path() + "/key";
    std::ofstream(path) << kHex;
    ASSERT_EQ(::chmod(path.c_str(), 0600), 0);
    ASSERT_EQ(::chown(path.c_str(), 12345, 0), 0);
    EXPECT_THROW((void)read_keys({.file = path}), std::runtime_error);
}

TEST(KeySource, TextTakesTheFilesPlace) {
    const KeySource source{.file = "/nowhere", .text = "1:" + kHex, .name = "the variable X"};
    EXPECT_EQ(written(read_keys(source)), "1=aa");
    EXPECT_FALSE(source.ours());
    try {
        (void)read_keys({.file = "", .text = "nothing", .name = "the variable X"});
        ADD_FAILURE() << "it was accepted";
    } catch (const std::runtime_error& refused) {
        EXPECT_TRUE(std::string(refused.what()).starts_with("the variable X must hold"));
    }
}

TEST(KeySource, SeventeenKeysAreTooMany) {
    std::string text;
    for (KeyId id = 1; id <= 16; ++id) text += key_line(id, 'a');
    EXPECT_EQ(parse_keys(text, "here").size(), 16U);
    EXPECT_THROW((void)parse_keys(text + key_line(17, 'a'), "here"), std::runtime_error);
}

TEST(KeySource, AKeyIsMadeForItsOwnerOnlyAndNeverOverAnother) {
    const TempFolder folder;
    const std::string path = folder.path() + "/key";
    const Key key = make_key_file(path);
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    const auto read = read_keys({.file = path});
    ASSERT_EQ(read.size(), 1U);
    EXPECT_TRUE(std::equal(key.bytes.get(), key.bytes.get() + Key::kBytes, read[0].bytes.get()));
    EXPECT_THROW((void)make_key_file(path), std::runtime_error);
    const Key other = make_key_file(folder.path() + "/other");
    EXPECT_FALSE(std::equal(key.bytes.get(), key.bytes.get() + Key::kBytes, other.bytes.get()));
}

TEST(KeySource, ANewFileChangesNothingBeforeItIsPutInPlace) {
    const TempFolder folder;
    const std::string path = folder.path() + "/key";
    std::ofstream(path) << kHex << "\n";
    ASSERT_EQ(::chmod(path.c_str(), 0600), 0);
    std::ofstream(path + ".new") << "left behind by a process that was killed";
    const auto names = [&] {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
            count += entry.exists() ? 1 : 0;
        return count;
    };
    {
        NewKeyFile file(path, keys_of({{1, '\xaa'}, {2, '\xbb'}}));
        EXPECT_EQ(written(read_keys({.file = path})), "1=aa");
    }
    EXPECT_EQ(names(), 1U);
    NewKeyFile file(path, keys_of({{1, '\xaa'}, {2, '\xbb'}}));
    file.put_in_place();
    EXPECT_EQ(written(read_keys({.file = path})), "1=aa 2=bb");
    EXPECT_EQ(names(), 1U);
}

TEST(KeySource, MissingIsSaidInWords) {
    const TempFolder folder;
    EXPECT_THROW((void)read_keys({.file = folder.path() + "/key"}), std::runtime_error);
    EXPECT_THROW((void)make_key_file(folder.path() + "/no/key"), std::runtime_error);
    EXPECT_THROW((void)read_keys({.file = folder.path()}), std::runtime_error);
}

}  // namespace
}  // namespace jangkau::sessions
