// Who is offered a ticket: nearest first, then the one with the least to do, then the one who
// waited longest.

#include "menus/flows/referral.hpp"

#include <gtest/gtest.h>

#include "menus/flows/registration.hpp"
#include "tests/support/local_line.hpp"

namespace jangkau::flows {
namespace {

constexpr const char* kLembo = "7371071014";
constexpr const char* kPannampu = "7371071001";  // the same kecamatan
constexpr const char* kAntang = "7371121004";    // another one

struct One {
    std::string id;
    std::string kelurahan;
    unsigned open = 0;    ///< tickets that he has already
    int offered_ago = 0;  ///< hours since his last offer, 0 = never
    bool on_leave = false;
    bool opted_out = false;
    unsigned max_open = 10;
};
struct Case {
    std::string name;
    std::vector<One> agents;
    std::string gets;  ///< "" = nobody
};

class Refer : public testing::TestWithParam<Case> {
protected:
    void put(sessions::Unit& unit, const One& one, unsigned number) {
        Agent agent{.id = one.id,
                    .name = one.id,
                    .msisdn = Msisdn::from_digits(std::to_string(6281200000900 + number))};
        agent.kelurahan = {one.kelurahan};
        agent.on_leave = one.on_leave;
        agent.max_open = one.max_open;
        if (one.offered_ago)
            agent.last_offer = line_.clock().now() - std::chrono::hours(one.offered_ago);
        unit.put(agent);
        if (one.opted_out) unit.put(Person{.msisdn = agent.msisdn, .opted_out = true});
        for (unsigned i = 0; i < one.open; ++i) {
            Referral referral{.ticket = Ticket::from_number(1000 * number + i), .agent = one.id};
            unit.put(referral);
        }
    }
    LocalLine line_;
};

TEST_P(Refer, OffersTheTicketTo) {
    line_.store().run([&](sessions::Unit& unit) {
        unsigned number = 0;
        for (const One& one : GetParam().agents) put(unit, one, ++number);
        World world{*line_.config().service, unit, line_.random(), line_.clock().now()};
        Enrollment enrollment{.ticket = Ticket::from_number(7),
                              .owner = Msisdn::from_digits("6281200000001")};
        enrollment.kelurahan = kLembo;
        enrollment.created = line_.clock().now();
        refer(world, enrollment);
        const auto referral = open_referral(world, enrollment.ticket);
        EXPECT_EQ(referral ? referral->agent : "", GetParam().gets);
        const Status expected = GetParam().gets.empty() ? Status::waiting : Status::offered;
        EXPECT_EQ(unit.enrollment(enrollment.ticket)->status, expected);
    });
}

INSTANTIATE_TEST_SUITE_P(
    Rank, Refer,
    testing::Values(
        Case{"nobody", {}, ""}, Case{"the_only_one", {{"A", kAntang}}, "A"},
        Case{"kelurahan_before_kecamatan", {{"A", kPannampu}, {"B", kLembo, 5}}, "B"},
        Case{"kecamatan_before_city", {{"A", kAntang}, {"B", kPannampu, 5}}, "B"},
        Case{"least_load", {{"A", kLembo, 3}, {"B", kLembo, 1}, {"C", kLembo, 2}}, "B"},
        Case{"longest_waiting",
             {{"A", kLembo, 1, 2}, {"B", kLembo, 1, 9}, {"C", kLembo, 1, 5}},
             "B"},
        Case{"never_offered_first", {{"A", kLembo, 0, 500}, {"B", kLembo}}, "B"},
        Case{"not_on_leave", {{"A", kLembo, 0, 0, true}, {"B", kAntang}}, "B"},
        Case{"not_opted_out", {{"A", kLembo, 0, 0, false, true}, {"B", kAntang}}, "B"},
        Case{"not_above_his_limit", {{"A", kLembo, 2, 0, false, false, 2}, {"B", kLembo, 9}}, "B"},
        Case{"all_full", {{"A", kLembo, 2, 0, false, false, 2}}, ""}),
    [](const auto& row) { return row.param.name; });

TEST_F(Refer, AsksThoseWhoLetItLapseOnlyAfterAPause) {
    line_.store().run([&](sessions::Unit& unit) {
        put(unit, {"A", kLembo}, 1);
        World world{*line_.config().service, unit, line_.random(), line_.clock().now()};
        Enrollment enrollment{.ticket = Ticket::from_number(7),
                              .owner = Msisdn::from_digits("6281200000001")};
        enrollment.kelurahan = kLembo;
        enrollment.created = line_.clock().now();
        refer(world, enrollment);
        pass_on(world, *unit.enrollment(enrollment.ticket), Referral::State::lapsed);
        EXPECT_EQ(unit.enrollment(enrollment.ticket)->status, Status::waiting);
        refer_again(world, *unit.enrollment(enrollment.ticket));
        EXPECT_EQ(open_referral(world, enrollment.ticket)->agent, "A");
        pass_on(world, *unit.enrollment(enrollment.ticket), Referral::State::declined);
        refer_again(world, *unit.enrollment(enrollment.ticket));
        EXPECT_FALSE(open_referral(world, enrollment.ticket)) << "who declined is not asked again";
    });
}

TEST_F(Refer, NobodyGetsHisOwnTicket) {
    line_.store().run([&](sessions::Unit& unit) {
        put(unit, {"A", kLembo}, 1);
        World world{*line_.config().service, unit, line_.random(), line_.clock().now()};
        for (const bool as_contact : {false, true}) {
            const Msisdn agent = Msisdn::from_digits("6281200000901");
            Enrollment enrollment{
                .ticket = Ticket::from_number(as_contact ? 8 : 7),
                .owner = as_contact ? Msisdn::from_digits("6281200000001") : agent};
            if (as_contact) enrollment.contact = agent;
            enrollment.kelurahan = kLembo;
            refer(world, enrollment);
            EXPECT_FALSE(open_referral(world, enrollment.ticket));
        }
    });
}

TEST_F(Refer, ForgetsWhatCameToNothingAfterTheRetention) {
    line_.store().run([&](sessions::Unit& unit) {
        World world{*line_.config().service, unit, line_.random(), line_.clock().now()};
        const auto put_old = [&](unsigned number, Status status, int days) {
            Enrollment enrollment{.ticket = Ticket::from_number(number),
                                  .owner = Msisdn::from_digits("6281200000001")};
            enrollment.status = status;
            enrollment.changed = world.now - std::chrono::days(days);
            unit.put(enrollment);
        };
        put_old(1, Status::ended, 367);
        put_old(2, Status::not_sponsored, 367);
        put_old(3, Status::ended, 360);
        put_old(4, Status::active, 3000);
        put_old(5, Status::with_agent, 3000);
        EXPECT_EQ(forget_unfinished(world), 2u);
        for (const unsigned number : {1u, 2u})
            EXPECT_FALSE(unit.enrollment(Ticket::from_number(number)));
        for (const unsigned number : {3u, 4u, 5u})
            EXPECT_TRUE(unit.enrollment(Ticket::from_number(number)));
    });
}

}  // namespace
}  // namespace jangkau::flows
