#include "gateway/imports.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "gateway/core/csv.hpp"
#include "gateway/core/problem.hpp"
#include "gateway/core/text.hpp"

namespace jangkau::gateway {
namespace {

constexpr std::size_t kSourceBytesMax = 100;
/// So many NIK that all end in 0 are no accident: spreadsheets keep 15 digits.
constexpr std::size_t kRoundedRows = 5;

BadRow bad(std::string why) { return {0, std::move(why)}; }

/// A column, by any of its names; the first one is for complaints.
struct Column {
    enum class Need { required, optional };
    std::vector<std::string_view> names;
    Need need = Need::required;
};

std::string listed(const std::vector<std::string_view>& names) {
    std::string text(names.front());
    for (std::size_t i = 1; i < names.size(); ++i) {
        text += (i == 1 ? " (or " : ", ") + std::string(names[i]);
    }
    return names.size() > 1 ? text + ")" : text;
}

/// A file's rows, with cells by the number of their column.
class Sheet {
public:
    Sheet(std::string_view file, std::vector<Column> columns) : columns_(std::move(columns)) {
        auto csv = parse_csv(file);
        if (!csv) {
            bad_.push_back({csv.error().line, csv.error().what});
            return;
        }
        csv_ = *std::move(csv);
        for (std::string& name : csv_.header) {  // "No HP" and "no-hp" are no_hp
            for (char& c : name) c = c == ' ' || c == '-' ? '_' : c;
        }
        for (const Column& column : columns_) find(column);
        if (!bad_.empty()) csv_.rows.clear();
        if (bad_.empty() && csv_.rows.empty()) bad_.push_back({1, "no rows below the header"});
    }

    [[nodiscard]] const std::vector<CsvRow>& rows() const { return csv_.rows; }
    [[nodiscard]] const std::vector<BadRow>& bad() const { return bad_; }
    [[nodiscard]] std::string_view cell(const CsvRow& row, std::size_t column) const {
        return at_[column] == Csv::npos ? std::string_view() : bare(row.cells[at_[column]]);
    }
    /// The required column whose cell is empty, or "".
    [[nodiscard]] std::string gap(const CsvRow& row) const {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (columns_[i].need == Column::Need::required && cell(row, i).empty()) {
                return std::string(columns_[i].names.front());
            }
        }
        return {};
    }

private:
    void find(const Column& column) {
        at_.push_back(csv_.column(column.names));
        if (at_.back() != Csv::npos) return;
        const std::vector<std::string> names(column.names.begin(), column.names.end());
        for (const std::string& header : csv_.header) {
            const std::string meant = did_you_mean(header, names);
            if (meant.empty() || known(header)) continue;
            bad_.push_back({1, "the column " + quoted(header) + " is unknown" + meant});
            return;
        }
        if (column.need == Column::Need::optional) return;
        bad_.push_back({1, "there is no column " + listed(column.names)});
    }

    [[nodiscard]] bool known(const std::string& header) const {
        return std::ranges::any_of(columns_, [&](const Column& column) {
            return std::ranges::find(column.names, header) != column.names.end();
        });
    }

    const std::vector<Column> columns_;
    Csv csv_;
    std::vector<std::size_t> at_;
    std::vector<BadRow> bad_;
};

/// Remembers in which line a value came first.
class FirstLines {
public:
    explicit FirstLines(std::string what) : what_(std::move(what)) {}
    /// Nothing for the first time, else the complaint.
    std::optional<BadRow> again(const std::string& value, std::size_t line) {
        const auto [first, fresh] = lines_.try_emplace(value, line);
        if (fresh) return std::nullopt;
        return gateway::bad(what_ + " " + quoted(value) + " stands in line " +
                            std::to_string(first->second) + " already");
    }

private:
    std::string what_;
    std::map<std::string, std::size_t> lines_;
};

/// `read(row)` gives a row of the table or why not.
template <class Row, class Read>
Parsed<Row> read_rows(const Sheet& sheet, Read read) {
    Parsed<Row> parsed{{}, sheet.bad()};
    for (const CsvRow& row : sheet.rows()) {
        const std::string gap = sheet.gap(row);
        Result<Row, BadRow> one = gap.empty() ? read(row) : bad(gap + " is empty");
        if (one) {
            parsed.rows.push_back(*std::move(one));
        } else {
            parsed.bad.push_back({row.line, one.error().why});
        }
    }
    return parsed;
}

Result<Date, BadRow> read_past_date(std::string_view cell, Date today) {
    auto date = read_date(cell);
    if (date && *date > today) return bad("the date " + quoted(cell) + " is still to come");
    return date;
}

bool all_end_in_0(const std::vector<EligibilityRow>& rows) {
    return std::ranges::all_of(
        rows, [](const EligibilityRow& row) { return row.entry.nik.digits().ends_with('0'); });
}

}  // namespace

