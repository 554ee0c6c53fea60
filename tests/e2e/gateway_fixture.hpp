#pragma once

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <optional>
#include <regex>
#include <string>
#include <thread>
#include <vector>

#include "gateway/core/form.hpp"
#include "gateway/http_client.hpp"
#include "gateway/server.hpp"
#include "tests/support/canaries.hpp"
#include "tests/support/process.hpp"

namespace jangkau {

using namespace std::chrono_literals;

/// "Kode 4821730: 493027, berlaku": the six digits, or "".
inline std::string code_in(const std::string& text) {
    std::smatch found;
    return std::regex_search(text, found, std::regex(": ([0-9]{6}),")) ? found[1] : std::string();
}

/// An aggregator's API, as Africa's Talking answers: keeps what it was sent.
class StubAggregator : gateway::Handler {
public:
    struct Sms {
        std::string to;
        std::string text;
    };

    StubAggregator() {
        address_ = server_.listen("127.0.0.1:0", *this, {});
        thread_ = std::thread([this] { server_.run(); });
    }
    ~StubAggregator() override {
        server_.stop();
        thread_.join();
        EXPECT_EQ(written(hits_), "") << "an aggregator was told what nobody may know";
    }

    [[nodiscard]] std::string url() const { return "http://" + address_; }
    [[nodiscard]] std::vector<Sms> received() {
        const std::lock_guard lock(mutex_);
        return received_;
    }
    /// Waits until so many have come in; fails the test after ten seconds.
    std::vector<Sms> wait_for(std::size_t count) {
        for (int i = 0; i < 1000; ++i) {
            if (auto sms = received(); sms.size() >= count) return sms;
            std::this_thread::sleep_for(10ms);
        }
        ADD_FAILURE() << "only " << received().size() << " of " << count << " SMS came";
        return received();
    }

private:
    gateway::Pending handle(HttpRequest request, gateway::Respond respond) override {
        const auto form = Form::parse(request.body);
        const std::string to(form->get("to").value_or(""));
        const std::lock_guard lock(mutex_);
        received_.push_back({to, std::string(form->get("message").value_or(""))});
        const auto hits = Hunt({}).in("an SMS", request.target + request.query + request.body);
        hits_.insert(hits_.end(), hits.begin(), hits.end());
        respond(
            {201,
             {{"Content-Type", "application/json"}},
             R"({"SMSMessageData":{"Message":"Sent to 1/1","Recipients":[{"statusCode":101,"number":")" +
                 to + R"(","status":"Success","cost":"KES 0.8000","messageId":"ATXid_)" +
                 std::to_string(received_.size()) + R"("}]}})"});
        return {};
    }

    gateway::Server server_;
    std::string address_;
    std::thread thread_;
    std::mutex mutex_;  // guards received_ and hits_
    std::vector<Sms> received_;
    std::vector<Hit> hits_;
};

