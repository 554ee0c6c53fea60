#pragma once

#include <functional>
#include <semaphore>
#include <set>
#include <string>

#include "sessions/sqlite_store.hpp"

namespace jangkau::faults {

/// Steps given to a store of this process, as turns give them; some kinds of damage need no more.
inline constexpr unsigned kSteps = 160;

/// A key of their own: beside the database no file has to last.
[[nodiscard]] sessions::SqliteOptions options_of(const std::string& folder);
[[nodiscard]] std::string name_of(unsigned step);

/// Jobs that wait until all are there, so that a seed always gives the same batches.
class Together {
public:
    explicit Together(sessions::Store& store);
    /// Waits for their end; adds those that were acknowledged.
    void take(unsigned first, unsigned count, std::set<unsigned>& acknowledged);

private:
    sessions::Store& store_;
    std::counting_semaphore<2> begun_{0}, go_{0};
};

/// What a store holds of them.
struct Found {
    std::set<unsigned> there;
    std::size_t half = 0;      ///< of which a part is there
    std::size_t unread = 0;    ///< cannot be read, and the store says so
    std::size_t wrong = 0;     ///< read, and not what was written
    std::size_t lost = 0;      ///< acknowledged, and not there
    bool sound = false;        ///< every page is good
    std::string refused = {};  ///< what the operator reads where it does not open
};
[[nodiscard]] Found look(const std::string& folder, const std::set<unsigned>& acknowledged);

}  // namespace jangkau::faults
