// What measures has to be right: a benchmark that nobody runs every day must not rot.

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "gateway/server.hpp"
#include "tests/bench/filler.hpp"
#include "tests/bench/report.hpp"
#include "tests/support/fast_folder.hpp"
#include "tests/support/local_line.hpp"
#include "tests/support/process.hpp"

namespace jangkau::bench {
namespace {

using namespace std::chrono_literals;

std::string body_of(const std::string& request) {
    return request.substr(request.find("\r\n\r\n") + 4);
}

HttpResponse answer_of(LocalLine& line, std::uint64_t worker, std::size_t hop) {
    std::string wire;
    Dialogue("/ussd/africastalking").append_request(wire, worker, hop);
    HttpRequest request;
    request.method = "POST";
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = body_of(wire);
    return line.exchange(adapters::Endpoint::ussd, std::move(request));
}

TEST(BenchDialogue, IsARegistrationFromTheDialToTheTicket) {
    LocalLine line;
    for (const std::uint64_t worker : {0U, 1U, 9'998U, 9'999U, 123'456U}) {
        for (std::size_t hop = 0; hop < Dialogue::kHops; ++hop) {
            const HttpResponse answer = answer_of(line, worker, hop);
            ASSERT_TRUE(Dialogue::goes_on(answer.body, hop)) << worker << " " << hop << "\n"
                                                             << answer.body;
        }
        EXPECT_EQ(
            line.inbox("+628120" + std::to_string(10'000'000 + worker).substr(1), 0, 0ms).size(),
            2U)
            << "the ticket and the consent, by SMS";
    }
}

TEST(BenchFiller, LeavesDialoguesThatGoOn) {
    const FastFolder folder;
    const Dialogue dialogue("/ussd/africastalking");
    fill(folder.path(), dialogue, 3, 2);
    LocalLine line("africastalking", {}, folder.path());
    line.store().run([](sessions::Unit& unit) {
        EXPECT_EQ(unit.counts().sessions, 3U);
        EXPECT_EQ(unit.counts().drafts, 3U);
        EXPECT_EQ(unit.counts().enrollments, 2U);
    });
    for (std::uint64_t worker = 0; worker < 3; ++worker)
        for (std::size_t hop = kLiveHop; hop < Dialogue::kHops; ++hop) {
            const HttpResponse answer = answer_of(line, worker, hop);
            ASSERT_TRUE(Dialogue::goes_on(answer.body, hop)) << worker << " " << hop << "\n"
                                                             << answer.body;
        }
    line.store().run([&](sessions::Unit& unit) {
        EXPECT_EQ(unit.counts().enrollments, 5U);
        EXPECT_EQ(unit.enrollments_with(*Nik::parse(dialogue.nik(2))).size(), 1U);
    });
}

TEST(BenchBudget, RefusesWhatIsWorseOrUnknown) {
    const FastFolder folder;
    const auto compared = [&](const std::string& measured) {
        std::ofstream(folder.path() + "/measured") << measured;
        std::ofstream(folder.path() + "/budget")
            << R"({"syncs": {"bound": 2, "tolerance": 0.5}, "calls": {"bound": 10, "tolerance": 0}})";
        return run_program({"/usr/bin/env", "node",
                            std::string(JANGKAU_SOURCE_DIR) + "/tests/bench/budget.mjs",
                            "--compare", folder.path() + "/measured", folder.path() + "/budget"});
    };
    EXPECT_EQ(compared(R"({"syncs": 3, "calls": 10})").code, 0);
    EXPECT_EQ(compared(R"({"syncs": 1, "calls": 1})").code, 0);
    const Ran worse = compared(R"({"syncs": 3.1, "calls": 10.1})");
    EXPECT_EQ(worse.code, 1);
    EXPECT_EQ(worse.err,
              "syncs: 3.1 is 55.0 % more than 2; 50 % are allowed\n"
              "calls: 10.1 is 1.0 % more than 10; 0 % are allowed\n");
    const Ran unknown = compared(R"({"syncs": 1, "bytes": 1})");
    EXPECT_EQ(unknown.code, 1);
    EXPECT_EQ(unknown.err,
              "bytes: 1 was measured and has no bound\n"
              "calls: has a bound and was not measured\n");
}

/// Answers as a dialogue does, but for every tenth time.
class Careless : public gateway::Handler {
public:
    gateway::Pending handle(HttpRequest request, gateway::Respond respond) override {
        const auto stars = std::count(request.body.begin(), request.body.end(), '*');
        const bool last = stars - 2 == static_cast<long>(Dialogue::kHops) - 2;  // two of the code's
        const bool wrong = careless_ && ++answers_ % 10 == 0;
        respond(plain_text(200, wrong ? "What?" : last ? "END Terkirim." : "CON Ketik NIK:"));
        return {};
    }
    void grow_careless() { careless_ = true; }

private:
    std::atomic<bool> careless_{false};
    std::atomic<unsigned> answers_{0};
};

class BenchLoad : public testing::Test {
protected:
    BenchLoad() {
        gateway::ServerLimits limits;
        limits.connections_per_peer_max = 100;
        limits.requests_per_connection_max = 100;  // the load connects again
        const std::string address = server_.listen("127.0.0.1:0", handler_, limits);
        plan_.port = static_cast<std::uint16_t>(std::stoul(address.substr(address.find(':') + 1)));
        plan_.connections = 8;
        plan_.time = 20s;
        plan_.warm_up = 0ms;
        thread_ = std::thread([this] { server_.run(); });
    }
    ~BenchLoad() override {
        server_.stop();
        thread_.join();
    }

    Careless handler_;
    gateway::Server server_;
    LoadPlan plan_;
    std::thread thread_;
};

TEST_F(BenchLoad, WalksThroughDialoguesAndLooksAtEveryAnswer) {
    plan_.answers_max = 2'000;
    const LoadFigures good = run_load(plan_, Dialogue("/"));
    EXPECT_GE(good.all_answers, 2'000U);
    EXPECT_EQ(good.wrong, 0U) << good.first_wrong;
    EXPECT_EQ(good.broken, 0U);

    handler_.grow_careless();
    const LoadFigures bad = run_load(plan_, Dialogue("/"));
    EXPECT_NEAR(static_cast<double>(bad.wrong), 200, 20);
    EXPECT_EQ(bad.first_wrong.substr(bad.first_wrong.find(' ') + 1), "What?");
}

TEST_F(BenchLoad, GoesOnWithDialoguesThatAreInTheStore) {
    plan_.answers_max = 500;
    plan_.live = 1'000;
    plan_.live_hop = Dialogue::kHops - 1;
    const LoadFigures figures = run_load(plan_, Dialogue("/"));
    EXPECT_EQ(figures.wrong, 0U) << figures.first_wrong;
    EXPECT_GE(figures.all_answers, 500U);
}

TEST_F(BenchLoad, HoldsConnections) {
    const HeldConnections held(plan_.port, 20);
    EXPECT_EQ(held.count(), 20U);
    EXPECT_GE(server_.stats().open, 20U);
}

TEST_F(BenchLoad, SendsAsManyAsAreDue) {
    plan_.rate = 1'000;
    plan_.sessions = 50;
    plan_.time = 500ms;
    const LoadFigures figures = run_load(plan_, Dialogue("/"));
    // However slow the machine: never more than were due.
    EXPECT_LE(figures.all_answers, 501U);
    EXPECT_GE(figures.all_answers, 100U);
    EXPECT_EQ(figures.wrong, 0U) << figures.first_wrong;
    EXPECT_TRUE(std::is_sorted(figures.microseconds.begin(), figures.microseconds.end()));
}

Figures at(double per_second) {
    Figures figures;
    figures.per_second = per_second;
    return figures;
}

TEST(BenchReport, ComparesRoundByRound) {
    // The machine was slower in the second round: the ratio of medians would say something else.
    const std::vector<Figures> ours{at(100), at(10), at(90)};
    const std::vector<Figures> theirs{at(50), at(5), at(60)};
    EXPECT_DOUBLE_EQ(median_ratio(ours, theirs), 2);
    EXPECT_DOUBLE_EQ(median(ours).per_second, 90);

    Table table{"closed", "256 connections", {}, {50, 60, 70}};
    table.rows.push_back({{"nginx", "nginx", false, {}}, theirs});
    table.rows.push_back({{"jangkau", "jangkau", true, {}}, ours});
    const std::string text = as_text(table);
    EXPECT_NE(text.find("2.00x"), text.npos) << text;
    EXPECT_NE(text.find("p50 60"), text.npos) << text;
    const std::string json = as_json({table});
    EXPECT_NE(json.find("\"ours_is_times\":2E0"), json.npos) << json;
}

}  // namespace
}  // namespace jangkau::bench
