#include "gateway/config.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "gateway/config_channels.hpp"
#include "gateway/config_service.hpp"
#include "gateway/config_values.hpp"
#include "menus/parse.hpp"
#include "menus/prove.hpp"

namespace jangkau::gateway {
namespace {

using menus::Fields;
using namespace std::chrono_literals;
using menus::Yaml;

/// cppcheck cannot read `1s` where it follows the value into read_duration().
constexpr std::chrono::seconds kSecond(1);

std::optional<Yaml> read_tree(const ConfigOptions& options, Problems& problems) {
    const auto text = read_file(options.file);
    if (!text) {
        problems.push_back(
            {options.file, 0, "", "cannot read the configuration; name it with --config"});
        return std::nullopt;
    }
    auto tree = menus::parse_yaml(*text, options.file, problems);
    if (!tree) return std::nullopt;
    for (const std::string& setting : options.set) override_value(*tree, setting, problems);
    return tree;
}

/// Never 0, which is no revision.
std::uint32_t folded(std::uint64_t fingerprint) {
    const auto value = static_cast<std::uint32_t>(fingerprint ^ (fingerprint >> 32));
    return value == 0 ? 1 : value;
}

class Loader {
public:
    Loader(const ConfigOptions& options, Problems& problems, menus::Proof* proof)
        : options_(options), problems_(problems), proof_(proof) {}

    std::optional<Config> run() {
        config_.file = options_.file;
        config_.loaded_with = options_;
        folder_ = folder_of(options_.file);
        const auto tree = read_tree(options_, problems_);
        if (!tree) return std::nullopt;
        read(*tree);
        if (options_.data) config_.data = *options_.data;
        if (options_.listen) config_.listen = *options_.listen;
        if (options_.admin) config_.admin = *options_.admin;
        prove_addresses();
        prove_channels(config_, options_, problems_);
        if (any_error(problems_)) return std::nullopt;
        take_fingerprints(*tree);
        return std::move(config_);
    }

private:
    /// Of everything that is no part of the service: what a reload cannot change.
    void take_fingerprints(const Yaml& tree) {
        static constexpr std::array kReloaded{"service", "referral", "menu",
                                              "prices",  "facts",    "numbers"};
        for (const auto& entry : tree.entries) {
            if (std::find(kReloaded.begin(), kReloaded.end(), entry.key) != kReloaded.end())
                continue;
            Fingerprint print;
            print.add(entry.value);
            if (entry.key == "channels")
                for (const auto& [name, channel] : config_.channels)
                    if (channel.settings.description) print.add(*channel.settings.description);
            config_.fixed[entry.key] = print.value();
        }
        config_.fixed["numbers (in channels and routes)"] = numbers_.value();
        // What the command line puts over the file stays over it.
        if (options_.listen) config_.fixed.erase("listen");
        if (options_.admin) config_.fixed.erase("admin");
        if (options_.data) config_.fixed.erase("data");
    }

    void prove_addresses() {
        std::string host, port;
        for (const auto& [key, address] :
             {std::pair("listen", config_.listen), std::pair("admin", config_.admin)})
            if (!split_address(address, host, port))
                complain(key, "'" + address + "' is not HOST:PORT");
    }
    Fields fields(const Yaml& node, const std::string& path) {
        return {node, options_.file, path, problems_};
    }
    void complain(const std::string& path, std::string what) {
        problems_.push_back({options_.file, 0, path, std::move(what)});
    }

