#include "gateway/tls.hpp"

#include <openssl/ssl.h>

#include <boost/asio/ssl/context.hpp>
#include <stdexcept>
#include <string>

namespace jangkau::gateway {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

void require(const error_code& ec, const char* what, const std::string& file) {
    if (ec)
        throw std::runtime_error("tls: cannot use the " + std::string(what) + " '" + file +
                                 "': " + ec.message());
}

}  // namespace

std::shared_ptr<ssl::context> tls_context(const TlsFiles& files) {
    if (files.certificate.empty()) return nullptr;
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    SSL_CTX* const native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
    // Idle connections keep no buffers.
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);

    error_code ec;
    context->use_certificate_chain_file(files.certificate, ec);
    require(ec, "certificate", files.certificate);
    context->use_private_key_file(files.key, ssl::context::pem, ec);
    require(ec, "key", files.key);
    if (SSL_CTX_check_private_key(native) != 1)
        throw std::runtime_error("tls: the key '" + files.key + "' is not that of '" +
                                 files.certificate + "'");
    if (files.client_ca.empty()) return context;
    // A session that is taken up again would need an id context to be verified again.
    SSL_CTX_set_options(native, SSL_OP_NO_TICKET);
    context->load_verify_file(files.client_ca, ec);
    require(ec, "client_ca", files.client_ca);
    context->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert);
    return context;
}

std::string why_no_tls(const TlsFiles& files) {
    try {
        (void)tls_context(files);
        return "";
    } catch (const std::runtime_error& why) {
        return why.what();
    }
}

}  // namespace jangkau::gateway
