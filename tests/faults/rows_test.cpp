// Every row of the table, in a short form that fits a test run. JANGKAU_FAULTS_FULL=1 runs the
// sizes of the catalogue; JANGKAU_FAULTS_REPORT=FILE.md or FILE.json keeps the table.

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include <boost/json.hpp>

#include "tests/faults/row.hpp"

namespace jangkau::faults {

bool full_size() { return std::getenv("JANGKAU_FAULTS_FULL") != nullptr; }

namespace {

std::vector<Row> all_rows() {
    std::vector<Row> all;
    for (auto rows :
         {clock_rows(), copy_rows(), damage_rows(), disk_rows(), http_rows(), overload_rows(),
          power_rows(), process_rows(), smuggling_rows(), socket_rows()})
        all.insert(all.end(), rows.begin(), rows.end());
    std::ranges::sort(all, {}, &Row::id);
    return all;
}

/// Prints and keeps what the rows found.
class Table final : public testing::Environment {
public:
    struct Line {
        Row row;
        std::string figure;
        bool holds;
    };
    static std::vector<Line>& lines() {
        static std::vector<Line> all;
        return all;
    }
    void TearDown() override {
        if (lines().empty()) return;
        std::cout << markdown();
        const char* file = std::getenv("JANGKAU_FAULTS_REPORT");
        if (!file) return;
        std::ofstream(file) << (std::string_view(file).ends_with(".json") ? json() : markdown());
    }

private:
    static std::string markdown() {
        std::string out =
            "| Row | Fault | Promise | Injection | Figure | Holds |\n|---|---|---|---|---|---|\n";
        for (const auto& [row, figure, holds] : lines())
            out += "| " + row.id + " | " + row.fault + " | " + row.promise + " | " + row.injection +
                   " | " + figure + " | " + (holds ? "yes" : "**no**") + " |\n";
        return out;
    }
    static std::string json() {
        boost::json::array rows;
        for (const auto& [row, figure, holds] : lines())
            rows.push_back({{"row", row.id},
                            {"fault", row.fault},
                            {"promise", row.promise},
                            {"injection", row.injection},
                            {"figure", figure},
                            {"holds", holds}});
        return boost::json::serialize(rows) + "\n";
    }
};
const auto* const kTable = testing::AddGlobalTestEnvironment(new Table);

class Faults : public World, public testing::WithParamInterface<Row> {};
TEST_P(Faults, ThePromiseHolds) {
    const std::string figure = GetParam().run(*this);
    if (!HasFatalFailure()) check_invariants();
    Table::lines().push_back({GetParam(), figure, !HasFailure()});
}
INSTANTIATE_TEST_SUITE_P(Rows, Faults, testing::ValuesIn(all_rows()), [](const auto& row) {
    std::string name = row.param.id;
    std::erase(name, '-');
    return name;
});

}  // namespace
}  // namespace jangkau::faults
