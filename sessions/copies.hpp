#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "gateway/core/clock.hpp"

namespace jangkau::sessions {

/// When somebody was erased, and the keyed index of his phone.
using Erasure = std::pair<Time, std::string>;

/// What stands in a copy of a database.
struct CopyFacts {
    std::uint64_t enrollments = 0;
    std::uint64_t audit_rows = 0;
    std::set<Erasure> erasures;
};

/// Reads the whole copy: its pages, its schema, whether the key fits. Throws std::runtime_error
/// with a sentence for the operator.
[[nodiscard]] CopyFacts verify_copy(const std::string& file, const std::string& key_file);

/// Makes the copy the database of a folder that has none; refuses where a process uses the folder
/// or anything of a database stands there. Throws std::runtime_error with a sentence.
void place_copy(const std::string& file, const std::string& folder);

}  // namespace jangkau::sessions
