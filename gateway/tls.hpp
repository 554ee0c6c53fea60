#pragma once

#include <memory>

#include "gateway/server.hpp"

namespace boost::asio::ssl {
class context;
}

namespace jangkau::gateway {

/// TLS 1.2 or newer with these files; null where there are none. Throws std::runtime_error with a
/// sentence naming the file.
[[nodiscard]] std::shared_ptr<boost::asio::ssl::context> tls_context(const TlsFiles& files);
/// That sentence, or "" where the files can be used.
[[nodiscard]] std::string why_no_tls(const TlsFiles& files);

}  // namespace jangkau::gateway
