#pragma once

#include <chrono>
#include <functional>

#include "gateway/core/http.hpp"

namespace jangkau::gateway {

/// Gives the answer; callable once, from any thread.
using Respond = std::function<void(HttpResponse)>;

/// What the server may do while it waits for an answer.
struct Pending {
    std::chrono::milliseconds budget{10'000};  ///< of the answer; after that `late` is sent instead
    HttpResponse late;
};

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
