// Any answer of a provider's API to any adapter: "NAME STATUS", headers, body. Nothing is thrown,
// and an SMS counts as accepted only where the provider's documentation says so.

#include <boost/json.hpp>
#include <charconv>

#include "gateway/core/text.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/support.hpp"

using namespace jangkau;
using namespace jangkau::adapters;
using fuzz::expect;

namespace {

/// What must stand in an answer that means yes: the documented words, looked for without the
/// adapter's parser. "" = nothing beyond the status.
struct Yes {
    std::string_view adapter;
    std::vector<std::string_view> words;
    bool status_2xx = true;
};
const Yes& yes_of(std::string_view adapter) {
    static const std::vector<Yes> all{
        {"8x8", {"status", "code", "QUEUED"}},
        {"africastalking", {"SMSMessageData", "Recipients", "statusCode"}, false},
        {"arkesel", {"status", "success", "data", "id"}},
        {"beem", {"successful", "true", "code", "100", "request_id"}},
        {"hubtel", {"status", "messageid"}},
        {"infobip", {"messages", "status"}},
        {"jasmin", {"Success \""}},
        {"kannel", {""}},
        {"nalo", {"1701"}},
        {"simulator", {""}},
        {"twilio", {"sid"}},
        {"vonage", {"message-count", "messages", "status"}},
        {"declared", {"SMSMessageData", "Recipients", "statusCode"}, false},
    };
    const auto at = std::ranges::find(all, adapter, &Yes::adapter);
    expect(at != all.end(), "say here what means yes for " + std::string(adapter));
    return *at;
}

/// JSON may write any letter as an escape: then its words cannot be looked for.
bool may_say(std::string_view body, std::string_view word) {
    return body.find("\\") != body.npos ||
           lower_ascii(body).find(lower_ascii(word)) != std::string::npos;
}

}  // namespace

FUZZ_TARGET(adapter_replies) {
    const auto blank = std::min(input.find(' '), input.size());
    const fuzz::Provider& who = fuzz::provider(input.substr(0, blank));
    if (!who.adapter->abilities().send) return;
    const auto message = fuzz::written_message(input.substr(std::min(input.size(), blank + 1)));
    HttpResponse response;
    std::from_chars(message.first.data(), message.first.data() + message.first.size(),
                    response.status);
    response.headers = message.headers;
    response.body = message.body;

    const SmsOut sms{"jk-17-9f3a2b1c", Msisdn::from_digits("6281200000001"), "Tiket 4821730"};
    const auto result = who.adapter->interpret(sms, response);
    if (!result) {
        const SendError error = result.error();
        expect(valid_utf8(error.detail), "a reason in UTF-8");
        expect(error.detail.find_first_of("\r\n") == std::string::npos, "on one line");
        expect(!error.retry_after || error.retry_after->count() >= 0, "not before now");
        return;
    }
    const Yes& yes = yes_of(who.name);
    expect(valid_utf8(result->id) && result->id.size() <= 4 * 200, "an id that can be kept");
    expect(!yes.status_2xx || (response.status >= 200 && response.status < 300), "a status of 2xx");
    for (const auto& word : yes.words) expect(may_say(response.body, word), "the documented words");
}
