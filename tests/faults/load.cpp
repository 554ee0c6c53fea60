#include "tests/faults/load.hpp"

#include <algorithm>
#include <map>

#include "gateway/core/form.hpp"
#include "gateway/http_client.hpp"

namespace jangkau::faults {
namespace {

using namespace std::chrono_literals;

constexpr auto kAnswerMax = 10s;
constexpr auto kThink = 5ms;  ///< between two hops of one worker
constexpr auto kRepeatPause = 20ms;
constexpr auto kRedialPause = 500ms;  ///< of who was told that we are busy
/// Text E11, in the language of who has not chosen one.
constexpr const char* kBusy = "END Maaf, layanan sedang sibuk";
/// Consent, NIK, name, kelurahan, who pays, job, how much, yes.
constexpr const char* kTyped[] = {"1", "", "SITI AMINAH", "Lembo", "2", "2", "1", "1", "1", "1"};

std::string digits(unsigned number, std::size_t width) {
    const std::string text = std::to_string(number);
    return std::string(width - std::min(width, text.size()), '0') + text;
}

/// 9,999 people of each of the first 28 days of a month.
std::string nik_of(unsigned worker) {
    return "737101" + digits(1 + worker / 9'999 % 28, 2) + "0380" + digits(1 + worker % 9'999, 4);
}

}  // namespace

Load::Load(std::string ledger) : ledger_(std::move(ledger)) {}
Load::~Load() { stop(); }

void Load::start(const std::string& gateway_url, int workers_at_once, bool repeating) {
    url_ = gateway_url;
    repeating_ = repeating;
    stopping_ = false;
    {
        const std::lock_guard lock(mutex_);
        figures_ = {};
        times_.clear();
        refused_times_.clear();
    }
    for (int i = 0; i < workers_at_once; ++i) workers_.emplace_back([this] { work(); });
}

void Load::stop() {
    stopping_ = true;
    for (std::thread& worker : workers_) worker.join();
    workers_.clear();
}

void Load::work() {
    while (!stopping_) {
        const unsigned worker = ++next_worker_;
        Step step{.session = "load-" + std::to_string(worker),
                  .phone = "+62812" + digits(worker, 8),
                  .text = "",
                  .result = "",
                  .body = ""};
        hop(step);
        for (const std::string typed : kTyped) {
            // A dialogue that ended, or broke, goes no further.
            if (stopping_ || step.result != "ok" || !step.body.starts_with("CON ")) break;
            const std::string input = typed.empty() ? nik_of(worker) : typed;
            step.text += (step.text.empty() ? "" : "*") + input;
            hop(step);
            std::this_thread::sleep_for(kThink);
        }
        if (step.result == "refused" && !stopping_) std::this_thread::sleep_for(kRedialPause);
    }
}

void Load::hop(Step& step) {
    ask(step);
    while (repeating_ && step.result == "unknown" && !stopping_) {
        std::this_thread::sleep_for(kRepeatPause);
        ask(step);
    }
}

void Load::ask(Step& step) {
    ledger_.note({"ask", step.session, step.phone, step.text});
    const auto began = std::chrono::steady_clock::now();
    send(url_, step);
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - began);
    ledger_.note({step.result, step.session, step.phone, step.text, step.body});
    const std::lock_guard lock(mutex_);
    if (step.result == "ok")
        ++figures_.ok;
    else if (step.result == "refused")
        ++figures_.refused;
    else
        ++figures_.unknown;
    (step.result == "refused" ? refused_times_ : times_).push_back(took);
}

void Load::send(const std::string& gateway_url, Step& step) {
    Form form;
    form.add("sessionId", step.session);
    form.add("phoneNumber", step.phone);
    form.add("serviceCode", "*123*4567#");
    form.add("text", step.text);
    HttpRequest request{"POST",
                        gateway_url + "/ussd/africastalking",
                        "",
                        {{"Content-Type", "application/x-www-form-urlencoded"}},
                        form.encode(),
                        ""};
    const auto response = gateway::fetch(request, kAnswerMax);
    step.body = response ? response->body : "";
    const bool screen = (step.body.starts_with("CON ") || step.body.starts_with("END ")) &&
                        !step.body.starts_with(kBusy);
    step.result = !response ? "unknown" : response->status == 200 && screen ? "ok" : "refused";
}

Load::Figures Load::figures() const {
    const std::lock_guard lock(mutex_);
    Figures figures = figures_;
    const auto at = [](auto times, std::size_t percent) {
        std::ranges::sort(times);
        return times.empty() ? std::chrono::microseconds(0) : times[times.size() * percent / 100];
    };
    figures.median = at(times_, 50);
    figures.p99 = at(times_, 99);
    figures.refused_median = at(refused_times_, 50);
    return figures;
}

bool Load::wait_for(std::size_t ok) const {
    for (int i = 0; i < 1000 && figures().ok < ok; ++i) std::this_thread::sleep_for(10ms);
    return figures().ok >= ok;
}

std::vector<Step> Load::steps(const std::string& ledger) {
    std::vector<Step> steps;
    std::map<std::string, std::size_t> asked;
    for (const auto& row : Ledger::read(ledger)) {
        if (row.size() < 4) continue;  // the last line of a test that died
        const std::string key = row[1] + "\t" + row[3];
        if (row[0] == "ask") {
            asked[key] = steps.size();
            steps.push_back({row[1], row[2], row[3], "unknown", ""});
        } else {
            Step& step = steps.at(asked.at(key));
            step.result = row[0];
            step.body = row.size() > 4 ? row[4] : "";
        }
    }
    return steps;
}

}  // namespace jangkau::faults
