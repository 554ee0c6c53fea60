#include "gateway/core/csv.hpp"

#include <gtest/gtest.h>

#include "tests/support/case_name.hpp"

namespace jangkau {
namespace {

using Cells = std::vector<std::string>;

struct RightCase {
    const char* name;
    std::string text;
    Cells header;
    std::vector<Cells> rows;
    std::vector<std::size_t> lines;
};
class RightCsv : public testing::TestWithParam<RightCase> {};

TEST_P(RightCsv, gives_cells_and_the_lines_where_rows_begin) {
    const auto csv = parse_csv(GetParam().text);
    ASSERT_TRUE(csv) << csv.error().line << ": " << csv.error().what;
    EXPECT_EQ(csv->header, GetParam().header);
    std::vector<Cells> rows;
    std::vector<std::size_t> lines;
    for (const auto& row : csv->rows) {
        rows.push_back(row.cells);
        lines.push_back(row.line);
    }
    EXPECT_EQ(rows, GetParam().rows);
    EXPECT_EQ(lines, GetParam().lines);
}

INSTANTIATE_TEST_SUITE_P(
    Csv, RightCsv,
    testing::Values(
        RightCase{"commas", "nik,desil\n1,2\n", {"nik", "desil"}, {{"1", "2"}}, {2}},
        RightCase{"semicolons", "nik;desil\n1,5;2\n", {"nik", "desil"}, {{"1,5", "2"}}, {2}},
        RightCase{"tabulators", "nik\tdesil\n1\t2\n", {"nik", "desil"}, {{"1", "2"}}, {2}},
        RightCase{"one column", "nik\n1\n2\n", {"nik"}, {{"1"}, {"2"}}, {2, 3}},
        RightCase{"most frequent separator",
                  "a;b,c;d\n1;2;3\n",
                  {"a", "b,c", "d"},
                  {{"1", "2", "3"}},
                  {2}},
        RightCase{
            "separator inside quotes", "\"a;b;c\",d\n1,2\n", {"a;b;c", "d"}, {{"1", "2"}}, {2}},
        RightCase{
            "byte order mark", "\xEF\xBB\xBFnik,desil\n1,2\n", {"nik", "desil"}, {{"1", "2"}}, {2}},
        RightCase{"carriage returns", "nik,desil\r\n1,2\r\n", {"nik", "desil"}, {{"1", "2"}}, {2}},
        RightCase{"no last line end", "nik,desil\n1,2", {"nik", "desil"}, {{"1", "2"}}, {2}},
        RightCase{"header trimmed and lower case",
                  " NIK ,Desil\n1,2\n",
                  {"nik", "desil"},
                  {{"1", "2"}},
                  {2}},
        RightCase{"cells not trimmed", "a,b\n 1 ,2\n", {"a", "b"}, {{" 1 ", "2"}}, {2}},
        RightCase{"empty cells",
                  "a,b,c\n,,3\n1,,\n",
                  {"a", "b", "c"},
                  {{"", "", "3"}, {"1", "", ""}},
                  {2, 3}},
        RightCase{"blank lines",
                  "\n\r\na,b\n\n1,2\n  \n3,4\n\n",
                  {"a", "b"},
                  {{"1", "2"}, {"3", "4"}},
                  {5, 7}},
        RightCase{"rows of separators", "a;b\n1;2\n;\n;;;\n", {"a", "b"}, {{"1", "2"}}, {2}},
        RightCase{"quoted",
                  "a,b\n\"1,5\",\"he said \"\"ya\"\"\"\n",
                  {"a", "b"},
                  {{"1,5", "he said \"ya\""}},
                  {2}},
        RightCase{"quoted and empty", "a,b\n\"\",2\n", {"a", "b"}, {{"", "2"}}, {2}},
        RightCase{"quoted at the very end", "a,b\n1,\"2\"", {"a", "b"}, {{"1", "2"}}, {2}},
        RightCase{"line ends inside quotes",
                  "a,b\n\"1\r\n2\",3\n4,5\n",
                  {"a", "b"},
                  {{"1\r\n2", "3"}, {"4", "5"}},
                  {2, 4}},
        RightCase{"quote inside a cell",
                  "a,b\nDaeng \"Boss\",2\n",
                  {"a", "b"},
                  {{"Daeng \"Boss\"", "2"}},
                  {2}},
        RightCase{"header only", "a,b\n", {"a", "b"}, {}, {}}),
    case_name<RightCase>);

struct WrongCase {
    const char* name;
    std::string text;
    std::size_t line;
    const char* what;
};
class WrongCsv : public testing::TestWithParam<WrongCase> {};

TEST_P(WrongCsv, says_where_and_why) {
    const auto csv = parse_csv(GetParam().text);
    ASSERT_FALSE(csv);
    EXPECT_EQ(csv.error().line, GetParam().line);
    EXPECT_EQ(csv.error().what, GetParam().what);
}

constexpr const char* kNotUtf8 = "not UTF-8; save the file as \"CSV UTF-8\"";
constexpr const char* kUnclosed = "a quote is never closed";
constexpr const char* kAfterQuote = "text after a closing quote; write a quote inside a cell twice";

INSTANTIATE_TEST_SUITE_P(
    Csv, WrongCsv,
    testing::Values(WrongCase{"empty", "", 1, "no header row"},
                    WrongCase{"mark only", "\xEF\xBB\xBF", 1, "no header row"},
                    WrongCase{"blank lines only", "\n \n\r\n", 1, "no header row"},
                    WrongCase{"cell missing", "a,b\n1,2\n3\n", 3, "1 cells where the header has 2"},
                    WrongCase{"cell too many", "a,b\n1,2,3\n", 2, "3 cells where the header has 2"},
                    WrongCase{"wrong count after a long row", "a,b\n\"1\n2\",3\n4\n", 4,
                              "1 cells where the header has 2"},
                    WrongCase{"other separator than the header", "a,b\n1;2\n", 2,
                              "1 cells where the header has 2"},
                    WrongCase{"quote never closed", "a,b\n1,\"2\n3,4\n", 2, kUnclosed},
                    WrongCase{"quote opened at the end", "a,b\n1,\"", 2, kUnclosed},
                    WrongCase{"quote doubled at the end", "a,b\n1,\"2\"\"", 2, kUnclosed},
                    WrongCase{"text after a quote", "a,b\n\"1\"2,3\n", 2, kAfterQuote},
                    WrongCase{"blank after a quote", "a,b\n\"1\" ,3\n", 2, kAfterQuote},
                    WrongCase{"latin-1",
                              "a,b\n1,2\nkar\xE9"
                              "ba,3\n",
                              3, kNotUtf8},
                    WrongCase{"utf-16",
                              std::string("\xFF\xFE"
                                          "a\0,\0",
                                          6),
                              1, kNotUtf8}),
    case_name<WrongCase>);

TEST(Csv, finds_a_column_by_any_of_its_names) {
    const auto csv = parse_csv("nama,no_hp\nSitti,0812\n");
    ASSERT_TRUE(csv);
    EXPECT_EQ(csv->column({"msisdn", "no_hp"}), 1U);
    EXPECT_EQ(csv->column({"no_hp", "nama"}), 1U);
    EXPECT_EQ(csv->column({"name"}), Csv::npos);
    EXPECT_EQ(csv->column({}), Csv::npos);
}

struct LineCase {
    const char* name;
    Cells cells;
    const char* line;
};
class CsvLine : public testing::TestWithParam<LineCase> {};

TEST_P(CsvLine, is_safe_to_open) { EXPECT_EQ(csv_line(GetParam().cells), GetParam().line); }

INSTANTIATE_TEST_SUITE_P(
    Csv, CsvLine,
    testing::Values(
        LineCase{"plain", {"1", "Sitti Aminah", ""}, "1,Sitti Aminah,\n"},
        LineCase{"comma", {"a,b"}, "\"a,b\"\n"}, LineCase{"semicolon", {"a;b"}, "\"a;b\"\n"},
        LineCase{"quote", {"a\"b"}, "\"a\"\"b\"\n"},
        LineCase{"line ends", {"a\r\nb"}, "\"a\r\nb\"\n"}, LineCase{"formula", {"=1+1"}, "'=1+1\n"},
        LineCase{"plus", {"+628123456789"}, "'+628123456789\n"}, LineCase{"minus", {"-1"}, "'-1\n"},
        LineCase{"at sign", {"@SUM(A1)"}, "'@SUM(A1)\n"},
        LineCase{"tabulator", {"\t=1"}, "\"'\t=1\"\n"},
        LineCase{"carriage return", {"\r=1"}, "\"'\r=1\"\n"},
        LineCase{"line feed", {"\n=1"}, "\"'\n=1\"\n"},
        LineCase{"wide signs", {"＝1", "＋1", "－1", "＠A"}, "'＝1,'＋1,'－1,'＠A\n"},
        LineCase{"formula with quotes", {"=HYPERLINK(\"x\",1)"}, "\"'=HYPERLINK(\"\"x\"\",1)\"\n"},
        LineCase{"sign inside", {"a=b", "1-2"}, "a=b,1-2\n"}, LineCase{"nothing", {}, "\n"}),
    case_name<LineCase>);

TEST(Csv, guards_a_cell_that_begins_with_nul) {
    using namespace std::string_literals;
    EXPECT_EQ(csv_line({"\0=1"s}), "'\0=1\n"s);
}

TEST(Csv, reads_what_it_writes) {
    const Cells cells{"a;b", "c\"d\"", "e\nf", "", " g "};
    const auto csv = parse_csv("1,2,3,4,5\n" + csv_line(cells));
    ASSERT_TRUE(csv);
    ASSERT_EQ(csv->rows.size(), 1U);
    EXPECT_EQ(csv->rows[0].cells, cells);
}

}  // namespace
}  // namespace jangkau
