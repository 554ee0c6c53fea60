// Operators' requests, several upon one store: "METHOD /path?query", an empty line, the body; "---"
// between two. Never thrown, always JSON or CSV with a defined status.

#include "gateway/control.hpp"

#include <boost/json.hpp>

#include "gateway/core/csv.hpp"
#include "gateway/core/text.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/support.hpp"
#include "tests/gateway/shipped_config.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/seeded_random.hpp"

using namespace jangkau;
using fuzz::expect;

namespace {

constexpr std::size_t kRequestsMax = 8;

void is_answer(const HttpResponse& response) {
    expect(response.status == 200 || response.status == 400 || response.status == 404 ||
               response.status == 405 || response.status == 409,
           "a defined status, not " + std::to_string(response.status));
    expect(valid_utf8(response.body), "in UTF-8");
    const auto type = header(response.headers, "Content-Type");
    if (type.starts_with("text/csv")) {
        expect(parse_csv(response.body).has_value(), "CSV");
        return;
    }
    expect(type.starts_with("application/json"), "JSON or CSV");
    boost::json::error_code error;
    const auto value = boost::json::parse(response.body, error);
    expect(!error, "JSON that can be read");
    if (response.status != 200)
        expect(value.is_object() && value.get_object().contains("error"), "with a sentence");
}

}  // namespace

FUZZ_TARGET(control) {
    const flows::Service& service = gateway::shipped_service();
    ManualClock clock{*parse_iso_time("2026-11-22T02:00:00Z")};
    SeededRandom random{1};
    const auto store = sessions::make_memory_store(&clock);
    std::string_view left = input;
    for (std::size_t i = 0; i < kRequestsMax && !left.empty(); ++i) {
        const auto end = std::min(left.find("\n---\n"), left.size());
        HttpRequest request = fuzz::arrived(fuzz::written_message(left.substr(0, end)));
        request.target = request.path;
        left.remove_prefix(std::min(left.size(), end + 5));
        store->run([&](sessions::Unit& unit) {
            is_answer(gateway::control(unit, service, random, clock.now(), request));
        });
    }
}
