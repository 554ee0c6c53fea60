#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "adapters/registry.hpp"
#include "gateway/core/http.hpp"

namespace jangkau::fuzz {

/// An adapter with the settings of its recordings, and its provider.
struct Provider {
    std::string_view name;
    adapters::Settings settings;
    std::unique_ptr<adapters::Adapter> adapter;
    std::unique_ptr<adapters::Aggregator> aggregator;
};
/// The one of that name; for any other name one that its first byte chooses.
[[nodiscard]] const Provider& provider(std::string_view name);

/// A message as a file shows it: "METHOD PATH?QUERY" (or "STATUS"), "Name: value" lines, an empty
/// line, the body.
struct Written {
    std::string first;
    Headers headers;
    std::string body;
};
[[nodiscard]] Written written_message(std::string_view text);
/// Its request as it arrives. `path` is the whole one, `target` what follows its first part.
[[nodiscard]] HttpRequest arrived(const Written& message);
[[nodiscard]] adapters::Endpoint endpoint_of(const HttpRequest& request);

/// Whether it says the same as `other`, whatever kind of message it is.
[[nodiscard]] std::string meaning(const std::vector<adapters::Inbound>& inbound);

}  // namespace jangkau::fuzz
