// Sealed values: opened as they were sealed, in their place and with their key only; whatever bit
// is changed, nothing comes out.

#include "sessions/sealed_place.hpp"
#include "sessions/vault.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/sessions/keys.hpp"

using namespace jangkau;
using fuzz::expect;
using sessions::keys_of;
using sessions::Place;
namespace columns = sessions::columns;

FUZZ_TARGET(sealed) {
    static const sessions::Vault vault(keys_of({{1, 'k'}}));
    static const sessions::Vault other(keys_of({{1, 'o'}}));
    static const sessions::Vault later(keys_of({{2, 'k'}}));
    const auto at = [](const std::string& row) { return Place(columns::kPerson, {row}); };

    expect(!vault.open(at("1"), input), "what we did not seal stays shut");
    fuzz::Choices choices(input);
    const std::size_t where = choices.byte() * 256 + choices.byte();
    const std::size_t bit = choices.below(8);
    const std::string place(choices.text(40));
    const std::string plain(choices.rest());

    const std::string sealed = vault.seal(at(place), plain);
    expect(vault.open(at(place), sealed) == plain, "opened as it was sealed");
    expect(vault.seal(at(place), plain) != sealed, "no two are alike");
    expect(vault.seal(at(""), std::string(plain.size(), 'x')).size() == sealed.size(),
           "as long as its plain text's length says");
    const std::size_t padded = plain.size() / sessions::kPaddingBytes;
    expect(vault.seal(at(""), std::string(padded * sessions::kPaddingBytes, 'x')).size() ==
               sealed.size(),
           "and that in steps only");
    expect(plain.size() < 8 || sealed.find(plain) == std::string::npos, "nothing shows");

    expect(!vault.open(at(place + "x"), sealed), "in its row only");
    expect(!vault.open(Place(columns::kFinding, {place}), sealed), "in its column only");
    expect(!other.open(at(place), sealed), "with its key only");
    expect(!later.open(at(place), sealed), "with its key's number only");
    std::string changed = sealed;
    changed[where % changed.size()] =
        static_cast<char>(changed[where % changed.size()] ^ (1 << bit));
    expect(!vault.open(at(place), changed), "unchanged only");
    expect(!vault.open(at(place), sealed.substr(0, where % sealed.size())), "whole only");
    expect(!vault.open(at(place), sealed + '\0'), "without a tail only");
    expect(!vault.open(at(place), sealed + sealed), "once only");

    expect(vault.index("nik", plain) == vault.index("nik", plain), "the same index");
    expect(vault.index("nik", plain) != vault.index("turn", plain), "of one purpose");
    expect(vault.index("nik", plain) != vault.index("nik", plain + "x"), "of one value");
    expect(vault.index("nik", plain) != other.index("nik", plain), "of one key");
}
