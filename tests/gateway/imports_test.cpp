#include "gateway/imports.hpp"

#include <gtest/gtest.h>

#include "tests/gateway/shipped_config.hpp"
#include "tests/support/case_name.hpp"

namespace jangkau::gateway {
namespace {

using namespace std::chrono_literals;

constexpr Date kToday = 2026y / 11 / 22;
constexpr const char* kNik = "7371014503850003";

struct BadCase {
    const char* name;
    std::string file;
    std::size_t line;
    std::string why;  ///< part of the sentence
};

/// The complaints as one text: "2: why\n".
std::string told(const std::vector<BadRow>& bad) {
    std::string text;
    for (const BadRow& row : bad) text += std::to_string(row.line) + ": " + row.why + "\n";
    return text;
}

void expect_complaint(const std::vector<BadRow>& bad, const BadCase& expected) {
    ASSERT_EQ(bad.size(), 1u) << told(bad);
    EXPECT_EQ(bad[0].line, expected.line) << told(bad);
    EXPECT_NE(bad[0].why.find(expected.why), std::string::npos) << told(bad);
    EXPECT_EQ(bad[0].why.find(kNik), std::string::npos) << "a whole NIK: " << told(bad);
}

// --- agents ---

const std::string kAgents = "agent_id,name,msisdn,kelurahan,max_open\n";

struct AgentCase {
    const char* name;
    std::string file;
    std::vector<std::string> kelurahan;
    std::optional<unsigned> max_open;
    std::string agent_name = "SITI AMINAH";
};

std::string antang() { return *read_place("Antang", shipped_service()); }
std::string batua() { return *read_place("Batua", shipped_service()); }

class GoodAgents : public testing::TestWithParam<AgentCase> {};

TEST_P(GoodAgents, Reads) {
    const auto parsed = parse_agents(GetParam().file, shipped_service());
    ASSERT_EQ(parsed.rows.size(), 1u) << told(parsed.bad);
    EXPECT_TRUE(parsed.bad.empty()) << told(parsed.bad);
    const AgentRow& row = parsed.rows[0];
    EXPECT_EQ(row.line, 2u);
    EXPECT_EQ(row.id, "A01");
    EXPECT_EQ(row.name, GetParam().agent_name);
    EXPECT_EQ(row.msisdn.digits(), "6281234567890");
    EXPECT_EQ(row.kelurahan, GetParam().kelurahan);
    EXPECT_EQ(row.max_open, GetParam().max_open);
}

INSTANTIATE_TEST_SUITE_P(
    Imports, GoodAgents,
    testing::Values(
        AgentCase{"english", kAgents + "A01,SITI AMINAH,081234567890,Antang,20\n", {antang()}, 20},
        AgentCase{"indonesian with semicolons and a mark",
                  "\xEF\xBB\xBFID_Agen;Nama;No HP;Kelurahan;Maks Tugas\r\n"
                  "A01;SITI AMINAH;+62 812-3456-7890;antang;7\r\n",
                  {antang()},
                  7},
        AgentCase{"other columns and no limit",
                  "no,id,nama,telepon,kelurahan\n1,A01,SITI AMINAH,0812 3456 7890,ANTANG\n",
                  {antang()}},
        AgentCase{
            "an empty limit", kAgents + "A01,SITI AMINAH,6281234567890,Antang,\n", {antang()}},
        AgentCase{
            "a guarded number", kAgents + "A01,SITI AMINAH,'+6281234567890,Antang,\n", {antang()}},
        AgentCase{"several places, one twice, one by its code",
                  kAgents + "A01,SITI AMINAH,081234567890,Batua|" + antang() + "| batua |,15\n",
                  {std::min(antang(), batua()), std::max(antang(), batua())},
                  15},
        AgentCase{"a curly apostrophe in the name",
                  kAgents + "A01,Nur’aini,081234567890,Antang,\n",
                  {antang()},
                  std::nullopt,
                  "Nur'aini"}),
    case_name<AgentCase>);

class BadAgents : public testing::TestWithParam<BadCase> {};

TEST_P(BadAgents, Complain) {
    expect_complaint(parse_agents(GetParam().file, shipped_service()).bad, GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Imports, BadAgents,
    testing::Values(
        BadCase{"an empty file", "", 1, "no header row"},
        BadCase{"a header only", kAgents, 1, "no rows below the header"},
        BadCase{"not UTF-8", kAgents + "A01,\xE9,081234567890,Antang,\n", 2, "UTF-8"},
        BadCase{"a missing column", "agent_id,name,kelurahan\nA01,SITI,Antang\n", 1,
                "no column msisdn (or hp, no_hp, telepon)"},
        BadCase{"a misspelt column", "agent_id,name,msidn,kelurahan\nA01,SITI,0812,Antang\n", 1,
                "did you mean 'msisdn'?"},
        BadCase{"a misspelt optional column",
                "agent_id,name,msisdn,kelurahan,max_opn\nA01,S,081234567890,Antang,3\n", 1,
                "did you mean 'max_open'?"},
        BadCase{"a cell too few", kAgents + "A01,SITI,081234567890\n", 2, "3 cells"},
        BadCase{"no id", kAgents + " ,SITI,081234567890,Antang,\n", 2, "agent_id is empty"},
        BadCase{"a long id", kAgents + std::string(41, 'A') + ",SITI,081234567890,Antang,\n", 2,
                "agent_id"},
        BadCase{"no name", kAgents + "A01,,081234567890,Antang,\n", 2, "name is empty"},
        BadCase{"a name without letters", kAgents + "A01,123,081234567890,Antang,\n", 2,
                "no letters"},
        BadCase{"a NIK in the name", kAgents + "A01,Siti " + kNik + ",081234567890,Antang,\n", 2,
                "'............0003' is no name"},
        BadCase{"a name that no SMS carries", kAgents + "A01,Łukasz,081234567890,Antang,\n", 2,
                "the sign Ł"},
        BadCase{"no phone", kAgents + "A01,SITI,,Antang,\n", 2, "msisdn is empty"},
        BadCase{"a phone with letters", kAgents + "A01,SITI,08l234567890,Antang,\n", 2,
                "signs that are no digits"},
        BadCase{"a fixed line", kAgents + "A01,SITI,0411872345,Antang,\n", 2,
                "no mobile number, which begins with 08"},
        BadCase{"a short phone", kAgents + "A01,SITI,08123,Antang,\n", 2, "too few or too many"},
        BadCase{"a phone rounded by Excel", "id;nama;hp;kelurahan\nA01;SITI;6,28123E+12;Antang\n",
                2, "'6,28123E+12' is a number that the spreadsheet has rounded"},
        BadCase{"an id rounded by Excel", kAgents + "1.2E+05,SITI,081234567890,Antang,\n", 2,
                "rounded"},
        BadCase{"no place", kAgents + "A01,SITI,081234567890,|,\n", 2, "kelurahan is empty"},
        BadCase{"an unknown place", kAgents + "A01,SITI,081234567890,Atlantis,\n", 2,
                "no kelurahan is called 'Atlantis'"},
        BadCase{"one place of two unknown", kAgents + "A01,SITI,081234567890,Antang|Atlantis,\n", 2,
                "'Atlantis'"},
        BadCase{"an ambiguous place", kAgents + "A01,SITI,081234567890,Barama,\n", 2,
                "did you mean Baraya or Barana?"},
        BadCase{"an unknown code", kAgents + "A01,SITI,081234567890,7371999999,\n", 2,
                "no kelurahan has the code '7371999999'"},
        BadCase{"the code of a kecamatan", kAgents + "A01,SITI,081234567890,737111,\n", 2,
                "a kecamatan's"},
        BadCase{"no tasks", kAgents + "A01,SITI,081234567890,Antang,0\n", 2,
                "max_open '0' is no number from 1 to 500"},
        BadCase{"half a task", kAgents + "A01,SITI,081234567890,Antang,1.5\n", 2, "max_open"},
        BadCase{"an id twice",
                kAgents + "A01,SITI,081234567890,Antang,\nA01,BUDI,081234567891,Antang,\n", 3,
                "agent_id 'A01' stands in line 2 already"},
        BadCase{"a phone twice, written differently",
                kAgents + "A01,SITI,081234567890,Antang,\n\nA02,BUDI,+6281234567890,Antang,\n", 4,
                "the phone number '.........7890' stands in line 2 already"}),
    case_name<BadCase>);

TEST(Imports, GoodAgentsStandBesideBadOnes) {
    const auto parsed = parse_agents(
        kAgents +
            "A01,SITI,0812,Antang,\nA02,BUDI,081234567891,Antang,\nA03,,081234567892,Antang,\n",
        shipped_service());
    ASSERT_EQ(parsed.rows.size(), 1u);
    EXPECT_EQ(parsed.rows[0].line, 3u);
    ASSERT_EQ(parsed.bad.size(), 2u);
    EXPECT_EQ(parsed.bad[1].line, 4u);
}

// --- eligibility ---

const std::string kList = "nik,desil,as_of,source\n";

TEST(Imports, EligibilityInEnglish) {
    const auto parsed = parse_eligibility(kList + kNik + ",3,2026-09-30,DTSEN\n", kToday);
    ASSERT_EQ(parsed.rows.size(), 1u) << told(parsed.bad);
    const flows::Eligibility& entry = parsed.rows[0].entry;
    EXPECT_EQ(entry.nik.digits(), kNik);
    EXPECT_EQ(entry.desil, 3);
    EXPECT_EQ(iso(entry.as_of), "2026-09-30");
    EXPECT_EQ(entry.source, "DTSEN");
}

TEST(Imports, EligibilityInIndonesianWithoutSource) {
    const auto parsed =
        parse_eligibility("NIK;Desil;Tanggal\n73.7101.450385.0003;10;30-09-2026\n", kToday);
    ASSERT_EQ(parsed.rows.size(), 1u) << told(parsed.bad);
    EXPECT_EQ(parsed.rows[0].entry.desil, 10);
    EXPECT_EQ(iso(parsed.rows[0].entry.as_of), "2026-09-30");
    EXPECT_EQ(parsed.rows[0].entry.source, "");
}

class BadEligibility : public testing::TestWithParam<BadCase> {};

TEST_P(BadEligibility, Complains) {
    expect_complaint(parse_eligibility(GetParam().file, kToday).bad, GetParam());
}

std::string with_nik(const std::string& nik) { return kList + nik + ",3,2026-09-30,\n"; }
std::string with_desil(const std::string& desil) {
    return kList + kNik + "," + desil + ",2026-09-30,\n";
}
std::string with_date(const std::string& date) { return kList + kNik + ",3," + date + ",\n"; }

INSTANTIATE_TEST_SUITE_P(
    Imports, BadEligibility,
    testing::Values(
        BadCase{"no NIK", with_nik(""), 2, "nik is empty"},
        BadCase{"a digit too few", with_nik("737101450385003"), 2,
                "NIK '...........5003' has 15 digits, not 16"},
        BadCase{"a digit too many", with_nik("73710145038500031"), 2, "has 17 digits"},
        BadCase{"letters in it", with_nik("737101450385000X"), 2, "signs that are no digits"},
        BadCase{"no such province", with_nik("9971014503850003"), 2, "no province"},
        BadCase{"born in month 13", with_nik("7371014513850003"), 2, "impossible date"},
        BadCase{"the last digits rounded", with_nik("7371014503850000"), 2, "rounded"},
        BadCase{"rounded by Excel", kList + "\"7,37101E+15\",3,2026-09-30,\n", 2, "rounded"},
        BadCase{"no desil", with_desil(""), 2, "desil is empty"},
        BadCase{"desil 0", with_desil("0"), 2, "desil '0' is no number from 1 to 10"},
        BadCase{"desil 11", with_desil("11"), 2, "desil '11'"},
        BadCase{"desil in words", with_desil("tiga"), 2, "desil 'tiga'"},
        BadCase{"a NIK as desil", with_desil(kNik), 2, "desil '............0003'"},
        BadCase{"no date", with_date(""), 2, "as_of is empty"},
        BadCase{"an impossible date", with_date("30-02-2026"), 2, "no date such as"},
        BadCase{"a date with two digits of a year", with_date("30-09-26"), 2, "no date such as"},
        BadCase{"a date before all lists", with_date("1999-12-31"), 2, "no date such as"},
        BadCase{"tomorrow", with_date("23-11-2026"), 2, "still to come"},
        BadCase{"a long source", kList + kNik + ",3,2026-09-30," + std::string(101, 'x') + "\n", 2,
                "source"},
        BadCase{"a NIK twice, written differently",
                kList + kNik + ",3,2026-09-30,\n7371 0145 0385 0003,4,2026-09-30,\n", 3,
                "NIK '............0003' stands in line 2 already"}),
    case_name<BadCase>);

TEST(Imports, NiksThatAllEndIn0WereRounded) {
    std::string file = kList;
    for (const char* serial : {"0010", "0020", "0030", "0040"}) {
        file += "737101450385" + std::string(serial) + ",3,2026-09-30,\n";
    }
    EXPECT_TRUE(parse_eligibility(file, kToday).bad.empty());
    const auto bad = parse_eligibility(file + "7371014503850050,3,2026-09-30,\n", kToday).bad;
    ASSERT_EQ(bad.size(), 1u);
    EXPECT_NE(bad[0].why.find("every NIK ends in 0"), std::string::npos);
}

// --- results ---

const std::string kResults = "ticket,kpj,active_since\n";
const std::string kTicket = Ticket::from_number(482173).text();
const std::string kTicketWithZeros = Ticket::from_number(1234).text();

TEST(Imports, ResultsInIndonesian) {
    const auto parsed =
        parse_results("Tiket;KPJ;Aktif Sejak\n" + kTicket + ";12 345 678 901;1/11/2026\n", kToday);
    ASSERT_EQ(parsed.rows.size(), 1u) << told(parsed.bad);
    EXPECT_EQ(parsed.rows[0].ticket.text(), kTicket);
    EXPECT_EQ(parsed.rows[0].kpj, "12345678901");
    EXPECT_EQ(iso(parsed.rows[0].active_since), "2026-11-01");
}

TEST(Imports, ATicketMayHaveLostItsLeadingZeros) {
    ASSERT_TRUE(kTicketWithZeros.starts_with("00"));
    const auto parsed =
        parse_results(kResults + kTicketWithZeros.substr(2) + ",12345678901,2026-11-01\n", kToday);
    ASSERT_EQ(parsed.rows.size(), 1u) << told(parsed.bad);
    EXPECT_EQ(parsed.rows[0].ticket.text(), kTicketWithZeros);
}

class BadResults : public testing::TestWithParam<BadCase> {};

TEST_P(BadResults, Complain) {
    expect_complaint(parse_results(GetParam().file, kToday).bad, GetParam());
}

std::string result_row(const std::string& ticket, const std::string& kpj, const std::string& date) {
    return ticket + "," + kpj + "," + date + "\n";
}
std::string wrong_digit() {
    std::string ticket = kTicket;
    ticket[2] = ticket[2] == '9' ? '0' : static_cast<char>(ticket[2] + 1);
    return ticket;
}

INSTANTIATE_TEST_SUITE_P(
    Imports, BadResults,
    testing::Values(
        BadCase{"no ticket", kResults + result_row("", "12345678901", "2026-11-01"), 2,
                "ticket is empty"},
        BadCase{"a short ticket", kResults + result_row("4821", "12345678901", "2026-11-01"), 2,
                "must have 7 to 9 digits"},
        BadCase{"a long ticket",
                kResults + result_row(kTicket + "100", "12345678901", "2026-11-01"), 2,
                "must have 7 to 9 digits"},
        BadCase{"a slipped digit",
                kResults + result_row(wrong_digit(), "12345678901", "2026-11-01"), 2,
                "check digit"},
        BadCase{"no KPJ", kResults + result_row(kTicket, "", "2026-11-01"), 2, "kpj is empty"},
        BadCase{"a short KPJ", kResults + result_row(kTicket, "1234567890", "2026-11-01"), 2,
                "has 10 digits, not 11"},
        BadCase{"a NIK as KPJ", kResults + result_row(kTicket, kNik, "2026-11-01"), 2,
                "KPJ '............0003' has 16 digits"},
        BadCase{"letters as KPJ", kResults + result_row(kTicket, "belum", "2026-11-01"), 2,
                "signs that are no digits"},
        BadCase{"a KPJ rounded by Excel", kResults + result_row(kTicket, "1.23E+10", "2026-11-01"),
                2, "rounded"},
        BadCase{"no date", kResults + result_row(kTicket, "12345678901", ""), 2,
                "active_since is empty"},
        BadCase{"a date of Excel's own", kResults + result_row(kTicket, "12345678901", "46327"), 2,
                "no date such as"},
        BadCase{"next month", kResults + result_row(kTicket, "12345678901", "2026-12-01"), 2,
                "still to come"},
        BadCase{"a ticket twice",
                kResults + result_row(kTicket, "12345678901", "2026-11-01") +
                    result_row(kTicket, "12345678902", "2026-11-01"),
                3, "stands in line 2 already"}),
    case_name<BadCase>);

}  // namespace
}  // namespace jangkau::gateway
