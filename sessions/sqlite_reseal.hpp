#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sessions/keys.hpp"
#include "sessions/vault.hpp"

namespace jangkau::sessions {

/// A value of a row as SQLite keeps it.
struct Cell {
    std::variant<std::int64_t, std::string> value;
    bool is_blob = false;

    /// As a part of a place.
    [[nodiscard]] std::string text() const;
};

struct SealedColumn;

/// Walks through every sealed column in the order of its table's key, and seals what old keys
/// sealed anew, its keyed index with it. Keeps no record of where it is: a value tells its key, and
/// whoever begins again finds what is left.
///
/// Threading: the store's thread. Ownership: borrows both.
class Reseal {
public:
    Reseal(SQLite::Database& database, const Vault& vault) : database_(database), vault_(vault) {}

    [[nodiscard]] ResealStep step(std::size_t limit);
    void begin_again();

    /// How many values of that key there are: to seal anew, and those that only age.
    [[nodiscard]] std::uint64_t left(KeyId id);
    [[nodiscard]] std::uint64_t ageing(KeyId id);

    /// "table.column" of everything sealed, and of every keyed index.
    [[nodiscard]] static std::vector<std::string> covered();

private:
    struct Row {
        std::vector<Cell> key;
        std::vector<Cell> place;
        std::vector<Cell> first_place;
        std::string sealed;
    };

    [[nodiscard]] std::vector<Row> next_rows(const SealedColumn& column, std::size_t limit);
    [[nodiscard]] bool must_be_sealed(const std::string& sealed) const;
    [[nodiscard]] std::optional<std::string> open(const SealedColumn& column, const Row& row) const;
    void seal(const SealedColumn& column, Row& row, const std::string& plain,
              SQLite::Statement& update) const;
    [[nodiscard]] std::uint64_t count(std::string_view column, KeyId id);

    SQLite::Database& database_;
    const Vault& vault_;
    // Where the walk is.
    std::size_t column_ = 0;
    std::vector<Cell> after_;  ///< the key of the last row; empty = at the beginning
    std::size_t sealed_in_round_ = 0;
};

}  // namespace jangkau::sessions
