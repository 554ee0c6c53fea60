#pragma once

#include <curl/curl.h>

#include <chrono>
#include <string>
#include <string_view>

#include "gateway/http_client.hpp"

// The HTTP client's inside: only curl_client.cpp and curl_exchange.cpp include this.
namespace jangkau::gateway {

/// One exchange: an easy handle and everything that it points to.
class Exchange {
public:
    Exchange(HttpRequest request, const ClientOptions& options, std::chrono::milliseconds deadline);
    ~Exchange();
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    [[nodiscard]] CURL* handle() const { return easy_; }
    /// Not "" when the request cannot be sent at all.
    [[nodiscard]] const std::string& refusal() const { return refusal_; }
    [[nodiscard]] Result<HttpResponse, TransportError> outcome(CURLcode code);
    /// For an exchange that is given up.
    [[nodiscard]] TransportError failure(std::string detail) const;

private:
    template <class Value>
    void set(CURLoption option, Value value) {
        if (::curl_easy_setopt(easy_, option, value) != CURLE_OK && refusal_.empty()) {
            refusal_ = "libcurl refuses option " + std::to_string(static_cast<int>(option));
        }
    }
    void set_method();
    void set_headers();
    void set_limits(const ClientOptions& options, std::chrono::milliseconds deadline);
    static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self);
    static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
    void take_header(std::string_view line);

    const HttpRequest request_;
    const std::size_t answer_bytes_max_;
    const std::size_t header_bytes_max_;
    CURL* const easy_;
    curl_slist* headers_ = nullptr;
    std::string refusal_;
    HttpResponse response_;
    std::size_t header_bytes_ = 0;
    bool too_long_ = false;
    char error_[CURL_ERROR_SIZE] = "";
};

}  // namespace jangkau::gateway
