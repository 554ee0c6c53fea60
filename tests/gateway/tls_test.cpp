// TLS on a listener, with certificates that the test makes (openssl) and curl as the client.

#include "gateway/tls.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/gateway/live_server.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/fast_folder.hpp"

namespace jangkau::gateway {
namespace {

class TlsTest : public testing::Test {
protected:
    void SetUp() override {
        make("server");
        make("client");
        make("stranger");
    }
    std::string file(const std::string& name) const { return certificates_.file(name); }
    void make(const std::string& name) const { certificates_.make(name); }
    static int run(const std::string& command) { return Certificates::run(command); }
    TlsFiles files(const std::string& client_ca = "") const {
        return {file("server.crt"), file("server.key"), client_ca.empty() ? "" : file(client_ca)};
    }
    /// curl's exit code: 0 = an answer with status 200.
    int curl(const std::string& options = "") const {
        return run("curl -sf --max-time 20 --cacert " + file("server.crt") + " " + options +
                   " https://" + address_ + "/x");
    }
    std::string as(const std::string& who) const {
        return "--cert " + file(who + ".crt") + " --key " + file(who + ".key");
    }
    void serve(const TlsFiles& tls, const ServerLimits& limits = {}) {
        address_ = server_.listen("127.0.0.1:0", handler_, limits, tls);
        thread_ = std::thread([this] { server_.run(); });
    }
    void TearDown() override {
        if (!thread_.joinable()) return;
        server_.stop();
        server_.stop();
        thread_.join();
    }

    FastFolder folder_;
    Certificates certificates_{folder_.path()};
    FunctionHandler handler_{echo};
    Server server_;
    std::string address_;
    std::thread thread_;
};

TEST_F(TlsTest, AnswersOverTlsOfToday) {
    serve(files());
    EXPECT_EQ(curl(), 0);
    EXPECT_EQ(curl("--tlsv1.2 --tls-max 1.2"), 0);
    EXPECT_NE(curl("--tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0"), 0) << "too old";
    EXPECT_EQ(curl("-d " + std::string(10'000, 'x')), 0);
    EXPECT_NE(run("curl -sf --max-time 20 https://" + address_ + "/x"), 0) << "a stranger's name";
}

TEST_F(TlsTest, PlainHttpIsNoRequest) {
    serve(files());
    RawClient client(address_);
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(client.rest().find("HTTP/"), std::string::npos);
    EXPECT_EQ(server_.stats().requests, 0U);
    EXPECT_EQ(server_.stats().refused, 1U);
    EXPECT_EQ(curl(), 0) << "others are served";
}

TEST_F(TlsTest, AHandshakeHasADeadline) {
    ServerLimits limits;
    limits.read_ms_max = std::chrono::milliseconds(200);
    serve(files(), limits);
    RawClient client(address_);
    client.send("\x16\x03\x01");
    EXPECT_EQ(client.rest(), "") << "closed";
    EXPECT_EQ(server_.stats().refused, 1U);
}

TEST_F(TlsTest, ClientsShowTheirCertificateWhereItIsAskedFor) {
    serve(files("client.crt"));
    EXPECT_EQ(curl(as("client")), 0);
    EXPECT_NE(curl(), 0) << "none";
    EXPECT_NE(curl(as("stranger")), 0) << "another authority's";
    EXPECT_EQ(server_.stats().requests, 1U);
}

TEST_F(TlsTest, NewCertificatesAreTakenWithoutARestart) {
    serve(files());
    ASSERT_EQ(curl(), 0);
    const auto reload = [&] {
        std::promise<void> done;
        server_.post([&] {
            server_.reload_certificates();
            done.set_value();
        });
        done.get_future().wait();
    };
    std::filesystem::rename(file("server.crt"), file("old.crt"));
    std::ofstream(file("server.crt")) << "nonsense";
    reload();
    std::filesystem::rename(file("old.crt"), file("server.crt"));
    EXPECT_EQ(curl(), 0) << "the old one stays";
    make("server");
    EXPECT_NE(curl(), 0) << "not told yet";
    reload();
    EXPECT_EQ(curl(), 0);
}

TEST_F(TlsTest, TellsWhichFileIsWrong) {
    const auto why = why_no_tls;
    EXPECT_EQ(why({}), "");
    EXPECT_EQ(why(files("client.crt")), "");
    EXPECT_NE(why({file("none"), file("server.key"), ""}).find("certificate '" + file("none")),
              std::string::npos);
    EXPECT_NE(why({file("server.crt"), file("none"), ""}).find("key '" + file("none")),
              std::string::npos);
    EXPECT_NE(why({file("server.crt"), file("client.key"), ""}), "");
    EXPECT_NE(why({file("server.crt"), file("server.key"), file("none")}).find("client_ca"),
              std::string::npos);
}

}  // namespace
}  // namespace jangkau::gateway
