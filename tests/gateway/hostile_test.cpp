// What strangers type, send and put into files, in every field: it is stored as text or refused, it
// never does anything, and what comes out again is clean.

#include <gtest/gtest.h>

#include <set>

#include "gateway/control.hpp"
#include "gateway/core/csv.hpp"
#include "gateway/core/form.hpp"
#include "gateway/core/text.hpp"
#include "gateway/core/utf8.hpp"
#include "tests/support/fast_folder.hpp"
#include "tests/support/hostile.hpp"
#include "tests/support/local_line.hpp"

namespace jangkau::gateway {
namespace {

using adapters::Endpoint;
using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t kSeptetsMax = 160;
const std::string kBystander = "6281234500009";
const std::string kNik = "7371010503800003";
const std::vector<std::string> kInputs = {
    "1", "7371012204910015", "ANDI BASO", "Lembo", "2", "2", "1", "1", "1", "1"};

bool is_clean(std::string_view text) {
    while (!text.empty()) {
        const Utf8Char next = next_utf8(text);
        if (!next.valid || (is_obeyed(next.code) && next.code != '\n')) return false;
        text.remove_prefix(next.bytes);
    }
    return true;
}

class HostileTexts : public testing::TestWithParam<Hostile> {
protected:
    void SetUp() override {
        type_all("bystander", kBystander, kInputs);
        line_.store().run([&](sessions::Unit& unit) { before_ = of(unit, kBystander); });
        ASSERT_EQ(before_.size(), 1U);
    }
    /// A neighbour's enrollment is as it was, and somebody else can still register.
    void TearDown() override {
        line_.store().run([&](sessions::Unit& unit) {
            const auto after = of(unit, kBystander);
            ASSERT_EQ(after.size(), 1U);
            EXPECT_EQ(after[0].ticket, before_[0].ticket);
            EXPECT_EQ(after[0].name, before_[0].name);
            EXPECT_EQ(after[0].nik, before_[0].nik);
        });
        EXPECT_EQ(type_all("last", "6281234500008", kInputs).substr(0, 4), "END ");
        for (const InboxSms& sms : line_.inbox("", 0, {})) {
            EXPECT_TRUE(is_clean(sms.text)) << sms.text;
            EXPECT_FALSE(sms_parts(sms.text).empty());
        }
        expect_clean_export();
    }

    static std::vector<flows::Enrollment> of(sessions::Unit& unit, const std::string& phone) {
        return unit.enrollments_of(Msisdn::from_digits(phone));
    }

    HttpResponse post(Endpoint endpoint, const Fields& fields) {
        Form form;
        for (const auto& [name, value] : fields) form.add(name, value);
        HttpRequest request{.method = "POST", .body = form.encode()};
        request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
        return line_.exchange(endpoint, std::move(request));
    }
    static Fields hop_fields(const std::string& session, const std::string& phone,
                             const std::string& text) {
        return {{"sessionId", session},
                {"phoneNumber", "+" + phone},
                {"networkCode", "99999"},
                {"serviceCode", "*123*4567#"},
                {"text", text}};
    }
    static Fields sms_fields(const std::string& id, const std::string& phone,
                             const std::string& text) {
        return {{"id", id},
                {"from", "+" + phone},
                {"to", "20880"},
                {"text", text},
                {"date", "2026-11-23T01:00:00Z"}};
    }

    /// The whole dialogue until it ends; its last screen.
    std::string type_all(const std::string& session, const std::string& phone,
                         const std::vector<std::string>& inputs) {
        std::string text;
        std::string screen = shown(session, phone, "");
        for (std::size_t i = 0; i < inputs.size() && screen.starts_with("CON "); ++i) {
            text += (i ? "*" : "") + inputs[i];
            screen = shown(session, phone, text);
        }
        return screen;
    }
    std::string shown(const std::string& session, const std::string& phone,
                      const std::string& text) {
        const HttpResponse answer = post(Endpoint::ussd, hop_fields(session, phone, text));
        EXPECT_TRUE(answer.status == 200 || (answer.status == 400 && text.size() > 1000))
            << answer.body;
        const std::string screen = answer.status == 200 ? answer.body.substr(4) : "";
        EXPECT_TRUE(is_clean(screen)) << screen;
        EXPECT_TRUE(valid_utf8(screen) && measure(screen).encoding == Encoding::gsm7) << screen;
        EXPECT_LE(measure(screen).units, kSeptetsMax) << screen;
        return answer.body;
    }

    HttpResponse ask(const std::string& method, const std::string& target, const Form& query,
                     const std::string& body = "") {
        HttpResponse response;
        line_.store().run([&](sessions::Unit& unit) {
            response = control(
                unit, *line_.services().current(), line_.random(), line_.clock().now(),
                {.method = method, .target = target, .query = query.encode(), .body = body});
        });
        return response;
    }
    /// Each cell as a spreadsheet gets it: text, and nothing that it would run.
    void expect_clean_export() {
        Form query;
        query.add("reason", "a test");
        const HttpResponse file = ask("GET", "/enrollments/export", query);
        ASSERT_EQ(file.status, 200) << file.body;
        const auto csv = parse_csv(file.body);
        ASSERT_TRUE(csv);
        for (const CsvRow& row : csv->rows)
            for (const std::string& cell : row.cells) {
                EXPECT_TRUE(is_clean(cell)) << cell;
                EXPECT_EQ(std::string("=+-@\t\r").find(cell.empty() ? 'x' : cell[0]),
                          std::string::npos)
                    << cell;
            }
    }

