#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace jangkau::sessions {

/// Some of the rows of a table that were read or written last, by their number. Two whose numbers
/// leave the same remainder share a place, which the later one has.
///
/// It follows the transaction only by being told: forget_all() when one is rolled back.
///
/// Threading: the store's thread.
template <class Row>
class Recent {
public:
    explicit Recent(std::size_t places) : count_(places) {}

    /// Null where it is not at hand. Valid until the next call that changes something.
    [[nodiscard]] const Row* find(std::uint64_t number) const {
        if (places_.empty()) return nullptr;
        const Place& place = places_[number % count_];
        return place.row && place.number == number ? &*place.row : nullptr;
    }
    const Row& keep(std::uint64_t number, Row row) {
        if (places_.empty()) places_.resize(count_);
        Place& place = places_[number % count_];
        place.number = number;
        return place.row.emplace(std::move(row));
    }
    void forget(std::uint64_t number) {
        if (find(number)) places_[number % count_].row.reset();
    }
    void forget_all() { places_.clear(); }

private:
    struct Place {
        std::uint64_t number = 0;
        std::optional<Row> row;
    };

    std::size_t count_;
    std::vector<Place> places_;  ///< none until the first is kept
};

}  // namespace jangkau::sessions
