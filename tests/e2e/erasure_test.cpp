// HAPUS in the real program: nothing that it kept of a person is left, sealed or not.

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include "tests/e2e/gateway_fixture.hpp"

namespace jangkau {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kWorker = "+6281234500001";
const std::string kNik = "7371010503800003";
const std::vector<std::string> kInputs = {"1", kNik, "SITI AMINAH", "Lembo", "2",
                                          "2", "1",  "1",           "1",     "1"};

/// Every sealed value of a copy: the bytes themselves, which only the key makes readable.
std::vector<Canary> sealed_in(const std::string& file) {
    const SQLite::Database copy(file);
    std::vector<Canary> found;
    for (const char* table :
         {"enrollments", "hops", "drafts", "outbox", "consents", "desk_notes", "timers"}) {
        SQLite::Statement rows(copy, std::string("SELECT * FROM ") + table);
        while (rows.executeStep())
            for (int i = 0; i < rows.getColumnCount(); ++i) {
                const SQLite::Column value = rows.getColumn(i);
                const std::string name = value.getName();
                // What is looked up by is no datum: the audit tells by it whom a row is about.
                if (!value.isBlob() || value.getBytes() < 40 || name.ends_with("_index")) continue;
                found.push_back({std::string(table) + "." + name, value.getString()});
            }
    }
    return found;
}

class Erasure : public GatewayTest {
protected:
    std::string register_by_ussd() {
        std::string typed, screen = hop("ATUid_1", kWorker, "");
        for (const std::string& input : kInputs)
            screen = hop("ATUid_1", kWorker, typed += (typed.empty() ? "" : "*") + input);
        typed_ = typed;
        EXPECT_THAT(screen, StartsWith("END Terkirim. Tiket "));
        std::smatch ticket;
        return std::regex_search(screen, ticket, std::regex("[0-9]{7}")) ? ticket[0].str() : "";
    }
    /// Of the data folder as it is now.
    std::string copy() {
        const std::string folder = folder_ + "/copy";
        EXPECT_EQ(operate({"backup", folder}).code, 0);
        for (const auto& entry : std::filesystem::directory_iterator(folder))
            if (entry.path().extension() == ".db") return entry.path();
        return "";
    }
    void await_erasure_of(const std::string& ticket) {
        for (int i = 0; i < 300; ++i) {
            const Ran list = operate({"enrollments", "list", "--json"});
            if (list.code == 0 && list.out.find(ticket) == std::string::npos) return;
            std::this_thread::sleep_for(50ms);
        }
        ADD_FAILURE() << "still there: " << ticket;
    }

    std::string typed_;
};

TEST_F(Erasure, LeavesNothingOfAPersonInAnyFile) {
    StubAggregator aggregator;
    start({"channels.africastalking.api_base=" + aggregator.url(), "routes.default=africastalking",
           "service.erase_days=0", "log.level=debug"});
    const std::string ticket = register_by_ussd();
    aggregator.wait_for(2);  // receipt, consent
    EXPECT_EQ(operate({"enrollments", "show", ticket}).code, 0);
    const std::vector<Canary> sealed = sealed_in(copy());
    ASSERT_GT(sealed.size(), 10U);
    const Hunt hunt(sealed);
    const Hunt by_name(std::vector<Canary>{{"the worker's name", "AMINAH"}});
    EXPECT_FALSE(hunt.below(data_).empty()) << "the hunt finds what is there";
    std::filesystem::remove_all(folder_ + "/copy");

    EXPECT_EQ(sms("m1", kWorker, "HAPUS"), 200);
    EXPECT_THAT(aggregator.wait_for(3).back().text, HasSubstr("permintaan hapus data diterima"));
    await_erasure_of(ticket);

    // While it runs, and after a kill with the write-ahead log as it was.
    for (const bool alive : {true, false}) {
        if (!alive) kill_hard();
        EXPECT_EQ(written(hunt.below(data_)), "") << (alive ? "running" : "killed");
        EXPECT_EQ(written(hunt.below(folder_ + "/tmp")), "");
        EXPECT_EQ(written(by_name.below(data_)), "");
    }

    start({"channels.africastalking.api_base=" + aggregator.url()});
    const Ran verified = operate({"audit", "verify"});
    EXPECT_EQ(verified.code, 0) << verified.err;
    for (const std::string& typed : {std::string(), typed_})
        EXPECT_THAT(hop("ATUid_1", kWorker, typed), Not(HasSubstr("AMINAH")));
    const Ran report = operate({"breach-report", "--since", "2026-01-01"});
    EXPECT_EQ(report.code, 0) << report.err;
    EXPECT_THAT(report.out, HasSubstr("erased"));
    EXPECT_THAT(report.out, Not(HasSubstr("AMINAH")));
    EXPECT_EQ(written(Hunt({}).in("the report", report.out)), "");
}

}  // namespace
}  // namespace jangkau