    void read(const Yaml& tree) {
        Fields top = fields(tree, "");
        config_.listen = top.text_or("listen", config_.listen);
        config_.admin = top.text_or("admin", config_.admin);
        config_.data = top.text_or("data", config_.data);
        config_.core_dumps = top.flag("core_dumps", false);
        if (const Yaml* node = top.mapping("log")) read_log(*node);
        if (const Yaml* node = top.mapping("tls")) read_tls(*node);
        read_proxies(top);
        if (const Yaml* node = top.mapping("limits")) read_limits(*node);
        if (const Yaml* node = top.mapping("store")) read_store(*node);
        if (const Yaml* node = top.mapping("phones")) read_phones(*node);
        if (const Yaml* node = top.mapping("outbox")) read_outbox(*node);
        if (const Yaml* node = top.mapping("retention")) read_retention(*node);
        if (const Yaml* node = top.mapping("reload")) read_reload(*node);
        ChannelReader reader{options_, folder_, problems_};
        if (const Yaml* node = top.mapping("channels"))
            config_.channels = reader.read_channels(*node);
        read_service(top);
        const NumberPlan plan = config_.service ? config_.service->plan : NumberPlan{};
        if (const Yaml* node = top.mapping("routes"))
            config_.routes = reader.read_routes(*node, plan);
        config_.routes.home = plan.country_code + plan.mobile_prefix;
        top.finish();
    }

    void read_log(const Yaml& node) {
        Fields own = fields(node, "log");
        const std::string level = own.text_or("level", "info");
        const std::vector<std::string> levels{"debug", "info", "warning", "error"};
        const auto at = std::find(levels.begin(), levels.end(), level);
        if (at == levels.end())
            own.complain(node.line, "level",
                         "must be debug, info, warning or error, not '" + level + "'");
        else
            config_.log_level = static_cast<log::Level>(at - levels.begin());
        const std::string format = own.text_or("format", "auto");
        if (format == "text")
            config_.log_format = log::Format::text;
        else if (format == "json")
            config_.log_format = log::Format::json;
        else if (format != "auto")
            own.complain(node.line, "format", "must be text, json or auto, not '" + format + "'");
        own.finish();
    }

    void read_proxies(Fields& top) {
        ProxyRule& rule = config_.proxies;
        for (const std::string& network : top.texts("trusted_proxies"))
            if (!rule.trusted.add(network))
                top.complain(top.line(), "trusted_proxies",
                             "'" + network + "' is no address and no network such as 10.1.0.0/16");
        rule.header = top.text_or("forwarded_header", rule.header);
        if (rule.header != "X-Forwarded-For" && rule.header != "Forwarded")
            top.complain(top.line(), "forwarded_header",
                         "must be X-Forwarded-For or Forwarded, not '" + rule.header + "'");
        config_.limits.proxies = rule.trusted;
    }

    void read_tls(const Yaml& node) {
        Fields own = fields(node, "tls");
        const auto file = [&](const char* key) {
            const std::string name = own.text_or(key, "");
            return name.empty() ? name : below(folder_, name);
        };
        config_.tls = {file("certificate"), file("key"), file("client_ca")};
        if (config_.tls.certificate.empty() != config_.tls.key.empty())
            own.complain(node.line, config_.tls.key.empty() ? "key" : "certificate", "is missing");
        if (config_.tls.certificate.empty() && !config_.tls.client_ca.empty())
            own.complain(node.line, "client_ca", "needs a certificate and a key of our own");
        own.finish();
    }

