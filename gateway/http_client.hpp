#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "gateway/core/http.hpp"
#include "gateway/core/result.hpp"

namespace jangkau::gateway {

enum class TransportFault {
    not_sent,  ///< known: no connection, no name, no TLS; the request never left
    in_doubt,  ///< it may have arrived: time-out or broken connection after the first byte left
};
struct TransportError {
    TransportFault fault;
    std::string detail;  ///< the library's words; no personal data
};

/// Sends requests to providers.
///
/// Threading: send() from any thread; `done` runs on the client's own thread and must not block.
/// When the client's queue is full, it runs before send() returns, with `not_sent`.
class HttpClient {
public:
    using Done = std::function<void(Result<HttpResponse, TransportError>)>;
    virtual ~HttpClient() = default;
    virtual void send(HttpRequest request, std::chrono::milliseconds deadline, Done done) = 0;
};

struct ClientOptions {
    std::size_t answer_bytes_max = 64 * 1024;  ///< of a body; a longer one is cut off and in doubt
    std::size_t header_bytes_max = 16 * 1024;
    std::chrono::milliseconds connect_ms_max{5'000};
    std::string ca_file;  ///< "" = the system's
};

/// libcurl on a thread of its own. A connection is never used twice: libcurl would repeat a POST by
/// itself when a re-used connection dies (CURLOPT_FORBID_REUSE). No redirects, http and https only.
/// When it is destroyed, requests of which something was sent end in doubt, the others as not sent.
/// The first call initialises libcurl and has to come before other threads use it or OpenSSL.
[[nodiscard]] std::unique_ptr<HttpClient> make_curl_client(const ClientOptions& options);

/// One exchange for command-line tools: `unix_socket` "" or the path of a socket to use in place of
/// the URL's host. Blocks.
[[nodiscard]] Result<HttpResponse, TransportError> fetch(
    const HttpRequest& request, std::chrono::milliseconds deadline,
    const std::string& unix_socket = {}, const std::function<void(double)>& upload_progress = {});

}  // namespace jangkau::gateway
