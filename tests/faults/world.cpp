#include "tests/faults/world.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "adapters/registry.hpp"

namespace jangkau::faults {

Usage usage_of(pid_t pid) {
    const std::string folder = "/proc/" + std::to_string(pid);
    Usage usage;
    std::ifstream memory(folder + "/statm");
    std::size_t size = 0, resident = 0;
    memory >> size >> resident;
    usage.resident_kib = resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) / 1024;
    std::ifstream stat(folder + "/stat");
    std::string text{std::istreambuf_iterator<char>(stat), {}};
    std::istringstream fields(text.substr(text.rfind(')') + 2));  // from the state, the third
    std::string field;
    long ticks = 0;
    for (int i = 3; fields >> field; ++i)
        if (i == 14 || i == 15) ticks += std::stol(field);
    usage.cpu = std::chrono::milliseconds(ticks * 1000 / ::sysconf(_SC_CLK_TCK));
    const std::filesystem::directory_iterator open(folder + "/fd");
    usage.descriptors = static_cast<std::size_t>(std::distance(begin(open), end(open)));
    return usage;
}

World::World() {
    adapters::Settings settings;
    settings.channel = "infobip";
    provider_ = std::make_unique<MockProvider>(adapters::find("infobip")->make_aggregator(settings),
                                               random_);
}

void World::begin(const std::vector<std::string>& set) {
    received_ = std::make_unique<Ledger>(folder_ + "/received.ledger");
    provider_->on_sent([ledger = received_.get()](const MockProvider::Entry& entry) {
        ledger->note({entry.sms.key, entry.sms.to});
    });
    aggregator_ = std::make_unique<MockServer>(*provider_);
    load_ = std::make_unique<Load>(folder_ + "/load.ledger");
    set_ = set;
    set_.insert(set_.end(),
                {"routes.default=infobip", "channels.infobip.api_base=" + aggregator_->url()});
    start(set_);
    // A worker's aggregator does not look for another port either.
    listen_ = address();
}

void World::begin_again() { start(set_); }

void World::begin_to_die() {
    process_ = std::make_unique<Process>(serving(set_), folder_ + "/log", environment_);
    // One that gets so far listens where the last one did.
    static_cast<void>(process_->line());
    const std::string admin = process_->line();
    if (!admin.empty()) admin_ = admin.substr(13);
}

void World::set_environment(const std::string& name, const std::string& value) {
    value.empty() ? void(environment_.erase(name)) : void(environment_[name] = value);
}

void World::bad_disk() {
    const std::string path = folder_ + "/disk";
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    ASSERT_EQ(::ftruncate(file, sizeof(DiskOrders)), 0);
    void* page = ::mmap(nullptr, sizeof(DiskOrders), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ::close(file);
    ASSERT_NE(page, MAP_FAILED);
    disk_ = static_cast<DiskOrders*>(page);
    environment_["JANGKAU_BAD_DISK"] = path;
    environment_["LD_PRELOAD"] = JANGKAU_BAD_DISK_LIBRARY;
}

void World::set_clock(std::chrono::seconds ahead) { disk_->clock_s = ahead.count(); }

void World::break_disk(DiskFault fault, int ms) {
    disk_->ms = ms;
    disk_->met = 0;
    disk_->fault = static_cast<std::int32_t>(fault);
}

int World::disk_faults_met() const { return disk_->met; }

int World::begin_in_vain() {
    auto going_on = std::move(process_);
    Process other(serving({}), folder_ + "/log", environment_);
    const int code = other.wait();
    process_ = std::move(going_on);
    return code;
}

void World::send_sms(const std::string& id, const std::string& phone, const std::string& text) {
    ++probes_;
    EXPECT_EQ(sms(id, phone, text), 200);
}

std::string World::try_hop(const std::string& session, const std::string& phone) {
    Step step{session, phone, "", "", ""};
    hop(step);
    return step.result;
}

void World::hop(Step& step) {
    ++probes_;
    Load::send(url_, step);
}

std::size_t World::sms_received() const { return Ledger::read(received_->path()).size(); }

bool World::has_sent_all() {
    for (int i = 0; i < 200; ++i) {
        const std::string words = fetch("GET", admin_ + "/readyz?verbose").body;
        if (words.find(": 0 SMS waiting") != words.npos) return true;
        std::this_thread::sleep_for(50ms);
    }
    return false;
}

Ran World::operate_in(const std::string& data, std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--config", config_, "--data", data});
    return command(std::move(arguments));
}

void World::end() {
    process_->signal(SIGTERM);
    EXPECT_EQ(process_->wait(), 0) << log();
}

void World::begin_in(const std::string& data, const std::vector<std::string>& set) {
    data_ = data;
    auto all = set_;
    all.insert(all.end(), set.begin(), set.end());
    start(all);
}

bool World::begins_in(const std::string& data, const std::vector<std::string>& set) {
    data_ = data;
    std::vector<std::string> all = set_;
    all.insert(all.end(), set.begin(), set.end());
    const std::size_t before = log().size();
    process_ = std::make_unique<Process>(serving(all), folder_ + "/log", environment_);
    url_ = process_->line();
    if (url_.empty()) {
        EXPECT_EQ(process_->wait(), 2) << log().substr(before);
        EXPECT_NE(log().find("restore a backup", before), std::string::npos)
            << log().substr(before);
        process_.reset();
        return false;
    }
    admin_ = process_->line().substr(13);
    url_ = url_.substr(13);
    return true;
}

double World::metric(const std::string& name, const std::string& labels) {
    std::istringstream lines(fetch("GET", admin_ + "/metrics").body);
    double sum = 0;
    for (std::string line; std::getline(lines, line);) {
        const std::size_t end = std::min(line.find('{'), line.find(' '));
        if (line.substr(0, end) != name || line.find(labels) == line.npos) continue;
        sum += std::stod(line.substr(line.rfind(' ') + 1));
    }
    return sum;
}

bool World::calms_down(double connections) {
    for (int i = 0; i < 600; ++i) {
        if (metric("jangkau_http_connections") <= connections) return true;
        std::this_thread::sleep_for(50ms);
    }
    return false;
}

std::chrono::milliseconds World::probe() {
    const auto began = std::chrono::steady_clock::now();
    ++probes_;
    Step step{"probe", "+6281299999999", "", "", ""};
    Load::send(url_, step);
    EXPECT_EQ(step.result, "ok") << "a new client is not served";
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 began);
}

