#include "gateway/open_store.hpp"

#include <utility>

#include "gateway/key_setting.hpp"
#include "gateway/log.hpp"
#include "sessions/sqlite_store.hpp"

namespace jangkau::gateway {

std::unique_ptr<sessions::Store> open_store(const Config& config, const Clock* clock,
                                            std::function<void()> broken) {
    if (config.store.kind == "memory") return sessions::make_memory_store(clock);
    sessions::SqliteOptions options;
    options.folder = config.data;
    options.keys = key_source(config.store);
    options.key_made = [](const std::string& file) {
        log::warning("key_made", {{"file", file},
                                  {"note",
                                   "the database is sealed with it and cannot be read without it; "
                                   "keep a copy, apart from the backups"}});
    };
    options.broken = std::move(broken);
    options.ballast_bytes = config.store.ballast_mb * 1'000'000;
    options.ballast = [](bool held) {
        if (held) return log::info("ballast_held");
        log::error("ballast_given_up",
                   {{"note", "the disk is full; what was set aside is all that is left"}});
    };
    options.clock = clock;
    options.queue_jobs_max = config.store.queue_jobs_max;
    options.batch_jobs_max = config.store.batch_jobs_max;
    return sessions::open_sqlite_store(options);
}

std::string control_socket(const Config& config) { return config.data + "/control.sock"; }

}  // namespace jangkau::gateway
