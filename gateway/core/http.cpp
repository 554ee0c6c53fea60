#include "gateway/core/http.hpp"

#include "gateway/core/text.hpp"

namespace jangkau {

std::string_view header(const Headers& headers, std::string_view name) {
    const std::string wanted = lower_ascii(name);
    for (const auto& [key, value] : headers) {
        if (lower_ascii(key) == wanted) return value;
    }
    return "";
}

HttpResponse plain_text(int status, std::string body) {
    return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(body)};
}

}  // namespace jangkau
