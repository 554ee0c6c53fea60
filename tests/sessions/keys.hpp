#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "sessions/vault.hpp"

namespace jangkau::sessions {

/// Keys that are one byte over and over.
inline std::vector<Key> keys_of(const std::vector<std::pair<KeyId, char>>& wanted) {
    std::vector<Key> keys;
    for (const auto& [id, byte] : wanted) {
        keys.push_back({id, make_key_bytes(Key::kBytes)});
        std::fill_n(keys.back().bytes.get(), Key::kBytes, static_cast<unsigned char>(byte));
    }
    return keys;
}

/// A key file's line.
inline std::string key_line(KeyId id, char digit) {
    return std::to_string(id) + ":" + std::string(2 * Key::kBytes, digit) + "\n";
}

}  // namespace jangkau::sessions
