// config/systemd/jangkau.service: how exposed it is, what it forbids, and that the real program
// does its whole work under it, as far as that can be shown without systemd
// (tests/confined/confine.hpp names what cannot).

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <set>

#include "tests/e2e/gateway_fixture.hpp"

namespace jangkau {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::string kUnit = JANGKAU_SOURCE_DIR "/config/systemd/jangkau.service";
const std::string kWorker = "+6281234500001";
constexpr int kNotConfined = 99;  ///< of jangkau_confined: a step was refused

/// $NOTIFY_SOCKET, as systemd holds it.
class NotifySocket {
public:
    explicit NotifySocket(const std::string& path)
        : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
        path.copy(address.sun_path, sizeof(address.sun_path) - 1);
        EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
        const timeval patience{10, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    }
    ~NotifySocket() { ::close(fd_); }
    NotifySocket(const NotifySocket&) = delete;
    NotifySocket& operator=(const NotifySocket&) = delete;

    /// "" when nothing has come for ten seconds.
    std::string next() const {
        char text[256];
        const auto size = ::recv(fd_, text, sizeof(text), 0);
        return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : "";
    }

private:
    int fd_;
};

class UnitFileTest : public GatewayTest {
protected:
    void SetUp() override {
        GatewayTest::SetUp();
        for (const std::string& folder : {data_, folder_ + "/credentials"}) {
            std::filesystem::create_directory(folder);
            std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
        }
    }
    /// Why this machine cannot show it: a container may forbid namespaces. "" where it can.
    std::string refusal() const {
        auto arguments = confined();
        arguments.push_back("--probe");
        const Ran probe = run_program(arguments);
        const bool forbidden = probe.err.starts_with("jangkau_confined: unshare: ") ||
                               probe.err.starts_with("jangkau_confined: proc: ");
        return probe.code == kNotConfined && forbidden ? probe.err : "";
    }
    std::vector<std::string> confined() const {
        return {JANGKAU_CONFINED,        kUnit, JANGKAU_BINARY, JANGKAU_SOURCE_DIR "/config", data_,
                folder_ + "/credentials"};
    }
};

TEST_F(UnitFileTest, ExposureIsAtMostOnePointTwo) {
    const Ran rated = run_program({"/usr/bin/systemd-analyze", "security", "--offline=true",
                                   "--no-pager", "--threshold=12", kUnit});
    EXPECT_EQ(rated.code, 0) << rated.out << rated.err;
    EXPECT_THAT(rated.out, HasSubstr("Overall exposure level for jangkau.service"));
    EXPECT_THAT(rated.err, testing::Not(HasSubstr("Unknown")))
        << "a key that systemd does not know";
}

TEST_F(UnitFileTest, ForbidsWhatTheGatewayDoesNotNeed) {
    if (const std::string why = refusal(); !why.empty()) GTEST_SKIP() << why;
    auto arguments = confined();
    arguments.push_back("--probe");
    const Ran probe = run_program(arguments);
    EXPECT_EQ(probe.code, 0) << probe.err;
    EXPECT_EQ(probe.out,
              "write its configuration: EROFS\n"
              "write the system: EROFS\n"
              "write its credentials: EROFS\n"
              "write its state: done\n"
              "write temporary files: done\n"
              "read a terminal: ENOENT\n"
              "read the memory of the machine: ENOENT\n"
              "run a shell: EACCES\n"
              "map writable code: EPERM\n"
              "make code of data: EPERM\n"
              "open a TCP socket: done\n"
              "open a netlink socket: EAFNOSUPPORT\n"
              "open a packet socket: EAFNOSUPPORT\n"
              "make a user namespace: EPERM\n"
              "change its processors: EPERM\n"
              "change its user: EPERM\n"
              "mount: EPERM\n"
              "trace: EPERM\n"
              "core bytes: 0\n"
              "capabilities: 0000000000000000\n"
              "no new privileges: 1\n");
}

TEST_F(UnitFileTest, TheGatewayWorksUnderItAndTellsSystemdHowItIs) {
    if (const std::string why = refusal(); !why.empty()) GTEST_SKIP() << why;
    const NotifySocket notify(data_ + "/notify");
    environment_["NOTIFY_SOCKET"] = "/var/lib/jangkau/notify";
    program_ = confined();
    config_as_served_ = "/etc/jangkau/jangkau.yaml";
    data_as_served_ = "/var/lib/jangkau";
    StubAggregator aggregator;
    start(
        {"channels.africastalking.api_base=" + aggregator.url(), "routes.default=africastalking"});
    EXPECT_EQ(notify.next(), "READY=1");
    EXPECT_EQ(notify.next(), "WATCHDOG=1");

    std::string typed;
    std::string screen = hop("ATUid_1", kWorker, "");
    for (const char* input :
         {"1", "7371010503800003", "SITI AMINAH", "Lembo", "2", "2", "1", "1", "1", "1"}) {
        ASSERT_THAT(screen, StartsWith("CON ")) << "before " << input;
        screen = hop("ATUid_1", kWorker, typed += (typed.empty() ? "" : "*") + std::string(input));
    }
    EXPECT_THAT(screen, StartsWith("END Terkirim. Tiket "));
    EXPECT_FALSE(aggregator.wait_for(1).empty()) << "SMS leave through libcurl";
    EXPECT_EQ(operate({"reload"}).code, 0);
    EXPECT_EQ(operate({"enrollments", "list"}).code, 0);

    process_->signal(SIGTERM);
    EXPECT_EQ(process_->wait(), 0) << log();
    std::set<std::string> told;
    while (!told.contains("STOPPING=1")) {
        const std::string one = notify.next();
        ASSERT_NE(one, "") << "it did not say that it stops";
        told.insert(one);
    }
}

}  // namespace
}  // namespace jangkau
