#include "gateway/app.hpp"

#include <atomic>

#include "adapters/registry.hpp"
#include "gateway/admin.hpp"
#include "gateway/control.hpp"
#include "gateway/http_client.hpp"
#include "gateway/inbound.hpp"
#include "gateway/local_client.hpp"
#include "gateway/log.hpp"
#include "gateway/outbox.hpp"
#include "gateway/pieces.hpp"
#include "gateway/reload.hpp"
#include "gateway/timers.hpp"
#include "menus/flows/registration.hpp"
#include "sessions/sqlite_store.hpp"

namespace jangkau::gateway {
namespace {

using namespace std::chrono_literals;

constexpr auto kTick = 1s;  ///< how late a timer may be
constexpr auto kCountEvery = 30s;
constexpr auto kPurgeEvery = std::chrono::hours(1);
constexpr std::size_t kImportBytesMax = 64u << 20;

constexpr auto kControlMax = 5min;

/// Operators' commands: each is one transaction, but for a reload, which leaves the store alone.
/// The socket's mode is what keeps others out.
class Control final : public Handler {
public:
    Control(const Services& services, Reloader& reloader, sessions::Store& store,
            const Clock& clock, Random& random, std::function<void()> committed)
        : services_(services),
          reloader_(reloader),
          store_(store),
          clock_(clock),
          random_(random),
          committed_(std::move(committed)) {}

    Pending handle(HttpRequest request, Respond respond) override {
        if (request.method == "POST" && request.target == "/reload") {
            reloader_.request(
                [respond](const ReloadReport& report) { respond(answer_of(report)); });
            return {kControlMax, plain_text(503, "{\"error\": \"the reload takes too long\"}\n")};
        }
        const auto response = std::make_shared<HttpResponse>();
        const auto service = services_.current();
        const auto job = [this, response, service,
                          request = std::move(request)](sessions::Unit& unit) {
            *response = control(unit, *service, random_, clock_.now(), request);
        };
        const auto done = [this, response, respond](const std::exception_ptr& fault) {
            if (fault) log::error("control_failed");
            respond(
                fault ? plain_text(
                            500, "{\"error\": \"the gateway could not do it; its log says why\"}\n")
                      : std::move(*response));
            committed_();
        };
        try {
            store_.submit(job, done);
        } catch (const sessions::StoreBusy& busy) {
            respond(plain_text(503, std::string("{\"error\": \"") + busy.what() + "\"}\n"));
        }
        return {kControlMax, plain_text(503, "{\"error\": \"the store does not answer\"}\n")};
    }

private:
    const Services& services_;
    Reloader& reloader_;
    sessions::Store& store_;
    const Clock& clock_;
    Random& random_;
    std::function<void()> committed_;
};

/// Services owns the service: nobody takes the one that was loaded at the start for the current
/// one.
Config without_service(Config config) {
    config.service = nullptr;
    return config;
}

}  // namespace

std::unique_ptr<sessions::Store> open_store(const Config& config, const Clock* clock) {
    if (config.store.kind == "memory") return sessions::make_memory_store(clock);
    sessions::SqliteOptions options;
    options.folder = config.data;
    options.key_file = config.store.key_file;
    options.make_key = config.store.make_key;
    options.clock = clock;
    options.queue_jobs_max = config.store.queue_jobs_max;
    options.batch_jobs_max = config.store.batch_jobs_max;
    return sessions::open_sqlite_store(options);
}

std::string control_socket(const Config& config) { return config.data + "/control.sock"; }

struct App::Impl {
    Impl(Config given, AppParts parts)
        : clock(parts.clock ? *parts.clock : own_clock),
          random(parts.random ? *parts.random : own_random),
          services(given.service, clock.now(), given.reload),
          config(without_service(std::move(given))),
          store(open_store(config, &clock)),
          client(std::make_unique<LocalClient>(make_curl_client({}))),
          inbound({config, services, *store, clock, random, metrics, [this] { outbox.kick(); },
                   later()}),
          outbox({config, services, *store, clock, *client, metrics, outbox_random,
                  [this](const std::string& channel) -> const adapters::Adapter& {
                      return inbound.adapter(channel);
                  },
                  [this](std::function<void()> what) { server.post(std::move(what)); }, later()}),
          timers({services, *store, clock, random, [this] { outbox.kick(); }}),
          admin({*store, clock, metrics, 10min, config.routes.otherwise,
                 [this] { return outbox.down(); }, [this] { return service_words(); }}),
          reloader({[options = options_for_reload(config)](Problems& problems) {
                        return load_config(options, problems);
                    },
                    config, services, clock, metrics}),
          control(services, reloader, *store, clock, random, [this] { outbox.kick(); }) {
        public_address = server.listen(config.listen, inbound, config.limits, config.tls);
        admin_address = server.listen(config.admin, admin, config.limits);
        if (config.store.kind == "sqlite") {
            ServerLimits limits = config.limits;
            limits.body_bytes_max = kImportBytesMax;
            limits.read_ms_max = 1min;
            server.listen("unix:" + control_socket(config), control, limits);
        }
        measure();
        // Before anybody is told that it listens: a SIGHUP that nobody expects ends the process.
        if (parts.signals) server.on_signals([this] { stop(); }, [this] { reload(); });
    }

