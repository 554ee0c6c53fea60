#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "gateway/core/clock.hpp"
#include "gateway/core/msisdn.hpp"
#include "sessions/vault.hpp"

namespace jangkau::sessions {

/// A prepared statement that is kept for its next use.
struct KeptStatement {
    SQLite::Statement statement;
    bool in_use = false;
};

/// Bytes that are not text.
struct Blob {
    std::string_view bytes;
};

/// Text for a column of any type: a number where that reads the same.
struct NumberOrText {
    std::string_view text;
};

/// A number that may also be written as text is stored as an integer: half the size, and a search
/// of the file for the number finds nothing.
[[nodiscard]] std::int64_t stored(const Msisdn& number);

/// One use of a statement: values in, then rows out, both from left to right. Resets it and forgets
/// the values at the end, whatever happened: a statement left open would pin the WAL.
///
/// Ownership: borrows the statement; two uses of the same at one time are our mistake.
class Query {
public:
    explicit Query(KeptStatement& kept);
    ~Query();
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    template <class... Values>
    Query& bind(const Values&... values) {
        (add(values), ...);
        return *this;
    }
    /// How many rows changed.
    std::size_t exec();
    /// Whether there is a (further) row.
    [[nodiscard]] bool next();

    // The next column of the row.
    [[nodiscard]] std::string text();
    [[nodiscard]] std::int64_t integer();
    template <std::integral T>
    [[nodiscard]] T number() {
        return static_cast<T>(integer());
    }
    [[nodiscard]] bool flag() { return integer() != 0; }
    [[nodiscard]] Time time() { return Time(std::chrono::seconds(integer())); }
    [[nodiscard]] std::optional<Time> maybe_time();
    [[nodiscard]] Msisdn msisdn() { return Msisdn::from_digits(std::to_string(integer())); }
    [[nodiscard]] std::optional<Msisdn> maybe_msisdn();

private:
    void add(std::string_view text);
    void add(Blob blob);
    void add(NumberOrText value);
    void add(const Vault::Index& index);
    void add(const Msisdn& number) { add(stored(number)); }
    void add(Time time) { add(std::int64_t{time.time_since_epoch().count()}); }
    template <std::integral T>
    void add(T value) {
        kept_.statement.bind(++bound_, static_cast<std::int64_t>(value));
    }
    template <class T>
    void add(const std::optional<T>& value) {
        if (value) {
            add(*value);
        } else {
            kept_.statement.bind(++bound_);
        }
    }
    [[nodiscard]] bool null_next();

    KeptStatement& kept_;
    int bound_ = 0;
    int column_ = 0;
};

/// The statements of one connection, prepared at their first use. Only for SQL text that is fixed
/// in the program: there is one entry for each.
///
/// Threading: the connection's thread. Ownership: borrows the connection, which must outlive it.
class Statements {
public:
    explicit Statements(SQLite::Database& database) : database_(database) {}

    [[nodiscard]] KeptStatement& get(std::string_view sql);

private:
    /// Statements differ in their length or at their end; the rest is not read at each use.
    struct Hash {
        using is_transparent = void;
        [[nodiscard]] std::size_t operator()(std::string_view sql) const {
            const std::string_view end =
                sql.substr(sql.size() - std::min<std::size_t>(sql.size(), 16));
            return std::hash<std::string_view>()(end) + sql.size();
        }
    };

    SQLite::Database& database_;
    std::unordered_map<std::string, KeptStatement, Hash, std::equal_to<>> kept_;
};

}  // namespace jangkau::sessions