    FastFolder folder_;
    LocalLine line_{"africastalking", {}, folder_.path()};
    std::vector<flows::Enrollment> before_;
};

TEST_P(HostileTexts, IsTextInEveryInputOfADialogue) {
    for (std::size_t at = 0; at < kInputs.size(); ++at) {
        std::vector<std::string> inputs = kInputs;
        inputs[at] = GetParam().text;
        const std::string phone = std::to_string(6281234510000 + at);
        (void)type_all("s" + std::to_string(at), phone, inputs);
        inputs = kInputs;
        inputs.insert(inputs.begin() + static_cast<std::ptrdiff_t>(at), GetParam().text);
        (void)type_all("t" + std::to_string(at), phone, inputs);
    }
}

TEST_P(HostileTexts, IsTextInEveryPartOfAnSms) {
    const std::string& text = GetParam().text;
    int id = 0;
    for (const std::string& sms :
         {text, "DAFTAR#" + kNik + "#" + text + "#LEMBO", "DAFTAR#" + text + "#SITI AMINAH#LEMBO",
          "DAFTAR#" + kNik + "#SITI AMINAH#" + text, "STATUS " + text, "YA " + text, text + " YA",
          "SELESAI " + text, "SETUJU" + text, "AGEN " + text}) {
        const std::string phone = std::to_string(6281234520000 + ++id);
        EXPECT_EQ(post(Endpoint::sms, sms_fields("m" + std::to_string(id), phone, sms)).status, 200)
            << sms;
    }
}

TEST_P(HostileTexts, IsTextOrRefusedInEveryFieldOfARequest) {
    const auto with = [&](Fields fields, std::size_t at) {
        fields[at].second = GetParam().text;
        return fields;
    };
    const Fields hop = hop_fields("u1", "6281234530001", "");
    for (std::size_t at = 0; at < hop.size(); ++at) {
        const int status = post(Endpoint::ussd, with(hop, at)).status;
        EXPECT_TRUE(status == 200 || status == 400) << hop[at].first << ": " << status;
    }
    const Fields sms = sms_fields("n1", "6281234530002", "INFO");
    for (std::size_t at = 0; at < sms.size(); ++at) {
        const int status = post(Endpoint::sms, with(sms, at)).status;
        EXPECT_TRUE(status == 200 || status == 400) << sms[at].first << ": " << status;
    }
    const Fields report{{"id", "ATXid_1"}, {"status", "Failed"}, {"failureReason", "x"}};
    for (std::size_t at = 0; at < report.size(); ++at) {
        const int status = post(Endpoint::report, with(report, at)).status;
        EXPECT_TRUE(status == 200 || status == 400) << report[at].first << ": " << status;
    }
}

TEST_P(HostileTexts, IsTextOrRefusedInEveryCellOfAFile) {
    const struct {
        const char* path;
        std::string header;
        std::vector<std::string> cells;
    } files[] = {
        {"/agents/import",
         "agent_id,name,msisdn,kelurahan,max_open",
         {"P01", "ANDI BASO", "081234540001", "Lembo", "10"}},
        {"/eligibility/import", "nik,desil,as_of,source", {kNik, "1", "2026-10-01", "DTSEN"}},
        {"/enrollments/import-results",
         "ticket,kpj,active_since",
         {before_[0].ticket.text(), "12345678901", "2026-11-20"}},
    };
    Form apply;
    apply.add("apply", "1");
    for (const auto& file : files)
        for (std::size_t at = 0; at < file.cells.size(); ++at) {
            std::vector<std::string> cells = file.cells;
            cells[at] = GetParam().text;
            if (file.cells.size() == 3 && at != 0) cells[0] = "0000000";  // not the bystander's
            std::string row;
            for (const std::string& cell : cells) {
                std::string quoted = cell;
                for (std::size_t q = 0; (q = quoted.find('"', q)) != std::string::npos; q += 2)
                    quoted.insert(q, 1, '"');
                row += (row.empty() ? "\"" : ",\"") + quoted + "\"";
            }
            const int status =
                ask("POST", file.path, apply, file.header + "\n" + row + "\n").status;
            EXPECT_TRUE(status == 200 || status == 400) << file.path << " " << at << ": " << status;
        }
    line_.store().run([&](sessions::Unit& unit) {
        for (const flows::Agent& agent : unit.agents()) {
            EXPECT_TRUE(is_clean(agent.name)) << agent.name;
            EXPECT_TRUE(is_clean(agent.id)) << agent.id;
        }
    });
}

TEST_P(HostileTexts, IsTextOrRefusedInOperatorsQuestions) {
    for (const char* target : {"/enrollments", "/enrollments/show", "/enrollments/export",
                               "/agents", "/agents/set", "/enrollments/set", "/desk"})
        for (const char* field : {"status", "kelurahan", "since", "limit", "ticket", "id", "name",
                                  "msisdn", "max_open", "on_leave", "../x"})
            for (const char* method : {"GET", "POST"}) {
                Form query;
                query.add(field, GetParam().text);
                const HttpResponse answer = ask(method, target, query);
                EXPECT_TRUE(answer.status == 200 || answer.status == 400 || answer.status == 404)
                    << method << " " << target << " " << field << ": " << answer.status;
                EXPECT_TRUE(is_clean(answer.body)) << answer.body;
            }
}

std::string payload_name(const testing::TestParamInfo<Hostile>& info) {
    std::string name;
    for (const char c : std::string(info.param.what)) name += std::isalnum(c) ? c : '_';
    return name;
}

INSTANTIATE_TEST_SUITE_P(, HostileTexts, testing::ValuesIn(hostile_texts()), payload_name);

}  // namespace
}  // namespace jangkau::gateway
