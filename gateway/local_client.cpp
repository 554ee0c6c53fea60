#include "gateway/local_client.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "gateway/core/form.hpp"

namespace jangkau::gateway {
namespace {

constexpr std::string_view kScheme = "simulator:";

}  // namespace

LocalClient::LocalClient(std::unique_ptr<HttpClient> outside) : outside_(std::move(outside)) {}

void LocalClient::send(HttpRequest request, std::chrono::milliseconds deadline, Done done) {
    if (!request.target.starts_with(kScheme)) {
        outside_->send(std::move(request), deadline, std::move(done));
        return;
    }
    const auto form = Form::parse(request.body);
    const auto key = form ? form->get("key") : std::nullopt;
    HttpResponse response;
    response.body = key.value_or("");
    done(std::move(response));
}

}  // namespace jangkau::gateway