/// The real program on ports of its own, with a data folder that goes with the test. Whatever a
/// test does, it is hunted for canaries: every answer, the metrics, the command line, and when it
/// ends (by a kill, so that the write-ahead log is there) all files that it has left.
class GatewayTest : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "jangkau-e2e-XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        data_ = folder_ + "/data";
        std::filesystem::create_directory(folder_ + "/tmp");
        environment_["TMPDIR"] = folder_ + "/tmp";
    }
    void TearDown() override {
        if (process_) hunt_alive();
        process_.reset();
        const std::vector<Canary> canaries{{"the worker's name", "AMINAH"},
                                           {"a phone number", "81234500001"},
                                           {"another phone number", "81234500002"}};
        const Hunt hunt(canaries);
        for (const std::string& folder : {data_, folder_ + "/tmp"})
            if (std::filesystem::exists(folder)) {
                EXPECT_EQ(written(hunt.below(folder)), "");
            }
        EXPECT_EQ(written(hunt.in("its log", log())), "");
        std::filesystem::remove_all(folder_);
    }

    void hunt_alive() {
        const Hunt hunt({{"the worker's name", "AMINAH"}, {"a phone number", "81234500001"}});
        std::ifstream file("/proc/" + std::to_string(process_->pid()) + "/cmdline");
        const std::string arguments{std::istreambuf_iterator<char>(file), {}};
        EXPECT_EQ(written(hunt.in("its arguments", arguments)), "");
        const auto metrics = gateway::fetch({"GET", admin_ + "/metrics", "", {}, "", ""}, 10s);
        if (metrics) {
            EXPECT_EQ(written(hunt.in("its metrics", metrics->body)), "");
        }
    }

    /// `jangkau serve` for start().
    [[nodiscard]] std::vector<std::string> serving(const std::vector<std::string>& set) const {
        std::vector<std::string> arguments = program_;
        const std::string& config = config_as_served_.empty() ? config_ : config_as_served_;
        const std::string& data = data_as_served_.empty() ? data_ : data_as_served_;
        arguments.insert(arguments.end(), {"serve", "--config", config, "--data", data, "--listen",
                                           listen_, "--admin", "127.0.0.1:0"});
        for (const std::string& one : set) arguments.insert(arguments.end(), {"--set", one});
        return arguments;
    }
    void start(const std::vector<std::string>& set = {}) {
        process_ = std::make_unique<Process>(serving(set), folder_ + "/log", environment_);
        url_ = process_->line();
        admin_ = process_->line();
        ASSERT_TRUE(url_.starts_with("listening on http")) << log();
        url_ = url_.substr(13);
        admin_ = admin_.substr(13);
    }
    void kill_hard() {
        process_->signal(SIGKILL);
        EXPECT_EQ(process_->wait(), 128 + SIGKILL);
    }
    std::string log() const {
        std::ifstream in(folder_ + "/log");
        return {std::istreambuf_iterator<char>(in), {}};
    }
    /// Runs `jangkau ARGUMENTS` against this installation.
    Ran command(std::vector<std::string> arguments, const std::string& input = {}) {
        arguments.insert(arguments.begin(), JANGKAU_BINARY);
        return run_program(arguments, input);
    }
    Ran operate(std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), {"--config", config_, "--data", data_});
        return command(std::move(arguments));
    }
    std::string file(const std::string& name, const std::string& content) {
        std::ofstream(folder_ + "/" + name) << content;
        return folder_ + "/" + name;
    }

    HttpResponse fetch(const std::string& method, const std::string& url,
                       const std::string& body = {}) {
        HttpRequest request{method, url, "", {}, body, ""};
        if (!body.empty())
            request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
        const auto response = gateway::fetch(request, 10s);
        EXPECT_TRUE(response.has_value()) << (response ? "" : response.error().detail);
        const HttpResponse answer = response ? *response : HttpResponse{};
        EXPECT_EQ(written(Hunt({}).in("an answer", answer.body)), "");
        return answer;
    }
    /// A hop as Africa's Talking posts it; the body of the answer.
    std::string hop(const std::string& session, const std::string& phone, const std::string& text) {
        Form form;
        for (const auto& [key, value] : {std::pair<std::string, std::string>{"sessionId", session},
                                         {"phoneNumber", phone},
                                         {"networkCode", "99999"},
                                         {"serviceCode", "*123*4567#"},
                                         {"text", text}})
            form.add(key, value);
        return fetch("POST", url_ + "/ussd/africastalking", form.encode()).body;
    }
    int sms(const std::string& id, const std::string& phone, const std::string& text) {
        Form form;
        for (const auto& [key, value] : {std::pair<std::string, std::string>{"id", id},
                                         {"from", phone},
                                         {"to", "20880"},
                                         {"text", text},
                                         {"date", "2026-11-23T01:00:00Z"}})
            form.add(key, value);
        return fetch("POST", url_ + "/sms/africastalking", form.encode()).status;
    }

    std::string folder_, data_, url_, admin_;
    std::map<std::string, std::string> environment_;
    std::vector<std::string> program_{JANGKAU_BINARY};  ///< or what runs it
    /// Where the program finds them when that is not where the test does.
    std::string config_as_served_, data_as_served_;
    std::string config_ = JANGKAU_SOURCE_DIR "/config/jangkau.yaml";
    std::string listen_ = "127.0.0.1:0";  ///< a free port, unless somebody must know it before
    std::unique_ptr<Process> process_;
};

}  // namespace jangkau
