#pragma once

#include <chrono>
#include <functional>
#include <utility>

#include "gateway/core/http.hpp"

namespace jangkau::gateway {

/// Gives the answer; callable once, from any thread.
using Respond = std::function<void(HttpResponse)>;

/// What the server may do while it waits for an answer.
struct Pending {
    std::chrono::milliseconds budget{10'000};  ///< of the answer; after that `late` is sent instead
    /// Called at most once, on the io thread, where the answer did not come; null = an empty one.
    std::function<HttpResponse()> late;
};

/// A late answer that is known beforehand.
[[nodiscard]] inline std::function<HttpResponse()> always(HttpResponse response) {
    return [response = std::move(response)] { return response; };
}

/// Answers one listener's requests.
///
/// Threading: called on the io thread; must not block.
class Handler {
public:
    virtual ~Handler() = default;
    /// `request.target` is the whole path, percent-decoded; `respond` may be called before this
    /// returns.
    [[nodiscard]] virtual Pending handle(HttpRequest request, Respond respond) = 0;
};

}  // namespace jangkau::gateway