    /// The client and then the store finish what they have while everything that their callbacks
    /// touch is still there.
    ~Impl() {
        client.reset();
        store.reset();
    }

    std::function<void(std::chrono::milliseconds, std::function<void()>)> later() {
        return [this](std::chrono::milliseconds delay, std::function<void()> what) {
            server.post([this, delay, what = std::move(what)] { server.after(delay, what); });
        };
    }

    void reload() {
        server.reload_certificates();
        reloader.request({});
    }

    void measure() {
        const auto stat = [this](auto field) {
            return [this, field] { return static_cast<double>(server.stats().*field); };
        };
        metrics.gauge("jangkau_http_connections", "Open connections", stat(&Server::Stats::open));
        metrics.gauge("jangkau_http_requests", "Requests read since the start",
                      stat(&Server::Stats::requests));
        metrics.gauge("jangkau_http_refused", "Requests refused by the server since the start",
                      stat(&Server::Stats::refused));
        metrics.gauge("jangkau_http_accept_failures", "Connections that could not be taken in",
                      stat(&Server::Stats::accept_failures));
        metrics.gauge("jangkau_http_late", "Answers that came too late since the start",
                      stat(&Server::Stats::late));
        metrics.gauge("jangkau_sms_waiting", "SMS not yet handed over, as of the last count",
                      [this] { return static_cast<double>(waiting.load()); });
        metrics.gauge("jangkau_sms_in_doubt", "SMS whose answer was lost, as of the last count",
                      [this] { return static_cast<double>(in_doubt.load()); });
        metrics.gauge("jangkau_channels_down", "Channels that cannot send now",
                      [this] { return static_cast<double>(outbox.down().size()); });
        metrics.gauge("jangkau_log_lines_dropped", "Log lines dropped since the start",
                      [] { return static_cast<double>(log::dropped()); });
        measure_service();
    }
    void measure_service() {
        metrics.gauge("jangkau_service_revision", "Revision of the service, as a number",
                      [this] { return static_cast<double>(services.view().revision); });
        metrics.gauge(
            "jangkau_service_loaded_timestamp_seconds", "When the service was loaded", [this] {
                return static_cast<double>(services.view().loaded.time_since_epoch().count());
            });
        metrics.gauge("jangkau_service_revisions_kept", "Older revisions that dialogues may need",
                      [this] { return static_cast<double>(services.view().older.size()); });
        metrics.gauge(
            "jangkau_dialogues_open", "USSD dialogues with a turn a short while ago",
            [this] { return static_cast<double>(services.dialogues().open(clock.now())); });
    }

    /// "revision 9f3a2b1c since 2026-11-23T01:00:00Z; 1 older kept"
    std::string service_words() const {
        const Services::View view = services.view();
        std::string words =
            "revision " + written_revision(view.revision) + " since " + iso(view.loaded);
        if (!view.older.empty()) words += "; " + std::to_string(view.older.size()) + " older kept";
        return words;
    }

