// Sealed values: opened as they were sealed, in their place and with their key only; whatever bit
// is changed, nothing comes out.

#include "sessions/vault.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace jangkau;
using fuzz::expect;

FUZZ_TARGET(sealed) {
    static const sessions::Vault vault(std::string(sessions::Vault::kKeyBytes, 'k'));
    static const sessions::Vault other(std::string(sessions::Vault::kKeyBytes, 'o'));

    expect(!vault.open("enrollments/1", input), "what we did not seal stays shut");
    fuzz::Choices choices(input);
    const std::size_t where = choices.byte() * 256 + choices.byte();
    const std::size_t bit = choices.below(8);
    const std::string place(choices.text(40));
    const std::string plain(choices.rest());

    const std::string sealed = vault.seal(place, plain);
    expect(vault.open(place, sealed) == plain, "opened as it was sealed");
    expect(vault.seal(place, plain) != sealed, "no two are alike");
    expect(vault.seal("", std::string(plain.size(), 'x')).size() == sealed.size(),
           "as long as its plain text's length says");
    expect(plain.size() < 8 || sealed.find(plain) == std::string::npos, "nothing shows");

    expect(!vault.open(place + "x", sealed), "in its place only");
    expect(!other.open(place, sealed), "with its key only");
    std::string changed = sealed;
    changed[where % changed.size()] =
        static_cast<char>(changed[where % changed.size()] ^ (1 << bit));
    expect(!vault.open(place, changed), "unchanged only");
    expect(!vault.open(place, sealed.substr(0, where % sealed.size())), "whole only");
    expect(!vault.open(place, sealed + '\0'), "without a tail only");
    expect(!vault.open(place, sealed + sealed), "once only");

    expect(vault.index("nik", plain) == vault.index("nik", plain), "the same index");
    expect(vault.index("nik", plain) != vault.index("turn", plain), "of one purpose");
    expect(vault.index("nik", plain) != vault.index("nik", plain + "x"), "of one value");
    expect(vault.index("nik", plain) != other.index("nik", plain), "of one key");
}