std::size_t World::rows(const std::string& sql) const {
    const SQLite::Database db(data_ + "/jangkau.db", SQLite::OPEN_READONLY);
    SQLite::Statement query(db, sql);
    return query.executeStep() ? static_cast<std::size_t>(query.getColumn(0).getInt64()) : 0;
}

void World::check_invariants() {
    if (!load_) return;  // a row without the program has checks of its own
    load_->stop();
    process_->signal(SIGTERM);
    EXPECT_EQ(process_->wait(), 0) << log();
    {
        const SQLite::Database db(data_ + "/jangkau.db", SQLite::OPEN_READONLY);
        SQLite::Statement query(db, "PRAGMA integrity_check");
        ASSERT_TRUE(query.executeStep());
        EXPECT_EQ(query.getColumn(0).getString(), "ok");
    }
    const auto steps = Load::steps(load_->ledger());
    const std::size_t stored = rows("SELECT COUNT(*) FROM hops");
    const auto answered = static_cast<std::size_t>(
        std::ranges::count_if(steps, [](const Step& step) { return step.result == "ok"; }));
    EXPECT_GE(stored, answered) << "I1: an answered step is not in the store";
    // A row that probes nothing may send one hop of its own, byte by byte.
    EXPECT_LE(stored, steps.size() + std::max<std::size_t>(probes_, 1))
        << "I2: more steps than requests";

    EXPECT_EQ(rows("SELECT COUNT(*) FROM outbox WHERE state NOT IN ('queued','sending','in_doubt',"
                   "'accepted','sent','delivered','failed','expired')"),
              0U)
        << "I3";
    std::map<std::string, int> received;
    for (const auto& sms : Ledger::read(received_->path())) {
        EXPECT_FALSE(sms[0].empty());
        EXPECT_EQ(++received[sms[0]], 1) << "I4: " << sms[0] << " came twice";
    }
    EXPECT_LE(received.size(), rows("SELECT COUNT(*) FROM outbox")) << "I4: SMS from nowhere";

    start(set_);
    std::size_t repeated = 0;
    for (Step step : steps) {
        if (step.result != "ok") continue;
        const std::string before = step.body;
        Load::send(url_, step);
        EXPECT_EQ(step.body, before) << "I1: " << step.session << " " << step.text;
        ++repeated;
    }
    EXPECT_EQ(repeated, answered);
    process_->signal(SIGTERM);
    EXPECT_EQ(process_->wait(), 0) << log();
    EXPECT_EQ(rows("SELECT COUNT(*) FROM hops"), stored) << "I1: a repeat was a new step";
}

}  // namespace jangkau::faults
