#include "gateway/line.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

#include "adapters/decode.hpp"
#include "gateway/core/form.hpp"
#include "gateway/core/text.hpp"
#include "gateway/http_client.hpp"

namespace jangkau::gateway {
namespace {

namespace json = boost::json;
using adapters::Endpoint;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kAnswerMsMax{15'000};
/// A longer wait for an SMS is several requests, so that no server's time limit is met.
constexpr milliseconds kInboxWaitMs{4'000};
/// Between two questions to an inbox that does not wait by itself.
constexpr milliseconds kInboxPauseMs{100};
constexpr std::string_view kSimulator = "simulator";
constexpr std::size_t kQuotedBytesMax = 200;

/// "http://host:8080/path?query" in its parts.
struct Url {
    std::string base;   ///< "http://host:8080"
    std::string path;   ///< "" or "/path"
    std::string query;  ///< with the question mark
};

Url parse_url(const std::string& written) {
    const std::size_t scheme_end = written.find("://");
    const std::string url = scheme_end == written.npos ? "http://" + written : written;
    const std::size_t host = url.find("://") + 3;
    if (!url.starts_with("http://") && !url.starts_with("https://")) {
        throw std::runtime_error("the URL must begin with http:// or https://: " + written);
    }
    const std::size_t host_end = std::min(url.find_first_of("/?#", host), url.size());
    if (host_end == host) throw std::runtime_error("the URL has no host: " + written);
    const std::size_t path_end = std::min(url.find_first_of("?#", host_end), url.size());
    const std::size_t query_end = std::min(url.find('#', path_end), url.size());
    Url parts{.base = url.substr(0, host_end),
              .path = url.substr(host_end, path_end - host_end),
              .query = url.substr(path_end, query_end - path_end)};
    if (parts.path == "/" && parts.query.empty()) parts.path.clear();
    return parts;
}

std::string quoted(std::string_view body) {
    const std::string clean = clean_utf8(body.substr(0, kQuotedBytesMax));
    const std::string_view text = trim(std::string_view(clean).substr(0, clean.find('\n')));
    return text.empty() ? "" : ": " + std::string(text);
}

std::vector<InboxSms> parse_inbox(const std::string& body) {
    json::error_code error;
    const json::value answer = json::parse(body, error);
    const json::object* object = error ? nullptr : answer.if_object();
    const json::value* list = object != nullptr ? object->if_contains("messages") : nullptr;
    if (list == nullptr || !list->is_array()) {
        throw std::runtime_error("the inbox's answer is no list of messages" + quoted(body));
    }
    std::vector<InboxSms> messages;
    for (const json::value& entry : list->get_array()) {
        const json::object* message = entry.if_object();
        const json::value* id = message != nullptr ? message->if_contains("id") : nullptr;
        const json::value* to = message != nullptr ? message->if_contains("to") : nullptr;
        const json::value* text = message != nullptr ? message->if_contains("text") : nullptr;
        const bool whole = id != nullptr && id->is_int64() && to != nullptr && to->is_string() &&
                           text != nullptr && text->is_string();
        if (!whole) throw std::runtime_error("a message of the inbox has no id, to or text");
        messages.push_back({.id = id->get_int64(),
                            .to = std::string(to->get_string()),
                            .text = std::string(text->get_string())});
    }
    return messages;
}

class HttpLine final : public Line {
public:
    explicit HttpLine(const LineOptions& options)
        : url_(parse_url(options.url)), inbox_secret_(options.inbox_secret) {}

    HttpResponse exchange(const Trunk& trunk, Endpoint endpoint, HttpRequest request) override {
        std::string path = path_of(trunk.channel, endpoint) + request.target;
        if (is_callback()) path += url_.query;
        trunk.aggregator->sign(request, path, SystemClock().now());
        request.target = url_.base + path;
        return fetched(request, kAnswerMsMax);
    }

    std::vector<InboxSms> inbox(const std::string& to, std::int64_t after,
                                milliseconds wait) override {
        const auto give_up = steady_clock::now() + wait;
        for (;;) {
            const auto left =
                std::chrono::duration_cast<milliseconds>(give_up - steady_clock::now());
            const auto asked = std::clamp(left, milliseconds(0), kInboxWaitMs);
            auto messages = ask_inbox(to, after, asked);
            if (!messages.empty() || steady_clock::now() + kInboxPauseMs >= give_up) {
                return messages;
            }
            std::this_thread::sleep_for(kInboxPauseMs);
        }
    }

private:
    [[nodiscard]] bool is_callback() const { return !url_.path.empty() || !url_.query.empty(); }

    [[nodiscard]] std::string path_of(const adapters::Settings& channel, Endpoint endpoint) const {
        if (!is_callback()) return adapters::callback_path(channel, endpoint);
        if (endpoint != Endpoint::ussd) needs_base("an SMS");
        return url_.path;
    }

    [[noreturn]] void needs_base(const std::string& what) const {
        throw std::runtime_error(what + " needs a gateway's base URL such as " + url_.base + "; " +
                                 url_.base + url_.path +
                                 " is the USSD callback of one application");
    }

    [[nodiscard]] std::vector<InboxSms> ask_inbox(const std::string& to, std::int64_t after,
                                                  milliseconds wait) const {
        if (is_callback()) needs_base("the inbox");
        Form query;
        if (!to.empty()) query.add("to", to);
        query.add("after", std::to_string(after));
        query.add("wait", std::to_string(wait.count()));
        HttpRequest request;
        request.method = "GET";
        adapters::Settings simulator;
        simulator.channel = kSimulator;
        simulator.secret = inbox_secret_;
        request.target = url_.base + adapters::callback_path(simulator, Endpoint::sms) + "/inbox?" +
                         query.encode();
        const HttpResponse response = fetched(request, wait + kAnswerMsMax);
        if (response.status == 404) {
            throw std::runtime_error("the gateway at " + url_.base +
                                     " has no inbox; its configuration needs a channel "
                                     "'simulator'");
        }
        if (response.status != 200) {
            throw std::runtime_error("the gateway at " + url_.base +
                                     " does not show its inbox (status " +
                                     std::to_string(response.status) + ")" + quoted(response.body));
        }
        return parse_inbox(response.body);
    }

    [[nodiscard]] HttpResponse fetched(const HttpRequest& request, milliseconds deadline) const {
        auto answer = fetch(request, deadline);
        if (answer) return *std::move(answer);
        throw std::runtime_error(sentence(answer.error()));
    }

    [[nodiscard]] std::string sentence(const TransportError& error) const {
        const std::string where = url_.base + url_.path;
        const std::string detail = " (" + error.detail + ")";
        if (error.fault == TransportFault::in_doubt) {
            return "no answer came from " + where + " in time, or the connection broke" + detail;
        }
        if (is_callback()) {
            return "no application answers at " + where + "; is it running?" + detail;
        }
        return "no gateway answers at " + where + "; is `jangkau serve` (or ./dev run) running?" +
               detail;
    }

    // Fixed at construction.
    const Url url_;
    const Secret inbox_secret_;
};

}  // namespace

std::unique_ptr<Line> make_http_line(const LineOptions& options) {
    return std::make_unique<HttpLine>(options);
}

}  // namespace jangkau::gateway
