// What is read of a request's head and of addresses: dates, times, credentials, networks, prices'
// months. Any text is read or refused, and what is read is written back.

#include "adapters/decode.hpp"
#include "gateway/config.hpp"
#include "gateway/config_values.hpp"
#include "gateway/core/calendar.hpp"
#include "gateway/core/http.hpp"
#include "gateway/core/text.hpp"
#include "gateway/import_cells.hpp"
#include "gateway/server.hpp"
#include "menus/step.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace jangkau;
using fuzz::expect;

namespace {

void reads_times(std::string_view input) {
    for (const auto& at :
         {adapters::provider_time(input), adapters::http_date(input), parse_iso_time(input)})
        expect(!at || parse_iso_time(iso(*at)) == *at, "a time is written back");
    if (const auto date = parse_iso_date(input))
        expect(iso(*date) == input, "a day is written back");
    if (const auto month = parse_iso_month(input)) expect(iso(*month) == input, "a month is, too");
    if (const auto zone = Zone::parse(input))
        expect(std::chrono::abs(zone->offset) <= std::chrono::hours(14), "a zone that there is");
    if (const auto time = gateway::parse_duration(input))
        expect(time->count() >= 0, "no time is negative");
}

void reads_answers(std::string_view input) {
    HttpResponse response;
    response.headers = {{"retry-after", std::string(input)}};
    for (const int status : {200, 301, 401, 404, 429, 503}) {
        response.status = status;
        const auto fault = adapters::http_fault(response);
        expect(fault.has_value() == (status != 200), "only 2xx is good");
        expect(!fault || !fault->retry_after || fault->retry_after->count() >= 0,
               "never before now");
    }
    expect(header(response.headers, "Retry-After") == input, "headers have no case");
    expect(valid_utf8(adapters::provider_id(input)), "an id in UTF-8");
    const std::string words = adapters::provider_words(input);
    expect(valid_utf8(words) && words.find_first_of("\r\n") == std::string::npos,
           "a line of words");
}

void reads_addresses(const std::string& input) {
    std::string host, port;
    if (gateway::split_address(input, host, port))
        expect(!host.empty() && !port.empty() && input.ends_with(":" + port), "host and port");
    gateway::Networks networks;
    const bool network = networks.add(input);
    expect(network != networks.empty(), "a network or none");
    expect(network || !networks.contains("127.0.0.1"), "no network, nobody");
    (void)gateway::address_allowed(input, {"127.0.0.0/8", "::1/128"});
}

}  // namespace

FUZZ_TARGET(heads) {
    reads_times(input);
    reads_answers(input);
    reads_addresses(std::string(input));
    if (const auto state = menus::decode_state(input))
        expect(menus::decode_state(menus::encode(*state)) == state, "a state is written back");
    if (const auto date = gateway::read_date(input)) expect(date->ok(), "a cell with a day");
    if (const auto nik = gateway::read_nik(input)) expect(nik->digits().size() == 16, "with a NIK");
    if (const auto ticket = gateway::read_ticket(input))
        expect(Ticket::parse(ticket->text()) == *ticket, "with a ticket");
    if (const auto desil = gateway::read_desil(input))
        expect(*desil >= 1 && *desil <= 10, "with a desil");
    expect(gateway::quoted(input).find("7371114503800003") == std::string::npos, "no NIK is shown");
}
