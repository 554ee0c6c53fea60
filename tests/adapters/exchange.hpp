#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/adapter.hpp"

/// Recorded exchanges: what goes over the wire between a provider and us, and what it means. The
/// format is described in tests/adapters/README.md.
namespace jangkau::tests {

/// "=== title: remark" and the lines below it.
struct Part {
    std::string title;
    std::string remark;
    std::string body;
};
struct Exchange {
    std::string preamble;
    std::vector<Part> parts;
};

[[nodiscard]] Exchange parse_exchange(std::string_view text);
[[nodiscard]] std::string print(const Exchange& exchange);

/// The same exchange with every expectation replaced by what `adapter_name` really does. Throws
/// std::runtime_error, in words, for what the format does not allow.
[[nodiscard]] Exchange play(const Exchange& recorded, std::string_view adapter_name,
                            std::string_view settings);

/// tests/adapters/NAME
[[nodiscard]] std::filesystem::path folder_of(std::string_view adapter_name);
/// Its recorded exchanges, sorted; not its settings.txt.
[[nodiscard]] std::vector<std::filesystem::path> recordings(std::string_view adapter_name);
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

/// From lines "key value"; a line of later lines wins over an earlier one.
[[nodiscard]] adapters::Settings settings_from(std::string_view lines);
/// The endpoint that the request of a "they ask" part goes to.
[[nodiscard]] adapters::Endpoint endpoint_of(const Part& they_ask);
/// The adapter with the settings of its folder.
[[nodiscard]] std::unique_ptr<adapters::Adapter> recorded_adapter(std::string_view adapter_name);

}  // namespace jangkau::tests
