#include "sessions/sqlite_query.hpp"

#include <charconv>

#include "gateway/core/check.hpp"

namespace jangkau::sessions {

std::int64_t stored(const Msisdn& number) {
    const std::string& digits = number.digits();
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    // A leading zero would be lost; no country code has one.
    check(error == std::errc{} && end == digits.data() + digits.size() && digits.front() != '0',
          "a phone number that is not in E.164 form");
    return value;
}

Query::Query(KeptStatement& kept) : kept_(kept) {
    check(!kept.in_use, "a statement is used twice at one time");
    kept_.in_use = true;
}

Query::~Query() {
    // Repeats the error of the last step, which was thrown there already.
    static_cast<void>(kept_.statement.tryReset());
    try {
        kept_.statement.clearBindings();
    } catch (const SQLite::Exception&) {
        // Old values are replaced at the next use anyway.
    }
    kept_.in_use = false;
}

std::size_t Query::exec() { return static_cast<std::size_t>(kept_.statement.exec()); }

bool Query::next() {
    column_ = 0;
    return kept_.statement.executeStep();
}

std::string Query::text() { return kept_.statement.getColumn(column_++).getString(); }

std::int64_t Query::integer() { return kept_.statement.getColumn(column_++).getInt64(); }

bool Query::null_next() {
    if (!kept_.statement.isColumnNull(column_)) return false;
    ++column_;
    return true;
}

std::optional<Time> Query::maybe_time() {
    if (null_next()) return std::nullopt;
    return time();
}

std::optional<Msisdn> Query::maybe_msisdn() {
    if (null_next()) return std::nullopt;
    return msisdn();
}

void Query::add(std::string_view text) { kept_.statement.bind(++bound_, std::string(text)); }

void Query::add(Blob blob) {
    // A null pointer would bind NULL instead of no bytes.
    const char* data = blob.bytes.data() == nullptr ? "" : blob.bytes.data();
    kept_.statement.bind(++bound_, data, static_cast<int>(blob.bytes.size()));
}

void Query::add(NumberOrText value) {
    const std::string_view text = value.text;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    if (whole && number > 0 && text.front() != '0') {
        add(number);
    } else {
        add(text);
    }
}

void Query::add(const Vault::Index& index) {
    kept_.statement.bind(++bound_, index.data(), static_cast<int>(index.size()));
}

KeptStatement& Statements::get(std::string_view sql) {
    auto found = kept_.find(sql);
    if (found == kept_.end()) {
        std::string text(sql);
        SQLite::Statement statement(database_, text);
        found = kept_.emplace(std::move(text), KeptStatement{std::move(statement), false}).first;
    }
    return found->second;
}

}  // namespace jangkau::sessions
