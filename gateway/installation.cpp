#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <future>
#include <ostream>
#include <stdexcept>

#include "gateway/app.hpp"
#include "gateway/control.hpp"
#include "gateway/control_audit.hpp"
#include "gateway/core/form.hpp"
#include "gateway/http_client.hpp"
#include "gateway/operator.hpp"
#include "gateway/progress.hpp"
#include "gateway/user_name.hpp"

namespace jangkau::gateway {
namespace {

/// A little longer than the gateway gives itself.
constexpr std::chrono::minutes kAnswerMax{6};

HttpResponse answered_by(sessions::Store& store, const Config& config, const HttpRequest& request) {
    HttpResponse response;
    SystemRandom random;
    HttpRequest own = request;
    own.peer = "unix:" + user_name(::geteuid());
    store.run([&](sessions::Unit& unit) {
        response = control(unit, *config.service, random, SystemClock().now(), own);
    });
    return response;
}

/// Only for the words of a failure: who really owns the folder, the store finds out by itself.
bool owned_by_another(const std::string& folder) {
    const int fd = ::open((folder + "/jangkau.lock").c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    const bool owned = ::flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ::close(fd);
    return owned;
}

std::unique_ptr<sessions::Store> opened_store(const Config& config, const std::string& silence) {
    try {
        return open_store(config);
    } catch (const std::runtime_error&) {
        if (!owned_by_another(config.data)) throw;
        throw std::runtime_error("another jangkau process owns " + config.data +
                                 ", but its socket " + control_socket(config) +
                                 " does not answer (" + silence +
                                 "); it may be starting, stopping or another command: try again "
                                 "in a moment");
    }
}

/// `silence`: why the socket did not answer.
HttpResponse answered_here(const OperatorContext& context, const HttpRequest& request,
                           const std::string& silence) {
    const Config& config = context.config;
    if (config.store.kind == "memory") {
        throw std::runtime_error("store.kind is memory, which no other process can look into");
    }
    std::error_code ignored;
    if (std::filesystem::exists(config.data + "/jangkau.db", ignored)) {
        return answered_by(*opened_store(config, silence), config, request);
    }
    if (request.method == "GET") {
        throw std::runtime_error("there is no store in " + config.data +
                                 " yet; name the right folder with --data, or start the gateway");
    }
    // A trial leaves no trace.
    if (request.query != "apply=1") {
        return answered_by(*sessions::make_memory_store(), config, request);
    }
    HttpResponse response = answered_by(*opened_store(config, silence), config, request);
    context.err << "note: " << config.data << " had no store; there is a new one now\n";
    return response;
}

/// As the running gateway answers the same request.
HttpResponse copied_here(const OperatorContext& context, const std::string& file,
                         const std::string& silence) {
    const Config& config = context.config;
    std::error_code ignored;
    if (config.store.kind == "memory" ||
        !std::filesystem::exists(config.data + "/jangkau.db", ignored))
        throw std::runtime_error("there is no database in " + config.data + " to copy");
    const auto store = opened_store(config, silence);
    store->run([&](sessions::Unit& unit) { audit_copy(unit, operator_here(), file); });
    std::promise<void> copied;
    store->copy_to(file, [&](const std::exception_ptr& failed) {
        failed ? copied.set_exception(failed) : copied.set_value();
    });
    copied.get_future().get();
    return {200, {}, ""};
}

/// Asks the running gateway; nothing, with the reason, where none answers.
std::optional<HttpResponse> answered_there(const OperatorContext& context,
                                           const HttpRequest& request, std::string& silence) {
    const std::string socket = control_socket(context.config);
    std::error_code ignored;
    silence = "it is not there";
    if (!std::filesystem::exists(socket, ignored)) return std::nullopt;
    HttpRequest sent = request;
    sent.target = "http://gateway" + request.target;
    if (!request.query.empty()) sent.target += "?" + request.query;
    sent.query.clear();
    const auto where = context.terminal ? Progress::Where::terminal : Progress::Where::elsewhere;
    Progress progress(context.err, where, "sending", sent.body.size());
    auto answer =
        fetch(sent, kAnswerMax, socket, [&](double fraction) { progress.update(fraction); });
    if (answer) return *std::move(answer);
    silence = answer.error().detail;
    if (answer.error().fault == TransportFault::not_sent) return std::nullopt;
    throw std::runtime_error("the gateway broke off (" + silence +
                             "), and may have done it; ask again: what is done already counts as "
                             "the same");
}

}  // namespace

std::string operator_here() { return "operator " + user_name(::geteuid()); }

HttpResponse ask_installation(const OperatorContext& context, const HttpRequest& request) {
    std::string silence;
    if (auto answer = answered_there(context, request, silence)) return *std::move(answer);
    return answered_here(context, request, silence);
}

void copy_installation(const OperatorContext& context, const std::string& file) {
    Form form;
    form.add("file", file);
    std::string silence;
    const HttpRequest request{.method = "POST", .target = "/copy", .query = form.encode()};
    auto answer = answered_there(context, request, silence);
    if (!answer) answer = copied_here(context, file, silence);
    if (answer->status != 200) throw std::runtime_error(answer->body);
}

}  // namespace jangkau::gateway
