#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/adapter.hpp"
#include "gateway/addresses.hpp"
#include "gateway/core/problem.hpp"
#include "gateway/gate.hpp"
#include "gateway/log.hpp"
#include "gateway/routes.hpp"
#include "gateway/server.hpp"
#include "gateway/services.hpp"
#include "menus/flows/service.hpp"

namespace jangkau::gateway {

/// One link to one aggregator account.
struct ChannelConfig {
    std::string adapter;
    adapters::Settings settings;
    /// While a key is changed: the same with the new keys (`password_next` and so on). What either
    /// proves is taken; the path's secret is then the new one in both, and the old one is here.
    std::optional<adapters::Settings> next;
    Secret secret_before;
    Networks allow;                  ///< who may call; empty = all
    std::size_t screen_units = 160;  ///< septets of one screen
    std::chrono::milliseconds turn_ms_max{
        8'000};  ///< the provider ends the dialogue when we answer later
    /// The same input again within this time is a repeat, where the provider does not number hops.
    std::chrono::seconds repeat_window{2};
    /// The operators behind this channel end a dialogue after this time; 0 = not known.
    std::chrono::seconds session_max{0};
    SendLimits send;
    std::size_t requests_per_second = 0;  ///< that it may receive; 0 = no limit but the queue's
};

/// What one phone may cause; 0 = no limit.
struct PhoneLimits {
    std::size_t sms_in_per_minute = 20;  ///< more are not answered
    std::size_t sms_in_per_hour = 100;
    std::size_t same_answers = 2;  ///< by SMS, before a pause of 20 s
    std::size_t dials_per_minute = 30;
    std::size_t sms_out_per_hour = 60;  ///< to one number: answers end, receipts wait
    std::size_t sms_out_per_day = 300;
};

struct OutboxConfig {
    std::size_t in_flight_max = 16;  ///< of all channels together
    std::chrono::milliseconds send_ms_max{15'000};
    std::size_t per_day_max = 200'000;    ///< SMS of the whole gateway; 0 = no limit
    std::chrono::hours age_max{48};       ///< an SMS that has not left by then is given up
    std::chrono::seconds retry_first{5};  ///< doubled with every attempt
    std::chrono::seconds retry_max{3600};
    std::chrono::seconds in_doubt_wait{
        600};  ///< an SMS whose answer was lost is sent again after this, if no report settled it
    BreakerConfig breaker;
};

struct StoreConfig {
    std::string kind = "sqlite";  ///< or "memory"
    std::string key;              ///< "${NAME}": the keys stand in the environment; "" = in a file
    std::string key_file;         ///< "" = systemd's credential `jangkau-key`, else DATA/key
    bool make_key = true;         ///< make a key where there is none: for a first start
    /// MB of the disk set aside for when there is no other room left; 0 = none.
    std::size_t ballast_mb = 64;
    std::size_t queue_jobs_max = 10'000;
    std::size_t batch_jobs_max = 256;
};

struct RetentionConfig {
    std::chrono::hours pieces{24};  ///< of SMS; agents' codes
    /// Of hops and SMS. Repeats come late: providers retry for up to three days.
    std::chrono::hours replies{7 * 24};
    std::chrono::hours settled_sms{30 * 24};
    std::chrono::hours desk_notes{365 * 24};
    std::chrono::hours consents{365 * 24};  ///< of phones that no ticket names any more
    std::chrono::hours audit{5 * 365 * 24};
};

/// Of requests on the public listener, by the caller's address. This machine's own is not held to
/// it.
struct AddressLimits {
    std::size_t requests_per_second = 1'000;  ///< 0 = no limit
    std::size_t addresses_max = 10'000;       ///< remembered
};

struct ConfigOptions {
    std::string file;
    std::vector<std::string> set;     ///< "key.path=value", each over the file
    std::optional<std::string> data;  ///< over the file
    std::optional<std::string> listen;
    std::optional<std::string> admin;
    bool secrets_needed = true;  ///< false for tools that only look: a missing secret is no error
    /// Septets of a screen that texts have to fit, where no channel of the file has a smaller one.
    std::size_t screen_units = 160;
};

struct Config {
    std::string file;
    std::string listen = "127.0.0.1:8080";
    std::string admin = "127.0.0.1:8081";
    std::string data = "data";
    log::Level log_level = log::Level::info;
    bool core_dumps = false;                ///< they hold the keys: for debugging only
    std::optional<log::Format> log_format;  ///< none = text on a terminal, JSON elsewhere
    ServerLimits limits;
    AddressLimits addresses;
    ProxyRule proxies;
    TlsFiles tls;  ///< of the public listener
    StoreConfig store;
    PhoneLimits phones;
    OutboxConfig outbox;
    RetentionConfig retention;
    ReloadConfig reload;
    std::map<std::string, ChannelConfig> channels;
    Routes routes;
    /// As it was loaded. A running gateway asks Services, which may have a newer one.
    std::shared_ptr<const flows::Service> service;
    ConfigOptions loaded_with;
    /// Fingerprints of the parts that hold until the next start, by their names in the file.
    std::map<std::string, std::uint64_t> fixed;
};

/// Reads the configuration, the menus, prices and facts that it names, and proves them. Every
/// problem of every file is reported. Nothing where there was an error; what the proof of the menu
/// found out goes into `proof` all the same.
///
/// The menu's revision is then one of all that the service is read from: its menu's files, prices,
/// facts, numbers, and the settings with what `set` puts over them.
[[nodiscard]] std::optional<Config> load_config(const ConfigOptions& options, Problems& problems,
                                                menus::Proof* proof = nullptr);

/// Only the channels, for tools that speak as a provider does: secrets that are not set are no
/// problem.
[[nodiscard]] std::optional<std::map<std::string, ChannelConfig>> load_channels(
    const ConfigOptions& options, Problems& problems);

/// The data folder, for commands that need no more: it is found even where nothing else is right.
/// Nothing, with a problem, where the file cannot be read at all.
[[nodiscard]] std::optional<std::string> find_data_folder(const ConfigOptions& options,
                                                          Problems& problems);

/// `--config`, else ./config/jangkau.yaml, else /etc/jangkau/jangkau.yaml.
[[nodiscard]] std::string find_config_file(const std::string& given);

}  // namespace jangkau::gateway
