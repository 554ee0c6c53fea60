#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/e2e/gateway_fixture.hpp"
#include "tests/faults/bad_disk.hpp"
#include "tests/faults/ledger.hpp"
#include "tests/faults/load.hpp"
#include "tests/support/mock_server.hpp"
#include "tests/support/seeded_random.hpp"

namespace jangkau::faults {

/// What the system says of a process.
struct Usage {
    std::size_t resident_kib = 0;
    std::size_t descriptors = 0;
    std::chrono::milliseconds cpu{0};
};
[[nodiscard]] Usage usage_of(pid_t pid);

/// The real gateway between a load client and a mock aggregator, each with a ledger of its own.
class World : public GatewayTest {
public:
    World();

    /// Starts the gateway with `set` over the shipped configuration; SMS leave through the mock.
    void begin(const std::vector<std::string>& set = {});
    /// After the gateway has ended: a new one on the same folder and the same port.
    void begin_again();
    /// The same of one that is to die, perhaps before it listens.
    void begin_to_die();
    /// Kills the gateway, and waits for its end.
    using GatewayTest::kill_hard;
    using GatewayTest::log;
    /// Waits for its end, as Process::wait(); -1 when it has not come after half a minute.
    int wait_for_end() { return process_->wait_for(30s).value_or(-1); }
    void signal(int number) const { process_->signal(number); }
    /// For what the next start finds in its environment; "" takes it away.
    void set_environment(const std::string& name, const std::string& value);
    /// What the disk does to the database of a gateway that was begun after the first call, with
    /// `bad_disk()` before begin().
    void bad_disk();
    void break_disk(DiskFault fault, int ms = 0);
    /// How much further the gateway's wall clock is than ours. After bad_disk().
    void set_clock(std::chrono::seconds ahead);
    /// How often the fault was met since break_disk().
    [[nodiscard]] int disk_faults_met() const;
    /// A start that does not get as far as listening: how it ended, as Process::wait(). Another
    /// gateway may go on beside it.
    [[nodiscard]] int begin_in_vain();
    /// A dial of a worker of his own; "ok", "refused" or "unknown".
    [[nodiscard]] std::string try_hop(const std::string& session,
                                      const std::string& phone = "+6281299999998");
    /// A hop of a worker of his own; fills in what came of it.
    void hop(Step& step);
    void send_sms(const std::string& id, const std::string& phone, const std::string& text);
    /// SMS that the aggregator got.
    [[nodiscard]] std::size_t sms_received() const;
    /// Waits until no SMS waits; false after ten seconds.
    [[nodiscard]] bool has_sent_all();
    /// `jangkau ARGUMENTS` on another data folder.
    [[nodiscard]] Ran operate_in(const std::string& data, std::vector<std::string> arguments);
    /// Asks it to stop, and waits for that.
    void end();
    /// From then on the gateway lives in that data folder; `set` is put over what begin() was
    /// given, for this start.
    void begin_in(const std::string& data, const std::vector<std::string>& set = {});
    /// As begin_in(), where the data may be damaged: false when the gateway refuses it, which must
    /// be with exit code 2 and the remedy in its log.
    [[nodiscard]] bool begins_in(const std::string& data, const std::vector<std::string>& set);
    using GatewayTest::operate;
    using GatewayTest::url_;
    [[nodiscard]] Load& load() { return *load_; }
    [[nodiscard]] pid_t pid() const { return process_->pid(); }
    [[nodiscard]] Usage usage() const { return usage_of(pid()); }
    /// "127.0.0.1:41234"
    [[nodiscard]] std::string address() const { return url_.substr(7); }
    [[nodiscard]] const std::string& folder() const { return folder_; }
    /// The status of /readyz.
    [[nodiscard]] int ready() { return fetch("GET", admin_ + "/readyz").status; }
    /// The sum of a metric over its labels that contain `labels`.
    [[nodiscard]] double metric(const std::string& name, const std::string& labels = "");
    /// Waits until the gateway has at most so many connections, ours for the question included;
    /// false after half a minute.
    [[nodiscard]] bool calms_down(double connections = 3);
    /// The time of a new client's question and its answer.
    [[nodiscard]] std::chrono::milliseconds probe();

    /// Stops everything, and compares what the ledgers, the database and a new process of the
    /// gateway on the same folder say:
    /// I1 every step that was answered is in the store: repeated, it gives the same bytes and adds
    /// nothing. I2 the store holds no step that nobody asked for. I3 every SMS of the store is in
    /// one state. I4 the aggregator got each SMS at most once.
    void check_invariants();

private:
    std::size_t rows(const std::string& sql) const;

    SeededRandom random_{1};
    std::unique_ptr<MockProvider> provider_;
    std::unique_ptr<MockServer> aggregator_;
    std::unique_ptr<Ledger> received_;
    std::unique_ptr<Load> load_;
    std::vector<std::string> set_;
    volatile DiskOrders* disk_ = nullptr;
    std::size_t probes_ = 0;
};

}  // namespace jangkau::faults