    void read_limits(const Yaml& node) {
        Fields own = fields(node, "limits");
        ServerLimits& limits = config_.limits;
        limits.buffer_bytes_max =
            read_size(own, "buffer_bytes_max", limits.buffer_bytes_max, 4096, 1 << 24);
        limits.header_bytes_max =
            read_size(own, "header_bytes_max", limits.header_bytes_max, 1024, 1 << 20);
        limits.header_fields_max =
            read_size(own, "header_fields_max", limits.header_fields_max, 8, 1000);
        limits.body_bytes_max =
            read_size(own, "body_bytes_max", limits.body_bytes_max, 1024, 1 << 24);
        limits.connections_max =
            read_size(own, "connections_max", limits.connections_max, 1, 1'000'000);
        limits.connections_per_peer_max = read_size(own, "connections_per_peer_max",
                                                    limits.connections_per_peer_max, 1, 1'000'000);
        limits.requests_per_connection_max =
            read_size(own, "requests_per_connection_max", limits.requests_per_connection_max, 1,
                      1'000'000'000);
        AddressLimits& addresses = config_.addresses;
        addresses.requests_per_second =
            read_size(own, "address_per_second", addresses.requests_per_second, 0, 1'000'000);
        addresses.addresses_max =
            read_size(own, "addresses_max", addresses.addresses_max, 1, 1'000'000);
        limits.read_ms_max =
            read_duration<std::chrono::milliseconds>(own, "read_max", limits.read_ms_max);
        limits.idle_ms_max =
            read_duration<std::chrono::milliseconds>(own, "idle_max", limits.idle_ms_max);
        limits.write_ms_max =
            read_duration<std::chrono::milliseconds>(own, "write_max", limits.write_ms_max);
        limits.drain_ms_max =
            read_duration<std::chrono::milliseconds>(own, "drain_max", limits.drain_ms_max);
        own.finish();
    }

    void read_store(const Yaml& node) {
        Fields own = fields(node, "store");
        config_.store.kind = own.text_or("kind", config_.store.kind);
        if (config_.store.kind != "sqlite" && config_.store.kind != "memory")
            own.complain(node.line, "kind",
                         "must be sqlite or memory, not '" + config_.store.kind + "'");
        config_.store.key = own.text_or("key", "");
        config_.store.key_file = own.text_or("key_file", "");
        prove_key(own);
        config_.store.make_key = own.flag("make_key", true);
        config_.store.ballast_mb =
            read_size(own, "ballast_mb", config_.store.ballast_mb, 0, 1'000'000);
        config_.store.queue_jobs_max =
            read_size(own, "queue_jobs_max", config_.store.queue_jobs_max, 1, 10'000'000);
        config_.store.batch_jobs_max =
            read_size(own, "batch_jobs_max", config_.store.batch_jobs_max, 1, 100'000);
        own.finish();
    }

    void read_phones(const Yaml& node) {
        Fields own = fields(node, "phones");
        PhoneLimits& phones = config_.phones;
        const auto limit = [&](std::string_view key, std::size_t& value) {
            value = read_size(own, key, value, 0, 1'000'000);
        };
        limit("sms_in_per_minute", phones.sms_in_per_minute);
        limit("sms_in_per_hour", phones.sms_in_per_hour);
        limit("same_answers", phones.same_answers);
        limit("dials_per_minute", phones.dials_per_minute);
        limit("sms_out_per_hour", phones.sms_out_per_hour);
        limit("sms_out_per_day", phones.sms_out_per_day);
        own.finish();
    }

    void prove_key(Fields& own) {
        const std::string& key = config_.store.key;
        if (key.empty()) return;
        if (!key.starts_with("${") || !key.ends_with('}') || key.find(':') != std::string::npos)
            return own.complain(own.line(), "key",
                                "must be ${NAME}, a variable of the environment: a key never "
                                "stands in a file of settings");
        if (!config_.store.key_file.empty())
            own.complain(own.line(), "key", "and key_file cannot both be set");
        (void)expand_value(key, folder_, options_.secrets_needed, [&](std::string what) {
            own.complain(own.line(), "key", std::move(what));
        });
    }

    void read_outbox(const Yaml& node) {
        Fields own = fields(node, "outbox");
        OutboxConfig& outbox = config_.outbox;
        outbox.in_flight_max = read_size(own, "in_flight_max", outbox.in_flight_max, 1, 1000);
        outbox.per_day_max = read_size(own, "per_day_max", outbox.per_day_max, 0, 1'000'000'000);
        outbox.age_max = read_duration(own, "age_max", outbox.age_max, 1h);
        outbox.send_ms_max =
            read_duration<std::chrono::milliseconds>(own, "send_max", outbox.send_ms_max, 100ms);
        outbox.retry_first = read_duration(own, "retry_first", outbox.retry_first, kSecond);
        outbox.retry_max = read_duration(own, "retry_max", outbox.retry_max, kSecond);
        if (outbox.retry_first > outbox.retry_max)
            own.complain(node.line, "retry_first", "is longer than retry_max");
        outbox.in_doubt_wait = read_duration(own, "in_doubt_wait", outbox.in_doubt_wait, kSecond);
        if (const Yaml* breaker = own.mapping("breaker")) read_breaker(*breaker);
        own.finish();
    }

    void read_breaker(const Yaml& node) {
        Fields own = fields(node, "outbox/breaker");
        BreakerConfig& breaker = config_.outbox.breaker;
        breaker.failures =
            static_cast<unsigned>(read_size(own, "failures", breaker.failures, 1, 1000));
        breaker.pause_first = read_duration(own, "pause_first", breaker.pause_first, kSecond);
        breaker.pause_max = read_duration(own, "pause_max", breaker.pause_max, kSecond);
        if (breaker.pause_first > breaker.pause_max)
            own.complain(node.line, "pause_first", "is longer than pause_max");
        own.finish();
    }

    void read_retention(const Yaml& node) {
        Fields own = fields(node, "retention");
        RetentionConfig& retention = config_.retention;
        retention.pieces = read_duration<std::chrono::hours>(own, "pieces", retention.pieces);
        retention.replies = read_duration<std::chrono::hours>(own, "replies", retention.replies);
        retention.settled_sms =
            read_duration<std::chrono::hours>(own, "settled_sms", retention.settled_sms);
        retention.desk_notes =
            read_duration<std::chrono::hours>(own, "desk_notes", retention.desk_notes);
        retention.consents = read_duration<std::chrono::hours>(own, "consents", retention.consents);
        retention.audit = read_duration<std::chrono::hours>(own, "audit", retention.audit);
        own.finish();
    }

    void read_reload(const Yaml& node) {
        Fields own = fields(node, "reload");
        ReloadConfig& reload = config_.reload;
        reload.revisions_max = read_size(own, "revisions_max", reload.revisions_max, 0, 1000);
        reload.dialogue_idle_max =
            read_duration(own, "dialogue_idle_max", reload.dialogue_idle_max, kSecond);
        own.finish();
    }

    // --- the service ---

    void read_service(Fields& top) {
        auto service = std::make_shared<flows::Service>();
        if (const Yaml* node = top.mapping("service")) {
            read_settings(fields(*node, "service"), service->settings);
            revision_.add(*node);
        } else {
            top.complain(top.line(), "service", "is missing");
        }
        if (const Yaml* node = top.mapping("referral")) {
            read_referral(fields(*node, "referral"), service->settings);
            revision_.add(*node);
        }
        const std::string menu_folder = below(folder_, top.text_or("menu", "menus/makassar"));
        const bool plan = with_file(top, "numbers", "numbers.yaml",
                                    [&](const std::string& text, const std::string& file) {
                                        numbers_.add(text);
                                        return read_numbers(text, file, service->plan);
                                    });
        auto menu = menus::parse_menu(
            [&](const std::string& name) { return read_file(menu_folder + "/" + name); },
            menu_folder, problems_);
        // "": a service that registers nobody may do without.
        const auto none = [&](const char* key) { return top.text_or(key, key).empty(); };
        const bool prices =
            none("prices") || with_file(top, "prices", "prices.yaml",
                                        [&](const std::string& text, const std::string& file) {
                                            auto read = flows::parse_prices(text, file, problems_);
                                            if (read) service->prices = std::move(*read);
                                            return read.has_value();
                                        });
        std::vector<std::string> languages;
        if (menu)
            for (const menus::Language& language : menu->languages)
                if (!language.draft) languages.push_back(language.code);
        const bool facts =
            none("facts") || with_file(top, "facts", "facts.yaml",
                                       [&](const std::string& text, const std::string& file) {
                                           auto read =
                                               flows::parse_facts(text, file, languages, problems_);
                                           if (read) service->facts = std::move(*read);
                                           return read.has_value();
                                       });
        if (!menu || !prices || !facts || !plan) return;
        flows::add_draft_languages(service->facts, *menu);
        service->menu = std::move(*menu);
        revision_.add(std::to_string(service->menu.revision));
        service->menu.revision = folded(revision_.value());
        flows::prove_service(*service, options_.file, problems_);
        std::map<std::string, menus::Vars> settings;
        for (const menus::Language& language : service->menu.languages)
            settings[language.code] = flows::longest_settings_vars(*service, language.code);
        menus::Limits limits;
        limits.screen_units = std::min(limits.screen_units, options_.screen_units);
        for (const auto& [name, channel] : config_.channels)
            limits.screen_units = std::min(limits.screen_units, channel.screen_units);
        menus::Proof proof = menus::prove(service->menu, flows::action_facts(), settings,
                                          flows::spoken_texts(service->menu), limits, problems_);
        if (proof_) *proof_ = std::move(proof);
        if (!service->settings.draft_languages)
            service->menu = menus::without_drafts(std::move(service->menu));
        config_.service = std::move(service);
    }

    template <class Use>
    bool with_file(Fields& top, std::string_view key, const std::string& fallback, Use use) {
        const std::string path = below(folder_, top.text_or(key, fallback));
        const auto text = read_file(path);
        if (text) {
            revision_.add(*text);
            return use(*text, path);
        }
        top.complain(top.line(), key, "cannot read the file '" + path + "'");
        return false;
    }

    bool read_numbers(const std::string& text, const std::string& file, NumberPlan& plan) {
        const auto tree = menus::parse_yaml(text, file, problems_);
        if (!tree) return false;
        Fields own(*tree, file, "", problems_);
        plan.country_code = own.text_or("country_code", plan.country_code);
        plan.trunk_prefix = own.text_or("trunk_prefix", plan.trunk_prefix);
        plan.mobile_prefix = own.text_or("mobile_prefix", plan.mobile_prefix);
        plan.digits_min = read_size(own, "digits_min", plan.digits_min, 4, 15);
        plan.digits_max = read_size(own, "digits_max", plan.digits_max, plan.digits_min, 15);
        if (const Yaml* operators = own.sequence("operators"))
            for (const Yaml& one : operators->items) {
                Fields fields_of_one(one, file, "operators", problems_);
                NumberPlan::Operator op;
                op.name = fields_of_one.required("name");
                op.prefixes = fields_of_one.texts("prefixes");
                fields_of_one.finish();
                plan.operators.push_back(std::move(op));
            }
        own.finish();
        return true;
    }

    const ConfigOptions& options_;
    Problems& problems_;
    menus::Proof* proof_;
    std::string folder_;
    Config config_;
    Fingerprint revision_;  ///< of the service
    Fingerprint numbers_;
};

}  // namespace

std::optional<std::map<std::string, ChannelConfig>> load_channels(const ConfigOptions& options,
                                                                  Problems& problems) {
    const auto tree = read_tree(options, problems);
    if (!tree) return std::nullopt;
    const Yaml* node = tree->find("channels");
    if (!node) return std::map<std::string, ChannelConfig>{};
    ConfigOptions lenient = options;
    lenient.secrets_needed = false;
    auto channels = ChannelReader{lenient, folder_of(options.file), problems}.read_channels(*node);
    if (any_error(problems)) return std::nullopt;
    return channels;
}

std::optional<Config> load_config(const ConfigOptions& options, Problems& problems,
                                  menus::Proof* proof) {
    return Loader(options, problems, proof).run();
}

std::optional<std::string> find_data_folder(const ConfigOptions& options, Problems& problems) {
    if (options.data) return options.data;
    const auto tree = read_tree(options, problems);
    if (!tree) return std::nullopt;
    const Yaml* data = tree->find("data");
    return data && data->is_scalar() ? data->scalar : Config().data;
}

std::string find_config_file(const std::string& given) {
    if (!given.empty()) return given;
    for (const char* place : {"config/jangkau.yaml", "/etc/jangkau/jangkau.yaml"})
        if (read_file(place)) return place;
    return "config/jangkau.yaml";
}

}  // namespace jangkau::gateway
