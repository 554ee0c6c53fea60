#include "gateway/curl_exchange.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "gateway/core/text.hpp"

namespace jangkau::gateway {

using std::chrono::milliseconds;

Exchange::Exchange(HttpRequest request, const ClientOptions& options, milliseconds deadline)
    : request_(std::move(request)),
      answer_bytes_max_(options.answer_bytes_max),
      header_bytes_max_(options.header_bytes_max),
      easy_(::curl_easy_init()) {
    if (!easy_) throw std::runtime_error("libcurl has no memory for a handle");
    set(CURLOPT_URL, request_.target.c_str());
    set_method();
    set_headers();
    set_limits(options, deadline);
    set(CURLOPT_ERRORBUFFER, error_);
    set(CURLOPT_PRIVATE, this);
    set(CURLOPT_WRITEFUNCTION, &Exchange::on_body);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_HEADERFUNCTION, &Exchange::on_header);
    set(CURLOPT_HEADERDATA, this);
}

Exchange::~Exchange() {
    ::curl_easy_cleanup(easy_);
    ::curl_slist_free_all(headers_);
}

void Exchange::set_method() {
    if (request_.method == "GET" && request_.body.empty()) {
        set(CURLOPT_HTTPGET, 1L);
        return;
    }
    if (request_.method == "HEAD") {
        set(CURLOPT_NOBODY, 1L);
        return;
    }
    if (request_.method == "POST" || !request_.body.empty()) {
        set(CURLOPT_POST, 1L);
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
        set(CURLOPT_POSTFIELDS, request_.body.data());
    }
    if (request_.method != "POST") set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

void Exchange::set_headers() {
    const auto add = [this](const std::string& line) {
        curl_slist* longer = ::curl_slist_append(headers_, line.c_str());
        if (longer) headers_ = longer;
        if (!longer) refusal_ = "libcurl has no memory for a header";
    };
    add("Expect:");  // no "100-continue": some providers answer it with 417, and it costs a round
                     // trip
    if (header(request_.headers, "Content-Type").empty()) add("Content-Type:");
    for (const auto& [name, value] : request_.headers) {
        // libcurl sends a line break as it is, and what follows would be a header of its own.
        if ((name + value).find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
            refusal_ = "header " + clean_utf8(name) + " has a line break";
            return;
        }
        add(value.empty() ? name + ";" : name + ": " + value);
    }
    set(CURLOPT_HTTPHEADER, headers_);
}

void Exchange::set_limits(const ClientOptions& options, milliseconds deadline) {
    // A request on a used connection that dies is sent again by libcurl itself, a POST too, and
    // success is reported.
    set(CURLOPT_FRESH_CONNECT, 1L);
    set(CURLOPT_FORBID_REUSE, 1L);
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<milliseconds::rep>(deadline.count(), 1)));
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_ms_max.count()));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_PROXY, "");  // not from the environment
    set(CURLOPT_USERAGENT, "jangkau");
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!options.ca_file.empty()) set(CURLOPT_CAINFO, options.ca_file.c_str());
}

std::size_t Exchange::on_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto* exchange = static_cast<Exchange*>(self);
    const std::size_t bytes = size * count;
    std::string& body = exchange->response_.body;
    if (bytes > exchange->answer_bytes_max_ - body.size()) {
        exchange->too_long_ = true;
        return 0;
    }
    body.append(data, bytes);
    return bytes;
}

std::size_t Exchange::on_header(char* data, std::size_t size, std::size_t count, void* self) {
    auto* exchange = static_cast<Exchange*>(self);
    const std::size_t bytes = size * count;
    exchange->header_bytes_ += bytes;
    if (exchange->header_bytes_ > exchange->header_bytes_max_) {
        exchange->too_long_ = true;
        return 0;
    }
    exchange->take_header(std::string_view(data, bytes));
    return bytes;
}

void Exchange::take_header(std::string_view line) {
    if (line.starts_with("HTTP/")) {
        response_.headers.clear();  // of an interim answer ("100 Continue")
        return;
    }
    const std::size_t colon = line.find(':');
    if (colon == line.npos) return;
    response_.headers.emplace_back(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
}

Result<HttpResponse, TransportError> Exchange::outcome(CURLcode code) {
    if (code == CURLE_OK) {
        long status = 0;
        ::curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
        response_.status = static_cast<int>(status);
        return std::move(response_);
    }
    if (too_long_) return failure("the answer is longer than allowed");
    return failure(error_[0] ? error_ : ::curl_easy_strerror(code));
}

TransportError Exchange::failure(std::string detail) const {
    // Counts bytes of the request that were handed to the connection, TLS already done: the one
    // thing to go by, since a time-out, for instance, can come at any stage.
    long sent = 0;
    ::curl_easy_getinfo(easy_, CURLINFO_REQUEST_SIZE, &sent);
    return {sent == 0 ? TransportFault::not_sent : TransportFault::in_doubt, std::move(detail)};
}

}  // namespace jangkau::gateway
