#include "gateway/app.hpp"

#include <algorithm>
#include <atomic>
#include <filesystem>

#include "adapters/registry.hpp"
#include "gateway/admin.hpp"
#include "gateway/control.hpp"
#include "gateway/control_audit.hpp"
#include "gateway/core/fault.hpp"
#include "gateway/core/form.hpp"
#include "gateway/housekeeping.hpp"
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

namespace jangkau::gateway {
namespace {

using namespace std::chrono_literals;

constexpr auto kTick = 1s;  ///< how late a timer may be
constexpr std::size_t kImportBytesMax = 64u << 20;

constexpr auto kControlMax = 5min;

void audit_reload(sessions::Store& store, const std::string& actor, const ReloadReport& report) {
    const auto job = [actor, report](sessions::Unit& unit) {
        unit.audit({.actor = actor,
                    .action = report.done ? "service.reloaded" : "service.reload refused",
                    .reason = "revision " + written_revision(report.revision) + ", before " +
                              written_revision(report.was)});
    };
    try {
        store.submit(job, [](const std::exception_ptr& fault) {
            if (fault) log::error("audit_failed");
        });
    } catch (const sessions::StoreBusy&) {
        log::error("audit_failed");
    }
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
            return {kControlMax,
                    always(plain_text(503, "{\"error\": \"the reload takes too long\"}\n"))};
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
        return {kControlMax,
                always(plain_text(503, "{\"error\": \"the store does not answer\"}\n"))};
    }

private:
    /// A few pages at a time: turns go on. Without a row that says who asked for it, nothing is
    /// copied.
    Pending copy(const HttpRequest& request, const Respond& respond) {
        const auto query = Form::parse(request.query);
        const std::string file(query ? query->get("file").value_or("") : "");
        const auto audited = [actor = operator_of(request), file](sessions::Unit& unit) {
            audit_copy(unit, actor, file);
        };
        const auto done = [this, file, respond](const std::exception_ptr& fault) {
            if (fault)
                return respond(plain_text(500, "not audited, so not copied: " + what(fault)));
            store_.copy_to(file, [respond](const std::exception_ptr& failed) {
                respond(failed ? plain_text(500, what(failed)) : HttpResponse{});
            });
        };
        try {
            store_.submit(audited, done);
        } catch (const sessions::StoreBusy& busy) {
            respond(plain_text(503, busy.what()));
        }
        return {kControlMax, always(plain_text(503, "the copy takes too long"))};
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
          housekeeping({config, services, clock, random, metrics}),
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
        recover();
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
        metrics.gauge("jangkau_sms_today", "SMS given to a channel today",
                      [this] { return static_cast<double>(outbox.sent_today()); });
        metrics.gauge("jangkau_sms_today_max", "What outbox.per_day_max allows; 0 = no limit",
                      [this] { return static_cast<double>(config.outbox.per_day_max); });
        metrics.gauge("jangkau_reseal_values_left", "Values that are still sealed with an old key",
                      [this] { return static_cast<double>(resealing.left()); });
        metrics.gauge("jangkau_channels_down", "Channels that cannot send now",
                      [this] { return static_cast<double>(outbox.down().size()); });
        const auto size_of = [this](const char* name) {
            return [file = config.data + name] {
                std::error_code none;
                const auto bytes = std::filesystem::file_size(file, none);
                return none ? 0 : static_cast<double>(bytes);
            };
        };
        metrics.gauge("jangkau_store_wal_bytes", "Size of the write-ahead log",
                      size_of("/jangkau.db-wal"));
        metrics.gauge("jangkau_store_ballast_bytes",
                      "Room of the disk that is set aside for when no other is left",
                      size_of("/ballast"));
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
        const auto found = std::make_shared<Housekeeping::Found>();
        const auto job = [this, found](sessions::Unit& unit) { housekeeping.look(unit, *found); };
        const auto done = [this, found](const std::exception_ptr& fault) {
            housekeeping.done(*found, !fault);
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

    /// Before anybody is told that it listens: a store that cannot be gone on with is refused.
    void recover() {
        try {
            outbox.recover();
        } catch (const std::exception& failed) {
            throw std::runtime_error("the store in " + config.data + " cannot be read: " +
                                     failed.what() + "; restore a backup if it is damaged");
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
            open_one.submit(job, done);
        } catch (const sessions::StoreBusy&) {
            // The next tick finds them.
        }
    }

    void tell_last_head() {
        try {
            store->run([](sessions::Unit& unit) { Housekeeping::tell(unit.audit_head()); });
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
    Housekeeping housekeeping;
    std::atomic<bool> broken{false};
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
};

App::App(Config config, const AppParts& parts)
    : impl_(std::make_unique<Impl>(std::move(config), parts)) {}
App::~App() = default;

const std::string& App::public_address() const { return impl_->public_address; }
const std::string& App::admin_address() const { return impl_->admin_address; }

bool App::run() {
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
