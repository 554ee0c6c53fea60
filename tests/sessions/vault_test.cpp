#include "sessions/vault.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <set>
#include <stdexcept>

#include "tests/sessions/store_contract.hpp"

namespace jangkau::sessions {
namespace {

const std::string kKey(Vault::kKeyBytes, 'k');

TEST(Vault, OpensWhatItSealed) {
    const Vault vault(kKey);
    for (const std::string& plain :
         {std::string(), std::string("7371014503850001"), awkward(), std::string(100'000, 'x')}) {
        const std::string sealed = vault.seal("enrollments/1", plain);
        EXPECT_EQ(vault.open("enrollments/1", sealed), plain);
        EXPECT_TRUE(plain.empty() || sealed.find(plain) == std::string::npos);
    }
}

TEST(Vault, SealsTheSameDifferently) {
    const Vault vault(kKey);
    EXPECT_NE(vault.seal("a", "same"), vault.seal("a", "same"));
}

struct RefusedCase {
    const char* name;
    const char* sealed_at;
    const char* opened_at;
    char key;
};

class VaultRefuses : public testing::TestWithParam<RefusedCase> {};

INSTANTIATE_TEST_SUITE_P(
    Vault, VaultRefuses,
    testing::Values(RefusedCase{"another_row", "enrollments/1", "enrollments/2", 'k'},
                    RefusedCase{"another_table", "enrollments/1", "drafts/1", 'k'},
                    RefusedCase{"a_longer_place", "enrollments/1", "enrollments/11", 'k'},
                    RefusedCase{"no_place", "enrollments/1", "", 'k'},
                    RefusedCase{"another_key", "enrollments/1", "enrollments/1", 'K'}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST_P(VaultRefuses, AValueThatWasMoved) {
    const std::string sealed = Vault(kKey).seal(GetParam().sealed_at, "NIK");
    const Vault other(std::string(Vault::kKeyBytes, GetParam().key));
    EXPECT_FALSE(other.open(GetParam().opened_at, sealed));
}

TEST(Vault, RefusesEveryFlippedBitAndEveryCut) {
    const Vault vault(kKey);
    const std::string sealed = vault.seal("place", "7371014503850001");
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        for (int bit = 0; bit < 8; ++bit) {
            std::string changed = sealed;
            changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
            EXPECT_FALSE(vault.open("place", changed)) << "byte " << i << " bit " << bit;
        }
        EXPECT_FALSE(vault.open("place", sealed.substr(0, i))) << "cut at " << i;
    }
    EXPECT_FALSE(vault.open("place", sealed + "x"));
}

TEST(Vault, IndexesByPurposeValueAndKey) {
    const Vault vault(kKey);
    const Vault other(std::string(Vault::kKeyBytes, 'K'));
    EXPECT_EQ(vault.index("nik", "1"), Vault(kKey).index("nik", "1"));
    const std::set<Vault::Index> all = {vault.index("nik", "1"),  vault.index("nik", "2"),
                                        vault.index("turn", "1"), vault.index("nik1", ""),
                                        vault.index("", "nik1"),  other.index("nik", "1")};
    EXPECT_EQ(all.size(), 6U);
}

TEST(Vault, RefusesAKeyOfAnotherLength) {
    EXPECT_THROW(Vault(""), std::invalid_argument);
    EXPECT_THROW(Vault(std::string(31, 'k')), std::invalid_argument);
    EXPECT_THROW(Vault(std::string(33, 'k')), std::invalid_argument);
}

TEST(VaultKey, IsMadeOnceForItsOwnerOnly) {
    const TempFolder folder;
    const std::string path = folder.path() + "/key";
    const std::string key = Vault::load_key(path, true);
    EXPECT_EQ(key.size(), Vault::kKeyBytes);
    EXPECT_EQ(Vault::load_key(path, true), key);
    EXPECT_EQ(Vault::load_key(path, false), key);
    struct stat status {};
    ASSERT_EQ(::stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    EXPECT_NE(Vault::load_key(folder.path() + "/other", true), key);
}

struct KeyFileCase {
    const char* name;
    std::string content;
    mode_t mode;
    const char* said;  ///< "" = accepted
};

class VaultKeyFile : public testing::TestWithParam<KeyFileCase> {};

const std::string kHex(64, 'a');

INSTANTIATE_TEST_SUITE_P(
    VaultKey, VaultKeyFile,
    testing::Values(KeyFileCase{"with_line_end", kHex + "\n", 0600, ""},
                    KeyFileCase{"without_line_end", kHex, 0600, ""},
                    KeyFileCase{"read_only", kHex, 0400, ""},
                    KeyFileCase{"upper_case", std::string(64, 'A'), 0600, ""},
                    KeyFileCase{"group_reads", kHex, 0640, "chmod 600"},
                    KeyFileCase{"group_writes", kHex, 0620, "chmod 600"},
                    KeyFileCase{"others_read", kHex, 0604, "chmod 600"},
                    KeyFileCase{"others_execute", kHex, 0601, "chmod 600"},
                    KeyFileCase{"empty", "", 0600, "64 hexadecimal"},
                    KeyFileCase{"short", std::string(63, 'a'), 0600, "64 hexadecimal"},
                    KeyFileCase{"long", std::string(65, 'a'), 0600, "64 hexadecimal"},
                    KeyFileCase{"no_hex", std::string(63, 'a') + "g", 0600, "64 hexadecimal"},
                    KeyFileCase{"two_lines", kHex + "\n\n", 0600, "64 hexadecimal"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST_P(VaultKeyFile, IsAcceptedOrRefusedInWords) {
    const TempFolder folder;
    const std::string path = folder.path() + "/key";
    std::ofstream(path) << GetParam().content;
    ASSERT_EQ(::chmod(path.c_str(), GetParam().mode), 0);
    std::string said;
    try {
        EXPECT_EQ(Vault::load_key(path, false), std::string(Vault::kKeyBytes, '\xaa'));
    } catch (const std::runtime_error& refused) {
        said = refused.what();
        EXPECT_NE(said.find(path), std::string::npos) << said;
    }
    EXPECT_EQ(said.empty(), GetParam().said[0] == '\0') << said;
    EXPECT_NE(said.find(GetParam().said), std::string::npos) << said;
}

TEST(VaultKey, MissingIsSaidInWords) {
    const TempFolder folder;
    EXPECT_THROW(static_cast<void>(Vault::load_key(folder.path() + "/key", false)),
                 std::runtime_error);
    EXPECT_THROW(static_cast<void>(Vault::load_key(folder.path() + "/no/key", true)),
                 std::runtime_error);
    EXPECT_THROW(static_cast<void>(Vault::load_key(folder.path(), false)), std::runtime_error);
}

}  // namespace
}  // namespace jangkau::sessions
