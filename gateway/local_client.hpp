#pragma once

#include <memory>

#include "gateway/http_client.hpp"

namespace jangkau::gateway {

/// Answers requests to "simulator:..." by itself, with 200 and the value of the form field `key`:
/// the inbox of this process needs no network, and the SMS was stored there before it was sent.
/// Everything else goes to `outside`.
///
/// Threading: like HttpClient, but for "simulator:" `done` runs before send() returns, on the
/// caller's thread.
class LocalClient : public HttpClient {
public:
    explicit LocalClient(std::unique_ptr<HttpClient> outside);
    void send(HttpRequest request, std::chrono::milliseconds deadline, Done done) override;

private:
    const std::unique_ptr<HttpClient> outside_;
};

}  // namespace jangkau::gateway
