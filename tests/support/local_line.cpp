#include "tests/support/local_line.hpp"

#include <filesystem>
#include <map>
#include <mutex>
#include <stdexcept>

#include "adapters/decode.hpp"
#include "adapters/registry.hpp"
#include "gateway/control.hpp"
#include "gateway/core/form.hpp"
#include "gateway/local_client.hpp"
#include "gateway/pieces.hpp"
#include "sessions/sqlite_store.hpp"

namespace jangkau {
namespace {

using namespace std::chrono_literals;
using namespace std::chrono;

constexpr Time kStart = sys_days(2026y / November / 23) + 1h;  // 9.00 WITA

/// A store whose jobs are done when submit() returns, so that everything happens in one thread and
/// in one order.
class Awaited final : public sessions::Store {
public:
    explicit Awaited(std::unique_ptr<sessions::Store> store) : store_(std::move(store)) {}

    void submit(Job job, Done done) override {
        std::exception_ptr fault;
        try {
            store_->run(job);
        } catch (...) {
            fault = std::current_exception();
        }
        if (done) done(fault);
    }

private:
    std::unique_ptr<sessions::Store> store_;
};

class Rehearsing final : public sessions::Store {
public:
    Rehearsing(std::unique_ptr<sessions::Store> store, const bool& on)
        : store_(std::move(store)), on_(on) {}

    void submit(Job job, Done done) override {
        struct Undone {};
        if (on_) {
            const auto rehearsal = [&job](sessions::Unit& unit) {
                job(unit);
                throw Undone();
            };
            store_->submit(rehearsal, nullptr);
        }
        store_->submit(std::move(job), std::move(done));
    }

private:
    std::unique_ptr<sessions::Store> store_;
    const bool& on_;
};

std::unique_ptr<sessions::Store> open_store(const std::string& folder, const Clock& clock) {
    if (folder.empty()) return sessions::make_memory_store(&clock);
    sessions::SqliteOptions options;
    options.folder = folder;
    options.fast_and_loose = true;
    options.clock = &clock;
    return std::make_unique<Awaited>(sessions::open_sqlite_store(options));
}

}  // namespace

gateway::Config shipped_config(const std::vector<std::string>& set, const std::string& file) {
    Problems problems;
    gateway::ConfigOptions options;
    options.file = (std::filesystem::path(JANGKAU_SOURCE_DIR "/config") / file).string();
    options.set = set;
    auto config = gateway::load_config(options, problems);
    std::string all;
    for (const Problem& problem : problems) all += written(problem) + "\n";
    if (!config) throw std::runtime_error(all);
    return std::move(*config);
}

/// Nothing leaves the process.
class LocalLine::Network final : public gateway::HttpClient {
public:
    explicit Network(LocalLine& line) : line_(line) {}

    void send(HttpRequest request, milliseconds, Done done) override {
        if (!line_.provider_) {
            return done(gateway::TransportError{gateway::TransportFault::not_sent,
                                                "tests send nothing to " + request.target});
        }
        const MockProvider::Answer answer = line_.provider_->ask(request);
        const auto report = [this, answer] {
            for (const adapters::Callback& callback : answer.reports) line_.take(callback);
        };
        if (answer.reports_first) report();
        if (answer.response)
            done(*answer.response);
        else
            done(gateway::TransportError{gateway::TransportFault::in_doubt, "cut"});
        if (!answer.reports_first) line_.posted_.push_back(report);
    }

private:
    LocalLine& line_;
};

namespace {

/// Reading all files and proving the menu takes longer than most tests.
gateway::Config loaded_once(const std::vector<std::string>& set, const std::string& file) {
    static std::mutex mutex;
    static std::map<std::pair<std::string, std::vector<std::string>>, gateway::Config> loaded;
    const std::lock_guard lock(mutex);
    const auto at = loaded.find({file, set});
    return at != loaded.end()
               ? at->second
               : loaded.emplace(std::pair(file, set), shipped_config(set, file)).first->second;
}

}  // namespace

/// Lets the test see what goes into the local inbox.
class LocalLine::Inbox final : public gateway::HttpClient {
public:
    explicit Inbox(LocalLine& line) : line_(line), local_(std::make_unique<Network>(line)) {}

