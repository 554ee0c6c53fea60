#include "adapters/signature.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "gateway/core/check.hpp"

namespace jangkau::adapters {
namespace {

const EVP_MD* algorithm(Digest kind) {
    switch (kind) {
        case Digest::md5: return EVP_md5();
        case Digest::sha1: return EVP_sha1();
        case Digest::sha224: return EVP_sha224();
        case Digest::sha256: return EVP_sha256();
        case Digest::sha384: return EVP_sha384();
        case Digest::sha512: return EVP_sha512();
    }
    return EVP_sha256();
}

const unsigned char* octets(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string text_of(const unsigned char* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

std::string digest(Digest kind, std::string_view data) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned size = 0;
    check(EVP_Digest(data.data(), data.size(), out.data(), &size, algorithm(kind), nullptr) == 1,
          "OpenSSL refuses a digest");
    return text_of(out.data(), size);
}

std::string hmac(Digest kind, const Secret& key, std::string_view data) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
    unsigned size = 0;
    const std::string& secret = key.reveal();
    check(HMAC(algorithm(kind), secret.data(), static_cast<int>(secret.size()), octets(data),
               data.size(), out.data(), &size) != nullptr,
          "OpenSSL refuses an HMAC");
    return text_of(out.data(), size);
}

std::string base64(std::string_view bytes) {
    std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), octets(bytes),
                                     static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::string out(text.size() / 4 * 3 + 1, '\0');
    const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), octets(text),
                                     static_cast<int>(text.size()));
    if (size < 0) return std::nullopt;
    std::size_t padding = 0;  // EVP_DecodeBlock counts it as zero bytes
    while (padding < 2 && text.size() > padding && text[text.size() - 1 - padding] == '=')
        ++padding;
    out.resize(static_cast<std::size_t>(size) - padding);
    // It overlooks blanks at the ends, "=" anywhere and bits that belong to no byte.
    if (base64(out) != text) return std::nullopt;
    return out;
}

std::string basic_credentials(std::string_view user, const Secret& password) {
    return "Basic " + base64(std::string(user) + ":" + password.reveal());
}

bool has_basic_credentials(const HttpRequest& request, std::string_view user,
                           const Secret& password) {
    return same_bytes(header(request.headers, "Authorization"), basic_credentials(user, password));
}

}  // namespace jangkau::adapters
