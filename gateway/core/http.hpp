#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jangkau {

using Headers = std::vector<std::pair<std::string, std::string>>;

/// The first header of that name (ASCII case ignored), or "".
[[nodiscard]] std::string_view header(const Headers& headers, std::string_view name);

/// HTTP as plain values: what an adapter reads and writes. No socket, no library.
struct HttpRequest {
    std::string method;
    /// Received: the path below the channel ("", "/events"), percent-decoded. To be sent: the whole
    /// URL.
    std::string target;
    std::string query;  ///< without the question mark, still encoded; "" for requests to be sent
    Headers headers;
    std::string body;
    std::string path;  ///< received: the whole path as it came, still encoded; "" when to be sent
    std::string peer;  ///< address that it came from, "127.0.0.1"; "" for requests to be sent
};

struct HttpResponse {
    int status = 200;
    Headers headers;
    std::string body;
};

[[nodiscard]] HttpResponse plain_text(int status, std::string body);

}  // namespace jangkau