Parsed<AgentRow> parse_agents(std::string_view file, const flows::Service& service) {
    enum : std::size_t { id, name, msisdn, kelurahan, max_open };
    const Sheet sheet(file, {{{"agent_id", "id_agen", "id"}},
                             {{"name", "nama"}},
                             {{"msisdn", "hp", "no_hp", "telepon"}},
                             {{"kelurahan"}},
                             {{"max_open", "maks_tugas"}, Column::Need::optional}});
    FirstLines ids("agent_id");
    FirstLines phones("the phone number");
    return read_rows<AgentRow>(sheet, [&](const CsvRow& row) -> Result<AgentRow, BadRow> {
        const auto agent_id = read_agent_id(sheet.cell(row, id));
        if (!agent_id) return agent_id.error();
        if (const auto again = ids.again(*agent_id, row.line)) return *again;
        const auto agent_name = read_agent_name(sheet.cell(row, name));
        if (!agent_name) return agent_name.error();
        const auto phone = read_msisdn(sheet.cell(row, msisdn), service.plan);
        if (!phone) return phone.error();
        if (const auto again = phones.again(phone->digits(), row.line)) return *again;
        const auto places = read_places(sheet.cell(row, kelurahan), service);
        if (!places) return places.error();
        AgentRow agent{row.line, *agent_id, *agent_name, *phone, *places, std::nullopt};
        if (const std::string_view cell = sheet.cell(row, max_open); !cell.empty()) {
            const auto limit = read_max_open(cell);
            if (!limit) return limit.error();
            agent.max_open = *limit;
        }
        return agent;
    });
}

Parsed<EligibilityRow> parse_eligibility(std::string_view file, Date today) {
    enum : std::size_t { nik, desil, as_of, source };
    const Sheet sheet(file, {{{"nik"}},
                             {{"desil", "decile"}},
                             {{"as_of", "tanggal"}},
                             {{"source", "sumber"}, Column::Need::optional}});
    FirstLines persons("NIK");
    const auto read = [&](const CsvRow& row) -> Result<EligibilityRow, BadRow> {
        const auto person = read_nik(sheet.cell(row, nik));
        if (!person) return person.error();
        if (const auto again = persons.again(person->digits(), row.line)) return *again;
        const auto tenth = read_desil(sheet.cell(row, desil));
        if (!tenth) return tenth.error();
        const auto date = read_past_date(sheet.cell(row, as_of), today);
        if (!date) return date.error();
        const std::string from = clean_utf8(sheet.cell(row, source));
        if (from.size() > kSourceBytesMax) return bad("source " + quoted(from) + " is too long");
        return EligibilityRow{row.line, {*person, *tenth, *date, from}};
    };
    auto parsed = read_rows<EligibilityRow>(sheet, read);
    if (parsed.rows.size() >= kRoundedRows && all_end_in_0(parsed.rows)) {
        parsed.bad.push_back({1,
                              "every NIK ends in 0, as after a spreadsheet has rounded them; "
                              "format the column as text and fill it in again"});
    }
    return parsed;
}

Parsed<ResultRow> parse_results(std::string_view file, Date today) {
    enum : std::size_t { ticket, kpj, active_since };
    const Sheet sheet(file, {{{"ticket", "tiket"}}, {{"kpj"}}, {{"active_since", "aktif_sejak"}}});
    FirstLines tickets("ticket");
    return read_rows<ResultRow>(sheet, [&](const CsvRow& row) -> Result<ResultRow, BadRow> {
        const auto number = read_ticket(sheet.cell(row, ticket));
        if (!number) return number.error();
        if (const auto again = tickets.again(number->text(), row.line)) return *again;
        const auto card = read_kpj(sheet.cell(row, kpj));
        if (!card) return card.error();
        const auto date = read_past_date(sheet.cell(row, active_since), today);
        if (!date) return date.error();
        return ResultRow{row.line, *number, *card, *date};
    });
}

}  // namespace jangkau::gateway
