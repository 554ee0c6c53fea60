#include "gateway/app.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>

#include "adapters/registry.hpp"
#include "gateway/admin.hpp"
#include "gateway/clock_watch.hpp"
#include "gateway/control.hpp"
#include "gateway/control_audit.hpp"
#include "gateway/core/form.hpp"
#include "gateway/http_client.hpp"
#include "gateway/inbound.hpp"
#include "gateway/local_client.hpp"
#include "gateway/log.hpp"
#include "gateway/outbox.hpp"
#include "gateway/pieces.hpp"
#include "gateway/reload.hpp"
#include "gateway/resealing.hpp"
#include "gateway/supervisor.hpp"
#include "gateway/timers.hpp"
#include "gateway/tls.hpp"
#include "menus/flows/incidents.hpp"
#include "menus/flows/registration.hpp"

namespace jangkau::gateway {
namespace {

using namespace std::chrono_literals;

constexpr auto kTick = 1s;  ///< how late a timer may be
constexpr auto kCountEvery = 30s;
constexpr auto kCountCodesEvery = 5min;
constexpr auto kPurgeEvery = std::chrono::hours(1);
/// Long enough for the report on the month before.
constexpr auto kIncidentsKept = std::chrono::days(100);
constexpr std::size_t kImportBytesMax = 64u << 20;

constexpr auto kControlMax = 5min;

void submit_or_skip(sessions::Store& store, const char* failure, sessions::Store::Job job) {
    try {
        store.submit(std::move(job), [failure](const std::exception_ptr& fault) {
            if (fault) log::error(failure);
        });
    } catch (const sessions::StoreBusy&) {
        log::error(failure);
    }
}

void audit_reload(sessions::Store& store, const std::string& actor, const ReloadReport& report) {
    submit_or_skip(store, "audit_failed", [actor, report](sessions::Unit& unit) {
        unit.audit({.actor = actor,
                    .action = report.done ? "service.reloaded" : "service.reload refused",
                    .reason = "revision " + written_revision(report.revision) + ", before " +
                              written_revision(report.was)});
    });
}

/// Operators' commands: each is one transaction, but for a reload, which leaves the store alone.
/// The socket's mode is what keeps others out.
class Control final : public Handler {
public:
    Control(const Services& services, Reloader& reloader, sessions::Store& store,
            const Clock& clock, Random& random, std::function<void()> committed,
            std::function<void()> rotated, std::function<Problems()> certificates)
        : services_(services),
          reloader_(reloader),
          store_(store),
          clock_(clock),
          random_(random),
          committed_(std::move(committed)),
          rotated_(std::move(rotated)),
          certificates_(std::move(certificates)) {}

    Pending handle(HttpRequest request, Respond respond) override {
        if (request.method == "POST" && request.target == "/reload") {
            const std::string actor = operator_of(request);
            const Problems refused = certificates_();
            reloader_.request([this, respond, actor, refused](ReloadReport report) {
                audit_reload(store_, actor, report);
                report.problems.insert(report.problems.end(), refused.begin(), refused.end());
                respond(answer_of(report));
            });
            return {kControlMax, plain_text(503, "{\"error\": \"the reload takes too long\"}\n")};
        }
        if (request.method == "POST" && request.target == "/copy") return copy(request, respond);
        const auto response = std::make_shared<HttpResponse>();
        const auto service = services_.current();
        const bool rotates = request.target == "/keys/rotate";
        const auto job = [this, response, service,
                          request = std::move(request)](sessions::Unit& unit) {
            *response = control(unit, *service, random_, clock_.now(), request);
        };
        const auto done = [this, response, rotates, respond](const std::exception_ptr& fault) {
            if (fault) log::error("control_failed");
            respond(
                fault ? plain_text(
                            500, "{\"error\": \"the gateway could not do it; its log says why\"}\n")
                      : std::move(*response));
            committed_();
            if (rotates) rotated_();
        };
        try {
            store_.submit(job, done);
        } catch (const sessions::StoreBusy& busy) {
            respond(plain_text(503, std::string("{\"error\": \"") + busy.what() + "\"}\n"));
        }
        return {kControlMax, plain_text(503, "{\"error\": \"the store does not answer\"}\n")};
    }

private:
    /// A few pages at a time: turns go on.
    Pending copy(const HttpRequest& request, const Respond& respond) {
        const auto query = Form::parse(request.query);
        const std::string file(query ? query->get("file").value_or("") : "");
        const std::string actor = operator_of(request);
        submit_or_skip(store_, "audit_failed",
                       [actor, file](sessions::Unit& unit) { audit_copy(unit, actor, file); });
        store_.copy_to(file, [respond](const std::exception_ptr& fault) {
            respond(fault ? plain_text(500, words_of(fault)) : HttpResponse{});
        });
        return {kControlMax, plain_text(503, "the copy takes too long")};
    }
    static std::string words_of(const std::exception_ptr& fault) {
        try {
            std::rethrow_exception(fault);
        } catch (const std::exception& failed) {
            return failed.what();
        }
    }

