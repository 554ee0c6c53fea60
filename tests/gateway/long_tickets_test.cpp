// A province needs more tickets than a million: new ones are longer, those from before go on.

#include <gmock/gmock.h>

#include <regex>

#include "adapters/registry.hpp"
#include "tests/support/config_copy.hpp"
#include "tests/support/fast_folder.hpp"
#include "tests/support/local_line.hpp"

namespace jangkau::gateway {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class LongTickets : public testing::Test {
protected:
    /// What `jangkau check` asks for where a ticket has nine digits.
    LongTickets() {
        config_.replace("jangkau.yaml", "ticket_digits: 6", "ticket_digits: 8");
        const std::string menu = "menus/makassar/menu.yaml", id = "menus/makassar/id.yaml";
        config_.replace(menu, "ticket: \"4821736\"", "ticket: \"482173600\"");
        config_.replace(id, "Setop SMS: BERHENTI", "Setop: BERHENTI");
        config_.replace("menus/makassar/en.yaml", "Stop SMS: BERHENTI", "Stop: BERHENTI");
        config_.replace(id, "Siapa yg bayar iuran?\n    1 Pemkot (diperiksa",
                        "Siapa bayar iuran?\n    1 Pemkot (diperiksa");
        config_.replace(id, " milik Anda: {short_name}", " Anda: {short_name}");
    }

    /// Registers a worker over USSD; his ticket.
    static std::string registered(LocalLine& line, const std::string& phone,
                                  const std::string& nik) {
        const auto telco =
            adapters::find("africastalking")
                ->make_aggregator(line.config().channels.at("africastalking").settings);
        std::vector<std::string> typed;
        std::string screen;
        for (const char* input :
             {"", "1", nik.c_str(), "Abdul Rahman", "Lembo", "2", "2", "2", "1", "4", "1"}) {
            if (*input) typed.emplace_back(input);
            screen = line.exchange(adapters::Endpoint::ussd,
                                   telco->hop({nik, phone, "*123*4567#", typed, ""}))
                         .body;
        }
        std::smatch found;
        EXPECT_TRUE(std::regex_search(screen, found, std::regex("Tiket ([0-9]+)"))) << screen;
        return found.empty() ? "" : found[1].str();
    }
    /// What an SMS is answered.
    static std::string answer(LocalLine& line, const std::string& phone, const std::string& text) {
        const auto telco =
            adapters::find("africastalking")
                ->make_aggregator(line.config().channels.at("africastalking").settings);
        const auto before = line.inbox(phone, 0, {}).size();
        line.exchange(adapters::Endpoint::sms, telco->sms({text, phone, "20880", text}));
        const auto after = line.inbox(phone, 0, {});
        return after.size() > before ? after.back().text : "";
    }

    FastFolder folder_;
    ConfigCopy config_;
};

TEST_F(LongTickets, AreGivenBesideShortOnes) {
    const std::string early = "+6281200000001", late = "+6281200000002";
    std::string short_one;
    {
        LocalLine line("africastalking", {}, folder_.path() + "/data");
        short_one = registered(line, early, "7371011505900001");
        EXPECT_THAT(short_one, SizeIs(7));
        EXPECT_EQ(answer(line, early, "STATUS 482173700"), answer(line, early, "STATUS"))
            << "no ticket where none is so long";
    }
    LocalLine line("africastalking", {}, folder_.path() + "/data", config_.file());
    const std::string long_one = registered(line, late, "7371011505900002");
    EXPECT_THAT(long_one, SizeIs(9));
    EXPECT_TRUE(Ticket::parse(long_one));
    EXPECT_THAT(answer(line, late, "STATUS " + long_one), HasSubstr(long_one));
    EXPECT_THAT(answer(line, early, "status" + short_one), HasSubstr(short_one));
    const std::string not_his = answer(line, early, "STATUS " + long_one);
    EXPECT_THAT(not_his, testing::Not(HasSubstr("Rahman")));
}

}  // namespace
}  // namespace jangkau::gateway
