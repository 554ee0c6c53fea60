#include "gateway/core/secret.hpp"

#include <sodium.h>

#include <array>
#include <ostream>

#include "gateway/core/check.hpp"

namespace jangkau {
namespace {

using Bytes = std::array<unsigned char, crypto_generichash_BYTES>;

/// With a key that nobody knows and that lives as long as the process: who is told how long two
/// digests are alike learns nothing of what they are of.
Bytes digest(std::string_view text) {
    static const auto key = [] {
        check(sodium_init() >= 0, "libsodium does not start");
        Bytes random{};
        randombytes_buf(random.data(), random.size());
        return random;
    }();
    Bytes out{};
    crypto_generichash(out.data(), out.size(), reinterpret_cast<const unsigned char*>(text.data()),
                       text.size(), key.data(), key.size());
    return out;
}

}  // namespace

bool same_bytes(std::string_view given, std::string_view expected) {
    const Bytes theirs = digest(given);
    const Bytes ours = digest(expected);
    return sodium_memcmp(theirs.data(), ours.data(), ours.size()) == 0;
}

bool Secret::equals(std::string_view given) const {
    // A key that was never set must not let in a caller who sends none.
    return !value_.empty() && same_bytes(given, value_);
}

std::ostream& operator<<(std::ostream& out, const Secret&) { return out << "***"; }

}  // namespace jangkau