    void send(HttpRequest request, milliseconds deadline, Done done) override {
        if (line_.heard_ && request.target.starts_with("simulator:")) {
            const auto form = Form::parse(request.body);
            if (form)
                line_.heard_({++count_, std::string(form->get("to").value_or("")),
                              std::string(form->get("text").value_or(""))});
        }
        local_.send(std::move(request), deadline, std::move(done));
    }

private:
    LocalLine& line_;
    gateway::LocalClient local_;
    std::int64_t count_ = 0;
};

LocalLine::LocalLine(std::string channel, const std::vector<std::string>& set, std::string folder,
                     const std::string& file)
    : channel_(std::move(channel)),
      folder_(std::move(folder)),
      config_(loaded_once(set, file)),
      clock_(kStart),
      services_(config_.service, kStart),
      client_(std::make_unique<Inbox>(*this)) {
    open();
}

void LocalLine::open() {
    store_ = std::make_unique<Rehearsing>(open_store(folder_, clock_), rehearse_);
    const auto post = [this](std::function<void()> what) { posted_.push_back(std::move(what)); };
    inbound_ = std::make_unique<gateway::Inbound>(gateway::Inbound::Parts{
        config_, services_, *store_, clock_, random_, metrics_, [this] { outbox_->kick(); },
        [post](milliseconds, std::function<void()> what) { post(std::move(what)); }});
    outbox_ = std::make_unique<gateway::Outbox>(gateway::Outbox::Parts{
        config_, services_, *store_, clock_, *client_, metrics_, outbox_random_,
        [this](const std::string& name) -> const adapters::Adapter& {
            return inbound_->adapter(name);
        },
        post,
        // Whoever moves the clock lets the outbox look again.
        [](milliseconds, const std::function<void()>&) {},
        [this] { return gateway::Gate::Instant(clock_.now().time_since_epoch()); }});
    timers_ = std::make_unique<gateway::Timers>(
        gateway::Timers::Parts{services_, *store_, clock_, random_, [this] { outbox_->kick(); }});
}

void LocalLine::restart() {
    posted_.clear();
    timers_.reset();
    outbox_.reset();
    inbound_.reset();
    store_.reset();
    open();
    outbox_->recover();
}

LocalLine::~LocalLine() = default;

void LocalLine::connect(const std::string& channel, MockProvider& provider) {
    provider_ = &provider;
    const gateway::ChannelConfig& config = config_.channels.at(channel);
    provider_trunk_ = {config.settings,
                       adapters::find(config.adapter)->make_aggregator(config.settings)};
}

/// A report of the provider. A whole URL is ours.
void LocalLine::take(adapters::Callback callback) {
    std::string path = callback.request.target;
    if (path.starts_with("http")) {
        path = path.substr(std::min(path.find('/', path.find("://") + 3), path.size()));
    } else {
        path = adapters::callback_path(provider_trunk_.channel, callback.endpoint) + path;
    }
    provider_trunk_.aggregator->sign(callback.request, path, clock_.now());
    const HttpResponse response = handle(std::move(path), std::move(callback.request));
    if (response.status >= 300)
        throw std::runtime_error("a report was not taken: " + response.body);
}

HttpResponse LocalLine::exchange(const gateway::Trunk& trunk, adapters::Endpoint endpoint,
                                 HttpRequest request) {
    std::string path = adapters::callback_path(trunk.channel, endpoint) + request.target;
    trunk.aggregator->sign(request, path, clock_.now());
    return handle(std::move(path), std::move(request));
}

HttpResponse LocalLine::exchange(adapters::Endpoint endpoint, HttpRequest request) {
    adapters::Settings channel;
    channel.channel = channel_;
    std::string path = adapters::callback_path(channel, endpoint) + request.target;
    if (!request.query.empty()) path += "?" + request.query;
    return handle(std::move(path), std::move(request));
}

HttpResponse LocalLine::handle(std::string path, HttpRequest request) {
    const std::size_t mark = std::min(path.find('?'), path.size());
    request.query = mark == path.size() ? "" : path.substr(mark + 1);
    request.path = path.substr(0, mark);
    request.target = percent_decode(request.path, false);
    request.peer = "127.0.0.1";
    HttpResponse response;
    const gateway::Pending pending = inbound_->handle(
        std::move(request), [&](HttpResponse given) { response = std::move(given); });
    (void)pending;
    drain();
    return response;
}

std::vector<gateway::InboxSms> LocalLine::inbox(const std::string& to, std::int64_t after,
                                                milliseconds) {
    std::vector<gateway::InboxSms> out;
    store_->run([&](sessions::Unit& unit) {
        out.clear();
        const std::string channel = provider_ ? provider_trunk_.channel.channel : "simulator";
        for (const sessions::OutboxRow& row : unit.sms_through(channel, after, 1000))
            if (row.state >= sessions::Delivery::accepted &&
                (to.empty() || row.sms.to.e164() == to))
                out.push_back({row.id, row.sms.to.e164(), row.sms.text});
    });
    if (provider_) std::erase_if(out, [&](const auto& sms) { return !really_sent(sms); });
    return out;
}

bool LocalLine::really_sent(const gateway::InboxSms& sms) const {
    const auto ledger = provider_->ledger();
    return std::any_of(ledger.begin(), ledger.end(), [&](const MockProvider::Entry& entry) {
        return entry.sent && entry.sms.to == sms.to && entry.sms.text == sms.text;
    });
}

bool LocalLine::advance(seconds by) {
    const Time until = clock_.now() + by;
    for (auto next = next_due(); next && *next <= until; next = next_due()) go_to(*next);
    go_to(until);
    return true;
}

std::optional<Time> LocalLine::next_due() {
    std::optional<Time> next;
    store_->run([&](sessions::Unit& unit) { next = next_due(unit); });
    return next;
}

std::optional<Time> LocalLine::next_due(sessions::Unit& unit) {
    const auto timer = unit.next_timer();
    const auto sms = unit.next_outbox_due();
    return timer && sms ? std::min(*timer, *sms) : timer ? timer : sms;
}

void LocalLine::go_to(Time time) {
    clock_.set(std::max(time, clock_.now()));
    tick();
}

void LocalLine::import(const std::string& what, const std::string& csv) {
    HttpRequest request{"POST", "/" + what + "/import", "apply=1", {}, csv, "unix"};
    HttpResponse response;
    store_->run([&](sessions::Unit& unit) {
        response = gateway::control(unit, *services_.current(), random_, clock_.now(), request);
    });
    if (response.status != 200 || response.body.find("\"applied\":true") == std::string::npos)
        throw std::runtime_error(what + ": " + response.body);
    outbox_->kick();
    drain();
}

void LocalLine::tick() {
    timers_->tick();
    store_->run([&](sessions::Unit& unit) {
        const auto service = services_.current();
        gateway::TurnWorld world{unit, *service, random_, clock_.now(), ""};
        (void)gateway::give_up_pieces(world);
    });
    outbox_->kick();
    drain();
}

void LocalLine::drain() {
    while (!posted_.empty()) {
        const auto next = std::move(posted_.front());
        posted_.pop_front();
        next();
    }
}

}  // namespace jangkau
