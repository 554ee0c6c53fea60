// Digests, HMACs and what proves a sender, against the same done by hand with another interface of
// OpenSSL: accepted exactly where the reference accepts.
// Lines: key, path?query, header, then the body, which is a form.

#include "adapters/signature.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <map>
#include <memory>

#include "gateway/core/form.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/support.hpp"

using namespace jangkau;
using namespace jangkau::adapters;
using fuzz::expect;

namespace {

const char* name_of(Digest kind) {
    switch (kind) {
        case Digest::md5: return "MD5";
        case Digest::sha1: return "SHA1";
        case Digest::sha224: return "SHA224";
        case Digest::sha256: return "SHA256";
        case Digest::sha384: return "SHA384";
        case Digest::sha512: return "SHA512";
    }
    return "";
}

std::string reference_hmac(Digest kind, std::string_view key, std::string_view data) {
    unsigned char out[EVP_MAX_MD_SIZE];
    std::size_t size = 0;
    expect(EVP_Q_mac(nullptr, "HMAC", nullptr, name_of(kind), nullptr, key.data(), key.size(),
                     reinterpret_cast<const unsigned char*>(data.data()), data.size(), out,
                     sizeof out, &size) != nullptr,
           "OpenSSL's HMAC");
    return {reinterpret_cast<const char*>(out), size};
}
std::string reference_digest(Digest kind, std::string_view data) {
    unsigned char out[EVP_MAX_MD_SIZE];
    std::size_t size = 0;
    expect(EVP_Q_digest(nullptr, name_of(kind), nullptr, data.data(), data.size(), out, &size) == 1,
           "OpenSSL's digest");
    return {reinterpret_cast<const char*>(out), size};
}
std::string reference_base64(std::string_view bytes) {
    static constexpr char kLetters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        unsigned group = 0;
        for (std::size_t i = 0; i < 3; ++i)
            group = group << 8 |
                    (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i)
            out += at + i > bytes.size() ? '=' : kLetters[group >> (18 - 6 * i) & 63U];
    }
    return out;
}

/// Twilio's rule: the URL as it was called, then every field of the form, sorted by name.
std::string twilio_signature(const std::string& token, const std::string& url, const Form& form) {
    std::multimap<std::string, std::string> fields;
    for (const auto& [name, value] : form.fields()) fields.emplace(name, value);
    std::string text = url;
    for (const auto& [name, value] : fields) text += name + value;
    return reference_base64(reference_hmac(Digest::sha1, token, text));
}

void proves_twilio(std::string_view path, std::string_view given, const std::string& body) {
    const fuzz::Provider& who = fuzz::provider("twilio");
    HttpRequest request;
    request.method = "POST";
    request.path = "/sms/twilio";
    request.query = path;
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = body;
    const auto form = Form::parse(body);
    const auto query = Form::parse(path);
    std::map<std::string, int> names;
    bool twice = false;
    if (form)
        for (const auto& [name, value] : form->fields()) twice |= ++names[name] > 1;
    // What Twilio does of a field that stands twice, or beside a hash of the body, is not
    // documented.
    if (!form || twice || !query || query->get("bodySHA256")) return;
    const std::string url =
        who.settings.public_url + request.path + (request.query.empty() ? "" : "?") + request.query;
    const std::string right = twilio_signature(who.settings.auth_token.reveal(), url, *form);

    const auto forged = [&](std::string_view signature) {
        HttpRequest signed_one = request;
        signed_one.headers.emplace_back("X-Twilio-Signature", signature);
        return who.adapter->forged(signed_one, Time{}).has_value();
    };
    expect(!forged(right), "a right signature is accepted");
    expect(forged(given) == (given != right), "and no other");
    std::string flipped = right;
    flipped[given.size() % (right.size() - 1)] ^= 1;
    expect(forged(flipped), "nor one with a wrong bit");
    expect(who.adapter->forged(request, Time{}).has_value(), "nor none");
}

}  // namespace

FUZZ_TARGET(signatures) {
    fuzz::Choices lines(input);
    const std::string key(lines.line());
    const std::string path(lines.line());
    const std::string given(lines.line());
    const std::string body(lines.rest());

    for (const Digest kind : {Digest::md5, Digest::sha1, Digest::sha224, Digest::sha256,
                              Digest::sha384, Digest::sha512}) {
        expect(digest(kind, body) == reference_digest(kind, body), "a digest");
        expect(hmac(kind, Secret(key), body) == reference_hmac(kind, key, body), "an HMAC");
    }
    expect(base64(body) == reference_base64(body), "base64");
    expect(same_bytes(key, given) == (key == given), "the same bytes");

    HttpRequest request;
    request.headers = {{"Authorization", given}};
    expect(has_basic_credentials(request, path, Secret(key)) ==
               (given == "Basic " + reference_base64(path + ":" + key)),
           "a user and his password");
    request.headers = {{"authorization", "Basic " + reference_base64(path + ":" + key)}};
    expect(has_basic_credentials(request, path, Secret(key)), "whatever the header's case");
    proves_twilio(path, given, body);
}
