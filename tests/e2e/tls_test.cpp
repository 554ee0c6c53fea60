// A public listener with TLS and clients' certificates, in the real program; curl is the provider.

#include <gmock/gmock.h>

#include <regex>

#include "tests/e2e/gateway_fixture.hpp"
#include "tests/support/certificates.hpp"

namespace jangkau {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class TlsServed : public GatewayTest {
protected:
    void SetUp() override {
        GatewayTest::SetUp();
        certificates_ = std::make_unique<Certificates>(folder_);
        for (const char* name : {"server", "client", "stranger"}) certificates_->make(name);
    }
    std::string file_of(const std::string& name) const { return certificates_->file(name); }
    void serve() {
        start({"tls.certificate=" + file_of("server.crt"), "tls.key=" + file_of("server.key"),
               "tls.client_ca=" + file_of("client.crt")});
        ASSERT_THAT(url_, StartsWith("https://"));
    }
    /// A first hop; the answer's body, "" where there is none. `who` shows his certificate.
    std::string dial(const std::string& who, std::string url = "") const {
        if (url.empty()) url = url_;
        std::vector<std::string> words{"/usr/bin/env",
                                       "curl",
                                       "-s",
                                       "--max-time",
                                       "20",
                                       "--cacert",
                                       file_of("server.crt"),
                                       "-d",
                                       "sessionId=s1&phoneNumber=%2B6281234500001"
                                       "&serviceCode=%2A123%2A4567%23&text="};
        if (!who.empty())
            words.insert(words.end(),
                         {"--cert", file_of(who + ".crt"), "--key", file_of(who + ".key")});
        words.push_back(url + "/ussd/africastalking");
        return run_program(words).out;
    }
    /// The certificate and key of `from` take the place of `to`'s.
    void put(const std::string& from, const std::string& to) const {
        for (const char* kind : {".crt", ".key"})
            std::filesystem::copy_file(file_of(from + kind), file_of(to + kind),
                                       std::filesystem::copy_options::overwrite_existing);
    }
    void await_reload(std::size_t count) const {
        const std::regex line("certificates_reloaded");
        const auto seen = [&] {
            const std::string all = log();
            return std::distance(std::sregex_iterator(all.begin(), all.end(), line), {});
        };
        for (int i = 0; i < 2000 && seen() < static_cast<std::ptrdiff_t>(count); ++i)
            std::this_thread::sleep_for(5ms);
    }

    std::unique_ptr<Certificates> certificates_;
};

TEST_F(TlsServed, OnlyWhoShowsTheClientsCertificateIsAnswered) {
    serve();
    EXPECT_THAT(dial("client"), StartsWith("CON "));
    EXPECT_EQ(dial(""), "") << "no certificate";
    EXPECT_EQ(dial("stranger"), "") << "another authority's";
    EXPECT_EQ(dial("client", "http" + url_.substr(5)), "") << "in clear";
    EXPECT_EQ(fetch("GET", admin_ + "/livez").status, 200) << "the other listener is as it was";
    process_->signal(SIGTERM);
    EXPECT_EQ(process_->wait(), 0);
}

TEST_F(TlsServed, NewCertificatesAreTakenByTheCommandAndByTheSignal) {
    serve();
    EXPECT_THAT(dial("client"), StartsWith("CON "));
    certificates_->make("server");
    put("stranger", "client");
    EXPECT_EQ(dial("client"), "") << "not told yet";
    EXPECT_EQ(operate({"reload"}).code, 0);
    EXPECT_THAT(dial("client"), StartsWith("CON "));

    certificates_->make("server");
    EXPECT_EQ(dial("client"), "");
    process_->signal(SIGHUP);
    await_reload(2);
    EXPECT_THAT(dial("client"), StartsWith("CON "));
}

TEST_F(TlsServed, ABrokenCertificateIsToldAndTheOldOneStays) {
    serve();
    std::filesystem::rename(file_of("server.crt"), file_of("good.crt"));
    std::ofstream(file_of("server.crt")) << "nonsense";
    const Ran reload = operate({"reload"});
    std::filesystem::rename(file_of("good.crt"), file_of("server.crt"));
    EXPECT_EQ(reload.code, 1);
    EXPECT_THAT(reload.err, HasSubstr("tls: cannot use the certificate '" + file_of("server.crt")));
    EXPECT_THAT(reload.err, HasSubstr("the old one stays"));
    EXPECT_THAT(reload.out, StartsWith("Nothing has changed")) << "the service itself was read";
    EXPECT_THAT(dial("client"), StartsWith("CON "));
    EXPECT_EQ(operate({"reload"}).code, 0);
}

}  // namespace
}  // namespace jangkau