    /// Whatever is due: timers of referrals and drafts, SMS that wait for their time, and once in a
    /// while what may be forgotten.
    void tick() {
        if (stopping) return;  // the server is about to end
        services.drop_idle(clock.now());
        const auto job = [this](sessions::Unit& unit) {
            const auto service = services.current();
            const Time now = clock.now();
            if (now >= next_count) {  // it reads whole tables
                next_count = now + kCountEvery;
                const sessions::Counts counts = unit.counts();
                waiting = counts.outbox_waiting;
                in_doubt = counts.outbox_in_doubt;
            }
            if (now < next_purge) return;
            next_purge = now + kPurgeEvery;
            const RetentionConfig& keep = config.retention;
            auto gone = unit.purge(now - keep.sessions, now - keep.replies, now - keep.settled_sms,
                                   now - std::chrono::days(service->settings.draft_days));
            flows::World world{*service, unit, random, now};
            gone += flows::forget_unfinished(world);
            if (gone) log::info("purged", {{"rows", static_cast<unsigned long>(gone)}});
        };
        const auto done = [this](const std::exception_ptr& fault) {
            if (fault) log::error("tick_failed");
            timers.tick();
            give_up_old_pieces();
            outbox.kick();
            server.post([this] { server.after(kTick, [this] { tick(); }); });
        };
        try {
            store->submit(job, done);
        } catch (const sessions::StoreBusy&) {
            server.after(kTick, [this] { tick(); });
        }
    }

    /// In transactions of their own: what goes wrong there holds up nothing else.
    void give_up_old_pieces() {
        const auto job = [this](sessions::Unit& unit) {
            const auto service = services.current();
            TurnWorld world{unit, *service, random, clock.now(), ""};
            (void)give_up_pieces(world);
        };
        const auto done = [](const std::exception_ptr& fault) {
            if (fault) log::error("pieces_not_given_up");
        };
        try {
            queue.submit(job, done);
        } catch (const sessions::StoreBusy&) {
            // The next tick finds them.
        }
    }

    /// SMS under way are given a moment to settle; a second call does not wait.
    void stop() {
        outbox.stop();
        if (std::exchange(stopping, true)) return server.stop();
        stop_by = std::chrono::steady_clock::now() + config.outbox.send_ms_max;
        stop_when_settled();
    }
    void stop_when_settled() {
        if (outbox.in_flight() == 0 || std::chrono::steady_clock::now() >= stop_by)
            return server.stop();
        server.after(20ms, [this] { stop_when_settled(); });
    }

    // Fixed at construction, in the order in which they depend on each other.
    SystemClock own_clock;
    SystemRandom own_random;
    const Clock& clock;
    Random& random;
    Services services;
    const Config config;
    SystemRandom outbox_random;
    Metrics metrics;
    std::atomic<std::uint64_t> waiting{0};
    std::atomic<std::uint64_t> in_doubt{0};
    Server server;
    std::unique_ptr<sessions::Store> store;
    sessions::Store& queue = *store;  // also for what its last callbacks ask while it ends
    std::unique_ptr<HttpClient> client;
    Inbound inbound;
    Outbox outbox;
    Timers timers;
    Admin admin;
    Reloader reloader;
    Control control;
    std::string public_address;
    std::string admin_address;
    // io thread only.
    bool stopping = false;
    std::chrono::steady_clock::time_point stop_by;
    // Store thread.
    Time next_purge{};
    Time next_count{};
};

App::App(Config config, AppParts parts) : impl_(std::make_unique<Impl>(std::move(config), parts)) {}
App::~App() = default;

const std::string& App::public_address() const { return impl_->public_address; }
const std::string& App::admin_address() const { return impl_->admin_address; }

void App::run() {
    impl_->outbox.recover();
    impl_->server.post([this] { impl_->tick(); });
    impl_->server.run();
    log::info("stopped");
}

void App::stop() {
    impl_->server.post([this] { impl_->stop(); });
}

}  // namespace jangkau::gateway
