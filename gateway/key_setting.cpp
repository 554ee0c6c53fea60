#include "gateway/key_setting.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "gateway/config_values.hpp"
#include "gateway/log.hpp"

namespace jangkau::gateway {
namespace {

/// "" where nobody hands over credentials.
std::string credentials_folder() {
    const char* const folder = std::getenv("CREDENTIALS_DIRECTORY");
    return folder == nullptr ? "" : folder;
}

}  // namespace

sessions::KeySource key_source(const StoreConfig& store) {
    sessions::KeySource source{.file = store.key_file, .make = store.make_key};
    if (!store.key.empty()) {
        source.text = expand_value(store.key, "", true, [](const std::string& what) {
            throw std::runtime_error("store.key: " + what);
        });
        source.name = "the environment variable " + store.key.substr(2, store.key.size() - 3);
        return source;
    }
    const std::string folder = credentials_folder();
    if (folder.empty()) return source;
    const std::string credential = folder + "/jangkau-key";
    std::error_code ignored;
    if (source.file.empty() && std::filesystem::exists(credential, ignored))
        source.file = credential;
    source.handed_over = source.file.starts_with(folder + "/");
    return source;
}

void forbid_core_dumps() {
    constexpr rlimit kNone{0, 0};
    const bool hidden = ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
    const bool limited = ::setrlimit(RLIMIT_CORE, &kNone) == 0;
    // Each is enough by itself.
    if (!hidden && !limited) log::warning("core_dumps_not_forbidden");
}

}  // namespace jangkau::gateway
