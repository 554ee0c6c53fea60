#include "sessions/sqlite_reseal.hpp"

#include <array>
#include <optional>
#include <span>
#include <utility>

#include "gateway/core/form.hpp"
#include "sessions/sms_piece.hpp"

namespace jangkau::sessions {

/// A keyed index that belongs to a sealed value, and is made from it.
struct KeyedIndex {
    std::string_view column;
    std::string_view purpose;
    /// What was indexed; nothing where the row has no index.
    std::optional<std::string> (*value)(const std::string& plain);
};

struct SealedColumn {
    Column column;
    std::vector<std::string_view> key;    ///< by which the table is walked through
    std::vector<std::string_view> place;  ///< the columns that name a row in its Place
    /// How the first format called the place; "" = its values cannot be taken over from the row
    /// alone.
    std::string_view first_name;
    std::vector<std::string_view> first_place;
    std::optional<KeyedIndex> index = {};

    [[nodiscard]] std::string_view table() const {
        return column.name.substr(0, column.name.find('.'));
    }
    [[nodiscard]] std::string_view name() const {
        return column.name.substr(column.name.find('.') + 1);
    }
};

namespace {

std::optional<std::string> nik_of(const std::string& plain) {
    const auto form = Form::parse(plain, plain.size());
    if (!form) return std::nullopt;
    const auto nik = form->get("nik");
    return nik ? std::optional<std::string>(*nik) : std::nullopt;
}

std::optional<std::string> group_of(const std::string& plain) { return piece_group(plain); }

/// Whoever adds a sealed column adds it here.
const std::vector<SealedColumn>& sealed_columns() {
    static const std::vector<SealedColumn> all = {
        {columns::kPerson,
         {"rowid"},
         {"ticket"},
         "enrollments",
         {"ticket"},
         {{"nik_index", "nik", nik_of}}},
        {columns::kFinding, {"nik_index"}, {"nik_index"}, "", {}, {{"nik_index", "nik", nik_of}}},
        {columns::kPiece,
         {"id"},
         {"id", "msisdn", "number"},
         "sms_pieces",
         {"msisdn", "number"},
         {{"sms", "pieces", group_of}}},
        {columns::kDraft, {"id"}, {"id", "msisdn"}, "drafts", {"msisdn"}},
        {columns::kConsentSession, {"id"}, {"id", "msisdn"}, "consents", {"msisdn"}},
        {columns::kNote, {"id"}, {"id", "msisdn"}, "desk_notes", {"msisdn"}},
        {columns::kAgentName, {"id"}, {"id"}, "agents", {"id"}},
        {columns::kPin, {"agent"}, {"agent"}, "", {}},
        {columns::kAuditSecret, {"id"}, {"id"}, "", {}},
        {columns::kSmsText, {"id"}, {"id"}, "outbox.text", {"id"}},
        {columns::kSmsReason, {"id"}, {"id"}, "outbox.reason", {"id"}},
        {columns::kReportReason,
         {"channel", "provider_id"},
         {"channel", "provider_id"},
         "parked_reports",
         {"channel", "provider_id"}}};
    return all;
}

/// Hops are many, and codes stand in an index whose words are nowhere. Both are forgotten in a day.
constexpr std::array kAgeing = {columns::kHop.name, columns::kHopRun.name, columns::kCodeSaid.name};

std::string joined(std::span<const std::string_view> names, std::string_view each = "") {
    std::string text;
    for (const std::string_view name : names) {
        if (!text.empty()) text += ", ";
        text += each.empty() ? name : each;
    }
    return text;
}

std::string select(const SealedColumn& of, bool from_the_beginning) {
    std::string sql = "SELECT " + joined(of.key) + ", " + joined(of.place);
    if (!of.first_place.empty()) sql += ", " + joined(of.first_place);
    sql += ", " + std::string(of.name()) + " FROM " + std::string(of.table());
    if (!from_the_beginning)
        sql += " WHERE (" + joined(of.key) + ") > (" + joined(of.key, "?") + ")";
    return sql + " ORDER BY " + joined(of.key) + " LIMIT ?";
}

std::string update(const SealedColumn& of) {
    std::string sql =
        "UPDATE " + std::string(of.table()) + " SET " + std::string(of.name()) + " = ?";
    if (of.index) sql += ", " + std::string(of.index->column) + " = ?";
    return sql + " WHERE (" + joined(of.key) + ") = (" + joined(of.key, "?") + ")";
}

void bind_blob(SQLite::Statement& statement, int at, std::string_view bytes) {
    statement.bind(at, bytes.data(), static_cast<int>(bytes.size()));
}

void bind(SQLite::Statement& statement, int at, const Cell& cell) {
    if (const auto* const number = std::get_if<std::int64_t>(&cell.value)) {
        statement.bind(at, *number);
    } else if (const auto& bytes = std::get<std::string>(cell.value); cell.is_blob) {
        bind_blob(statement, at, bytes);
    } else {
        statement.bind(at, bytes);
    }
}

Cell read_cell(const SQLite::Column& column) {
    if (column.isInteger()) return {column.getInt64()};
    return {column.getString(), column.isBlob()};
}

std::vector<Cell> read_cells(SQLite::Statement& row, int& at, std::size_t count) {
    std::vector<Cell> cells;
    for (std::size_t i = 0; i < count; ++i) cells.push_back(read_cell(row.getColumn(at++)));
    return cells;
}

std::vector<std::string> texts(const std::vector<Cell>& cells) {
    std::vector<std::string> all;
    all.reserve(cells.size());
    for (const Cell& cell : cells) all.push_back(cell.text());
    return all;
}

}  // namespace

std::string Cell::text() const {
    if (const auto* const number = std::get_if<std::int64_t>(&value))
        return std::to_string(*number);
    return std::get<std::string>(value);
}

std::vector<std::string> Reseal::covered() {
    std::vector<std::string> all(kAgeing.begin(), kAgeing.end());
    // Its keyed index ages with it. Those of a secret that outlives the keys are not sealed anew.
    all.insert(all.end(), {"agent_codes.code", "seen_sms.sms"});
    for (const SealedColumn& column : sealed_columns()) {
        all.emplace_back(column.column.name);
        if (column.index) {
            all.push_back(std::string(column.table()) + "." + std::string(column.index->column));
        }
    }
    return all;
}

void Reseal::begin_again() {
    column_ = 0;
    after_.clear();
    sealed_in_round_ = 0;
}

bool Reseal::must_be_sealed(const std::string& sealed) const {
    // Empty where there is nothing to seal.
    return !sealed.empty() &&
           (Vault::of_first_format(sealed) || Vault::key_of(sealed) != vault_.current());
}

ResealStep Reseal::step(std::size_t limit) {
    ResealStep done;
    std::size_t looked = 0;
    while (column_ < sealed_columns().size() && looked < limit) {
        const SealedColumn& column = sealed_columns()[column_];
        std::vector<Row> rows = next_rows(column, limit - looked);
        const bool at_end = rows.size() < limit - looked;
        looked += rows.size();
        if (!rows.empty()) after_ = rows.back().key;
        SQLite::Statement statement(database_, update(column));
        for (Row& row : rows) {
            if (!must_be_sealed(row.sealed)) continue;
            if (const auto plain = open(column, row)) {
                seal(column, row, *plain, statement);
                ++done.sealed;
            } else if (!Vault::of_first_format(row.sealed)) {
                ++done.unreadable;
            }
        }
        if (!at_end) break;
        ++column_;
        after_.clear();
    }
    sealed_in_round_ += done.sealed;
    // One more round: a step that was rolled back has left rows behind.
    const bool round_is_over = column_ == sealed_columns().size();
    done.done = round_is_over && sealed_in_round_ == 0;
    if (round_is_over) begin_again();
    return done;
}

std::vector<Reseal::Row> Reseal::next_rows(const SealedColumn& column, std::size_t limit) {
    SQLite::Statement rows(database_, select(column, after_.empty()));
    int bound = 0;
    for (const Cell& cell : after_) bind(rows, ++bound, cell);
    rows.bind(++bound, static_cast<std::int64_t>(limit));
    std::vector<Row> found;
    while (rows.executeStep()) {
        int at = 0;
        Row row;
        row.key = read_cells(rows, at, column.key.size());
        row.place = read_cells(rows, at, column.place.size());
        row.first_place = read_cells(rows, at, column.first_place.size());
        row.sealed = rows.getColumn(at).getString();
        found.push_back(std::move(row));
    }
    return found;
}

std::optional<std::string> Reseal::open(const SealedColumn& column, const Row& row) const {
    if (!Vault::of_first_format(row.sealed)) {
        return vault_.open(Place(column.column, texts(row.place)), row.sealed);
    }
    if (column.first_name.empty()) return std::nullopt;
    return vault_.open_first(first_place(column.first_name, texts(row.first_place)), row.sealed);
}

void Reseal::seal(const SealedColumn& column, Row& row, const std::string& plain,
                  SQLite::Statement& update) const {
    std::optional<Vault::Index> index;
    if (column.index) {
        if (const auto value = column.index->value(plain)) {
            index = vault_.index(column.index->purpose, *value);
        }
        // Where the index names the row, the row gets another name.
        for (std::size_t i = 0; index && i < column.place.size(); ++i) {
            if (column.place[i] == column.index->column) {
                row.place[i].value = std::string(index->begin(), index->end());
            }
        }
    }
    const std::string sealed = vault_.seal(Place(column.column, texts(row.place)), plain);
    int bound = 0;
    bind_blob(update, ++bound, sealed);
    if (index) {
        update.bind(++bound, index->data(), static_cast<int>(index->size()));
    } else if (column.index) {
        update.bind(++bound);
    }
    for (const Cell& cell : row.key) bind(update, ++bound, cell);
    update.exec();
    update.reset();
}

std::uint64_t Reseal::left(KeyId id) {
    std::uint64_t all = 0;
    for (const SealedColumn& column : sealed_columns()) all += count(column.column.name, id);
    return all;
}

std::uint64_t Reseal::ageing(KeyId id) {
    std::uint64_t all = 0;
    for (const std::string_view column : kAgeing) all += count(column, id);
    return all;
}

std::uint64_t Reseal::count(std::string_view column, KeyId id) {
    const std::string table(column.substr(0, column.find('.')));
    const std::string name(column.substr(column.find('.') + 1));
    // The first format had no id: its first byte stands for key 1.
    std::string sql = "SELECT count(*) FROM " + table + " WHERE substr(" + name + ", 1, 3) = ?";
    if (id == Vault::kFirstKey) sql += " OR substr(" + name + ", 1, 1) = x'01'";
    SQLite::Statement rows(database_, sql);
    const std::string head = Vault::head_of(id);
    bind_blob(rows, 1, head);
    rows.executeStep();
    return static_cast<std::uint64_t>(rows.getColumn(0).getInt64());
}

}  // namespace jangkau::sessions