    const Services& services_;
    Reloader& reloader_;
    sessions::Store& store_;
    const Clock& clock_;
    Random& random_;
    std::function<void()> committed_;
    std::function<void()> rotated_;
    std::function<Problems()> certificates_;
};

/// Services owns the service: nobody takes the one that was loaded at the start for the current
/// one.
Config without_service(Config config) {
    config.service = nullptr;
    return config;
}

}  // namespace

struct App::Impl {
    Impl(Config given, const AppParts& parts)
        : clock(parts.clock ? *parts.clock : own_clock),
          random(parts.random ? *parts.random : own_random),
          services(given.service, clock.now(), given.reload),
          config(without_service(std::move(given))),
          store(open_store(config, &clock, [this] { give_up(); })),
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
          resealing(*store, later()),
          control(
              services, reloader, *store, clock, random, [this] { outbox.kick(); },
              [this] { resealing.kick(); }, [this] { return reload_certificates(); }) {
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

    /// A reload tells the store of itself. The client and then the store finish what they have
    /// while everything that their callbacks touch is still there.
    ~Impl() {
        reloader.stop();
        client.reset();
        store.reset();
    }

    std::function<void(std::chrono::milliseconds, std::function<void()>)> later() {
        return [this](std::chrono::milliseconds delay, std::function<void()> what) {
            server.post([this, delay, what = std::move(what)] { server.after(delay, what); });
        };
    }

    /// Whatever becomes of the menus: a certificate must not run out over a slip in a text.
    Problems reload_certificates() {
        server.reload_certificates();
        const std::string why = why_no_tls(config.tls);
        if (why.empty()) return {};
        return {{config.file, 0, "", why + "; the old one stays"}};
    }

    void reload() {
        (void)reload_certificates();
        reloader.request(
            [this](const ReloadReport& report) { audit_reload(*store, "gateway", report); });
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
        metrics.gauge("jangkau_sms_today", "SMS given to a channel today",
                      [this] { return static_cast<double>(outbox.sent_today()); });
        metrics.gauge("jangkau_sms_today_max", "What outbox.per_day_max allows; 0 = no limit",
                      [this] { return static_cast<double>(config.outbox.per_day_max); });
        for (const auto& [what, count] :
             {std::pair("sent", &codes_sent), std::pair("used", &codes_used),
              std::pair("wrong", &codes_wrong)})
            metrics.gauge("jangkau_agent_codes_day",
                          "Agents' confirmation codes of the last 24 hours, as of the last count",
                          [count = count] { return static_cast<double>(count->load()); },
                          {{"code", what}});
        metrics.gauge("jangkau_reseal_values_left", "Values that are still sealed with an old key",
                      [this] { return static_cast<double>(resealing.left()); });
        metrics.gauge("jangkau_channels_down", "Channels that cannot send now",
                      [this] { return static_cast<double>(outbox.down().size()); });
        metrics.gauge("jangkau_store_wal_bytes", "Size of the write-ahead log",
                      [wal = config.data + "/jangkau.db-wal"] {
                          std::error_code none;
                          const auto bytes = std::filesystem::file_size(wal, none);
                          return none ? 0 : static_cast<double>(bytes);
                      });
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

    /// What is due: timers, SMS that wait for their time, at times what may be forgotten.
    void tick() {
        if (stopping) return;  // the server is about to end
        services.drop_idle(clock.now());
        const auto job = [this](sessions::Unit& unit) {
            const auto service = services.current();
            const Time now = clock.now();
            // A wall clock that was put forward and back must not hold up what follows.
            const auto instant = std::chrono::steady_clock::now();
            if (instant >= next_count) {  // it reads whole tables
                next_count = instant + kCountEvery;
                const sessions::Counts counts = unit.counts();
                waiting = counts.outbox_waiting;
                in_doubt = counts.outbox_in_doubt;
                if (std::exchange(erased_is_held, counts.erased_is_held) != counts.erased_is_held)
                    counts.erased_is_held ? log::warning("erasure_held")
                                          : log::info("erasure_finished");
            }
            if (instant >= next_codes) {
                next_codes = instant + kCountCodesEvery;
                count_codes(unit.incidents_between(now - std::chrono::days(1), now + 1s));
            }
            // Nothing is forgotten by a clock that nobody had the time to look at.
            if (watch.step(now, instant)) next_purge = instant + kPurgeEvery;
            if (instant < next_purge) return;
            next_purge = instant + kPurgeEvery;
            flows::World world{*service, unit, random, now};
            forget(world, unit);
            tell_head(unit);
        };
        const auto done = [this](const std::exception_ptr& fault) {
            if (fault)
                log::error("tick_failed");
            else
                supervisor::ready();
            timers.tick();
            give_up_old_pieces();
            outbox.kick();
            server.post([this] {
                // Both threads have just worked. A disk that refuses is no reason to be ended: a
                // new process would find the same disk.
                supervisor::alive();
                server.after(kTick, [this] { tick(); });
            });
        };
        try {
            store->submit(job, done);
        } catch (const sessions::StoreBusy&) {
            server.after(kTick, [this] { tick(); });
        }
    }

    /// Many codes that nobody sends back, or many wrong ones, are somebody's guessing.
    void count_codes(const std::vector<flows::Incident>& day) {
        const auto of = [&](std::string_view kind) {
            return static_cast<std::uint64_t>(
                std::ranges::count(day, kind, &flows::Incident::kind));
        };
        codes_sent = of(flows::incident::kCodeSent);
        codes_used = of(flows::incident::kDone);
        codes_wrong = of(flows::incident::kCodeWrong);
    }

    /// What is older than its kind may be; each kind is a row of the audit.
    void forget(flows::World& world, sessions::Unit& unit) {
        const RetentionConfig& keep = config.retention;
        const Time now = world.now;
        auto gone = unit.purge({.pieces = now - keep.pieces,
                                .replies = now - keep.replies,
                                .settled_sms = now - keep.settled_sms,
                                .drafts = now - std::chrono::days(world.settings().draft_days),
                                .desk_notes = now - keep.desk_notes,
                                .consents = now - keep.consents});
        if (const std::size_t ended = flows::forget_unfinished(world)) gone["tickets"] = ended;
        if (const std::size_t rows = unit.forget_incidents(now - kIncidentsKept))
            gone["incidents"] = rows;
        if (gone.contains("hops")) next_purge = {};  // perhaps there are more
        for (const auto& [kind, rows] : gone) {
            unit.audit({.actor = "gateway", .action = "purge." + kind, .count = rows});
            log::info("purged", {{"kind", kind}, {"rows", static_cast<unsigned long>(rows)}});
        }
        if (const std::size_t rows = unit.purge_audit(now - keep.audit))
            log::info("purged", {{"kind", "audit"}, {"rows", static_cast<unsigned long>(rows)}});
    }

    /// So that a chain that lost its end is found out: `jangkau audit verify --head`.
    static void tell_head(sessions::Unit& unit) {
        const sessions::AuditLink head = unit.audit_head();
        log::info("audit_head", {{"row", static_cast<unsigned long>(head.number)},
                                 {"hash", sessions::spelled(head.hash)}});
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
            open_one.submit(job, done);
        } catch (const sessions::StoreBusy&) {
            // The next tick finds them.
        }
    }

    void tell_last_head() {
        try {
            store->run([](sessions::Unit& unit) { tell_head(unit); });
        } catch (const std::exception&) {
            log::error("audit_failed");
        }
    }

    /// Any thread. Requests under way are told that we are busy; there is nothing to settle with.
    void give_up() {
        broken = true;
        log::error("store_broken", {{"note", "a sync of the disk failed; start anew"}});
        server.post([this] { server.stop(); });
    }

    /// SMS under way are given a moment to settle; a second call does not wait.
    void stop() {
        outbox.stop();
        if (std::exchange(stopping, true)) return server.stop();
        supervisor::stopping();
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
    std::atomic<bool> broken{false};
    std::atomic<std::uint64_t> waiting{0};
    std::atomic<std::uint64_t> in_doubt{0};
    std::atomic<std::uint64_t> codes_sent{0}, codes_used{0}, codes_wrong{0};
    Server server;
    std::unique_ptr<sessions::Store> store;
    /// For callbacks of its own thread, which still come while `store` is being reset.
    sessions::Store& open_one = *store;
    std::unique_ptr<HttpClient> client;
    Inbound inbound;
    Outbox outbox;
    Timers timers;
    Admin admin;
    Reloader reloader;
    Resealing resealing;
    Control control;
    std::string public_address;
    std::string admin_address;
    // io thread only.
    bool stopping = false;
    std::chrono::steady_clock::time_point stop_by;
    // Store thread.
    ClockWatch watch;
    std::chrono::steady_clock::time_point next_purge, next_count, next_codes;
    bool erased_is_held = false;
};

App::App(Config config, const AppParts& parts)
    : impl_(std::make_unique<Impl>(std::move(config), parts)) {}
App::~App() = default;

const std::string& App::public_address() const { return impl_->public_address; }
const std::string& App::admin_address() const { return impl_->admin_address; }

bool App::run() {
    impl_->outbox.recover();
    impl_->server.post([this] { impl_->tick(); });
    impl_->resealing.kick();
    impl_->server.run();
    impl_->tell_last_head();
    log::info("stopped");
    return !impl_->broken;
}

void App::stop() {
    impl_->server.post([this] { impl_->stop(); });
}

}  // namespace jangkau::gateway
