// What protects agents' reports, as every store keeps it: codes, PINs, incidents; and who has left.

#include <fstream>
#include <iterator>

#include "tests/sessions/store_contract.hpp"

namespace jangkau::sessions {
namespace {

using flows::Agent;
using flows::AgentCode;
using flows::Incident;

class GuardContract : public StoreContract {};
INSTANTIATE_TEST_SUITE_P(Stores, GuardContract, testing::Values(Kind::memory, Kind::sqlite),
                         kind_name);

TEST_P(GuardContract, KeepsTheLatestCodeOfAnAgentAndTicket) {
    const AgentCode code{"A", ticket(1), awkward(), at(5)};
    in([&](Unit& unit) {
        unit.put(AgentCode{"A", ticket(1), "1", at(1)}, "111111");
        unit.put(code, "493027");
        unit.put(AgentCode{"A", ticket(2), "", at(6)}, "000000");
        unit.put(AgentCode{"B", ticket(1), "2", at(7)}, "222222");
    });
    in([&](Unit& unit) {
        const auto codes = unit.codes_of("A");
        ASSERT_EQ(codes.size(), 2U);
        const AgentCode& found = codes[codes[0].ticket == ticket(1) ? 0 : 1];
        EXPECT_EQ(found.agent, "A");
        EXPECT_EQ(found.said, awkward());
        EXPECT_EQ(found.made, at(5));
        EXPECT_TRUE(unit.codes_of("C").empty());
    });
}

TEST_P(GuardContract, ACodeIsBoundToAgentTicketAndWhatWasSaid) {
    const AgentCode code{"A", ticket(1), "12345678901", at(1)};
    in([&](Unit& unit) {
        unit.put(code, "493027");
        unit.put(AgentCode{"A", ticket(2), "12345678901", at(1)}, "111111");
    });
    in([&](Unit& unit) {
        EXPECT_TRUE(unit.is_code(code, "493027"));
        EXPECT_FALSE(unit.is_code(code, "493028"));
        EXPECT_FALSE(unit.is_code(code, ""));
        EXPECT_FALSE(unit.is_code({"B", ticket(1), code.said, at(1)}, "493027"));
        EXPECT_FALSE(unit.is_code({"A", ticket(2), code.said, at(1)}, "493027"));
        EXPECT_FALSE(unit.is_code({"A", ticket(1), "1234567890", at(1)}, "493027"));
        EXPECT_FALSE(unit.is_code({"A", ticket(1), "1234567890", at(1)}, "1493027"));
        unit.drop_code(code);
        EXPECT_FALSE(unit.is_code(code, "493027"));
        EXPECT_EQ(unit.codes_of("A").size(), 1U);
    });
}

TEST_P(GuardContract, CodesGoWithTheirTicketTheirAgentAndTheirTime) {
    in([&](Unit& unit) {
        unit.put(Agent{"B", "", phone(1), {}, 15, false, std::nullopt});
        for (unsigned number = 1; number <= 3; ++number)
            unit.put(AgentCode{"A", ticket(number), "", at(static_cast<int>(number))}, "1");
        unit.put(AgentCode{"B", ticket(3), "", at(9)}, "1");
        unit.erase_enrollment(ticket(2));
        EXPECT_EQ(unit.codes_of("A").size(), 2U);
        unit.remove_agent("B");
        EXPECT_TRUE(unit.codes_of("B").empty());
        (void)unit.purge({.pieces = at(2)});
        ASSERT_EQ(unit.codes_of("A").size(), 1U);
        EXPECT_EQ(unit.codes_of("A")[0].ticket, ticket(3));
    });
}

TEST_P(GuardContract, KnowsAPinAndNothingLikeIt) {
    in([](Unit& unit) {
        EXPECT_FALSE(unit.has_pin("A"));
        EXPECT_FALSE(unit.is_pin("A", ""));
        unit.set_pin("A", "4711");
    });
    in([](Unit& unit) {
        EXPECT_TRUE(unit.has_pin("A"));
        EXPECT_TRUE(unit.is_pin("A", "4711"));
        for (const char* wrong : {"", "4712", "47110", "04711"})
            EXPECT_FALSE(unit.is_pin("A", wrong)) << wrong;
        EXPECT_FALSE(unit.has_pin("B"));
        EXPECT_FALSE(unit.is_pin("B", "4711"));
        unit.set_pin("A", "081234");
        EXPECT_FALSE(unit.is_pin("A", "4711"));
        EXPECT_TRUE(unit.is_pin("A", "081234"));
        unit.set_pin("A", "");
        EXPECT_FALSE(unit.has_pin("A"));
        EXPECT_FALSE(unit.is_pin("A", ""));
    });
}

TEST_P(GuardContract, CountsIncidentsByKindAgentTicketAndTime) {
    in([](Unit& unit) {
        unit.add(Incident{"wrong", "A", "1", at(1)});
        unit.add(Incident{"wrong", "A", "2", at(2)});
        unit.add(Incident{"wrong", "A", "1", at(3)});
        unit.add(Incident{"sent", "A", "1", at(3)});
        unit.add(Incident{"wrong", "B", "1", at(3)});
        unit.add(Incident{"wrong", "", "1", at(4)});
    });
    in([](Unit& unit) {
        EXPECT_EQ(unit.incidents("wrong", "A", at(0)), 3U);
        EXPECT_EQ(unit.incidents("wrong", "A", at(2)), 2U) << "at or after";
        EXPECT_EQ(unit.incidents("wrong", "A", "1", at(0)), 2U);
        EXPECT_EQ(unit.incidents("wrong", "A", "1", at(2)), 1U);
        EXPECT_EQ(unit.incidents("wrong", "", "1", at(0)), 1U);
        EXPECT_EQ(unit.incidents("other", "A", at(0)), 0U);
        const auto some = unit.incidents_between(at(2), at(4));
        ASSERT_EQ(some.size(), 4U) << "the end is left out";
        EXPECT_EQ(some[0].ticket, "2");
        EXPECT_EQ(some[1].at, at(3));
        EXPECT_EQ(unit.forget_incidents(at(3)), 2U);
        EXPECT_EQ(unit.incidents("wrong", "A", at(0)), 1U);
    });
}

TEST_P(GuardContract, CountsSmsThatWereGivenAChannel) {
    in([&](Unit& unit) {
        for (int to : {1, 1, 2}) unit.send(sms(to, flows::Lane::receipt, "x"));
        EXPECT_EQ(unit.sms_out(at(0)), 0U) << "they only wait";
        for (int to : {1, 2})
            for (OutboxRow row : unit.sms_to(phone(to), 0, 1)) {
                row.channel = "first";
                row.due = at(to);
                unit.settle(row, at(0));
            }
        EXPECT_EQ(unit.sms_out(phone(1), at(0)), 1U);
        EXPECT_EQ(unit.sms_out(phone(1), at(2)), 0U);
        EXPECT_EQ(unit.sms_out(at(1)), 2U);
        EXPECT_EQ(unit.sms_out(at(2)), 1U);
    });
}

TEST_P(GuardContract, KeepsWhoHasLeftOrIsHeldAndPrefersWhoWorks) {
    in([](Unit& unit) {
        Agent left{"A", "", phone(1), {}, 15, false, std::nullopt};
        left.retired = left.held = true;
        left.released = at(3);
        unit.put(left);
        EXPECT_EQ(unit.agent_with(phone(1))->id, "A");
        unit.put(Agent{"B", "", phone(1), {}, 15, false, std::nullopt});
    });
    in([](Unit& unit) {
        const auto left = unit.agent("A");
        EXPECT_TRUE(left->retired);
        EXPECT_TRUE(left->held);
        EXPECT_EQ(left->released, at(3));
        EXPECT_FALSE(unit.agent("B")->retired);
        EXPECT_FALSE(unit.agent("B")->released);
        EXPECT_EQ(unit.agent_with(phone(1))->id, "B");
    });
}

TEST_P(GuardContract, NeitherPinNorWhatWasSaidStandsInTheFile) {
    if (GetParam() == Kind::memory) return;
    in([](Unit& unit) {
        unit.set_pin("A", "471147");
        unit.put(AgentCode{"A", ticket(1), "12345678901", at(1)}, "493027");
    });
    store_.reset();  // empties the WAL
    std::ifstream file(folder_.path() + "/data/jangkau.db", std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    ASSERT_NE(bytes.find("agent_codes"), std::string::npos);
    for (const char* secret : {"471147", "493027", "12345678901", "$argon2"})
        EXPECT_EQ(bytes.find(secret), std::string::npos) << secret;
}

}  // namespace
}  // namespace jangkau::sessions
