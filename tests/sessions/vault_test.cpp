#include "sessions/vault.hpp"

#include <gtest/gtest.h>
#include <sodium.h>

#include <algorithm>
#include <set>

#include "tests/sessions/keys.hpp"
#include "tests/sessions/store_contract.hpp"

namespace jangkau::sessions {
namespace {

constexpr Column kNames{"agents.name", true};
constexpr Column kTexts{"outbox.text"};

TEST(Vault, OpensWhatItSealed) {
    const Vault vault(keys_of({{1, 'k'}}));
    for (const Column& column : {kNames, kTexts}) {
        for (const std::string& plain :
             {std::string(), std::string("7371014503850001"), std::string(63, '\x80'),
              std::string(64, '\0'), awkward(), std::string(100'000, 'x')}) {
            const std::string sealed = vault.seal(Place(column, {"1"}), plain);
            EXPECT_EQ(vault.open(Place(column, {"1"}), sealed), plain);
            EXPECT_TRUE(plain.empty() || sealed.find(plain) == std::string::npos);
        }
    }
}

TEST(Vault, SealsTheSameDifferently) {
    const Vault vault(keys_of({{1, 'k'}}));
    EXPECT_NE(vault.seal(Place(kTexts, {"1"}), "same"), vault.seal(Place(kTexts, {"1"}), "same"));
}

TEST(Vault, NeverUsesANonceTwice) {
    const Vault vault(keys_of({{1, 'k'}}));
    const Vault another(keys_of({{1, 'k'}}));
    std::set<std::string> nonces;
    for (int i = 0; i < 1'000; ++i)
        for (const Vault* one : {&vault, &another})
            nonces.insert(one->seal(Place(kTexts, {"1"}), "").substr(3, 24));
    EXPECT_EQ(nonces.size(), 2'000U);
}

TEST(Vault, ALengthOfWhatIsPaddedTellsOnlyItsStep) {
    const Vault vault(keys_of({{1, 'k'}}));
    const auto length = [&](const Column& column, std::size_t size) {
        return vault.seal(Place(column, {"1"}), std::string(size, 'x')).size();
    };
    for (std::size_t size = 1; size < 64; ++size)
        EXPECT_EQ(length(kNames, size), length(kNames, 0));
    EXPECT_EQ(length(kNames, 64), length(kNames, 0) + kPaddingBytes);
    EXPECT_EQ(length(kTexts, 64), length(kTexts, 0) + 64);
}

struct Moved {
    const char* name;
    Column column;
    std::vector<std::string> row;
    std::uint16_t key = 1;
    char byte = 'k';
};

class VaultRefuses : public testing::TestWithParam<Moved> {};

INSTANTIATE_TEST_SUITE_P(
    Vault, VaultRefuses,
    testing::Values(Moved{"another_row", kTexts, {"2", "ab"}},
                    Moved{"a_longer_row", kTexts, {"11", "ab"}},
                    Moved{"another_cut_of_the_row", kTexts, {"1a", "b"}},
                    Moved{"fewer_parts", kTexts, {"1"}}, Moved{"no_row", kTexts, {}},
                    Moved{"another_column", {"outbox.reason"}, {"1", "ab"}},
                    Moved{"another_table", {"drafts.text"}, {"1", "ab"}},
                    Moved{"another_key_of_that_id", kTexts, {"1", "ab"}, 1, 'K'},
                    Moved{"another_key", kTexts, {"1", "ab"}, 2, 'K'},
                    Moved{"the_key_by_another_id", kTexts, {"1", "ab"}, 2, 'k'}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST_P(VaultRefuses, AValueThatWasMoved) {
    const auto& [name, column, row, key, byte] = GetParam();
    const std::string sealed =
        Vault(keys_of({{1, 'k'}})).seal(Place(kTexts, {"1", "ab"}), "7371014503850001");
    EXPECT_FALSE(Vault(keys_of({{key, byte}})).open(Place(column, row), sealed));
}

TEST(Vault, RefusesEveryFlippedBitAndEveryCut) {
    // Also under the same key by another id: the id itself is authenticated.
    const Vault vault(keys_of({{1, 'k'}, {2, 'k'}, {3, 'k'}, {257, 'k'}}));
    for (const Column& column : {kNames, kTexts}) {
        const Place place(column, {"1"});
        const std::string sealed = vault.seal_with(1, place, "7371014503850001");
        ASSERT_TRUE(vault.open(place, sealed));
        for (std::size_t i = 0; i < sealed.size(); ++i) {
            for (int bit = 0; bit < 8; ++bit) {
                std::string changed = sealed;
                changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
                EXPECT_FALSE(vault.open(place, changed)) << "byte " << i << " bit " << bit;
                EXPECT_FALSE(vault.open_first("outbox/1:1", changed)) << i << " bit " << bit;
            }
            EXPECT_FALSE(vault.open(place, sealed.substr(0, i))) << "cut at " << i;
        }
        EXPECT_FALSE(vault.open(place, sealed + "x"));
    }
}

TEST(Vault, TellsByItsFirstBytesWhichKeySealed) {
    const Vault vault(keys_of({{1, 'a'}, {0x1234, 'b'}}));
    const std::string sealed = vault.seal(Place(kTexts, {"1"}), "x");
    EXPECT_EQ(sealed.substr(0, 3), "\x02\x12\x34");
    EXPECT_EQ(Vault::head_of(0x1234), "\x02\x12\x34");
    EXPECT_EQ(Vault::key_of(sealed), 0x1234);
    EXPECT_FALSE(Vault::key_of(""));
    EXPECT_FALSE(Vault::key_of("\x02"));
    EXPECT_FALSE(Vault::key_of("\x03\x12\x34"));
}

TEST(Vault, TheHighestKeySealsAndAllOpen) {
    Vault vault(keys_of({{2, 'b'}, {1, 'a'}}));
    EXPECT_EQ(vault.ids(), (std::vector<KeyId>{2, 1}));
    const Place place(kTexts, {"1"});
    const std::string old = vault.seal_with(1, place, "old");
    EXPECT_EQ(Vault::key_of(vault.seal(place, "x")), 2);
    vault.add(std::move(keys_of({{3, 'c'}}).front()));
    EXPECT_EQ(vault.current(), 3);
    EXPECT_EQ(Vault::key_of(vault.seal(place, "x")), 3);
    EXPECT_EQ(vault.open(place, old), "old");
    vault.drop(1);
    EXPECT_FALSE(vault.open(place, old));
    EXPECT_EQ(vault.ids(), (std::vector<KeyId>{3, 2}));
}

TEST(Vault, IndexesByPurposeValueAndKey) {
    const Vault vault(keys_of({{1, 'a'}, {2, 'b'}}));
    EXPECT_EQ(vault.index(1, "nik", "1"), Vault(keys_of({{1, 'a'}})).index("nik", "1"));
    const std::set<Vault::Index> all = {vault.index("nik", "1"),  vault.index("nik", "2"),
                                        vault.index("turn", "1"), vault.index("nik1", ""),
                                        vault.index("", "nik1"),  vault.index(1, "nik", "1")};
    EXPECT_EQ(all.size(), 6U);
}

/// The format written down once more, with nothing but libsodium.
TEST(Vault, SealsAsItsFormatSays) {
    const std::string master(32, 'k');
    std::string key(32, '\0');
    const auto* const in = reinterpret_cast<const unsigned char*>(master.data());
    auto* const out = reinterpret_cast<unsigned char*>(key.data());
    crypto_kdf_derive_from_key(out, key.size(), 1, "jangkau1", in);

    const std::string sealed =
        Vault(keys_of({{0x0102, 'k'}})).seal(Place(kNames, {"A1", "x"}), "SITI");
    const std::string beside =
        "\x02\x01\x02"
        "agents.name/2:A1/1:x";
    const auto* const from = reinterpret_cast<const unsigned char*>(sealed.data());
    std::string plain(sealed.size() - 3 - 24 - 16, '\0');
    ASSERT_EQ(crypto_aead_xchacha20poly1305_ietf_decrypt(
                  reinterpret_cast<unsigned char*>(plain.data()), nullptr, nullptr, from + 27,
                  sealed.size() - 27, reinterpret_cast<const unsigned char*>(beside.data()),
                  beside.size(), from + 3, out),
              0);
    EXPECT_EQ(plain, "SITI\x80" + std::string(59, '\0'));
}

}  // namespace
}  // namespace jangkau::sessions
