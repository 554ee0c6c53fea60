#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "gateway/core/form.hpp"
#include "gateway/line.hpp"

namespace jangkau::gateway {

inline const std::string kWorker = "+6281234500001";
inline const std::string kAgent = "+6281234500002";
inline const std::string kTicket = "4821736";

/// "12 ms" becomes "N ms", as it would stand in a recorded text.
inline std::string without_times(std::string text) {
    for (std::size_t at = 0; (at = text.find(" ms", at)) != text.npos; ++at) {
        const std::size_t before = text.find_last_not_of("0123456789", at - 1) + 1;
        text.replace(before, at - before, "N");
        at = before + 1;
    }
    return text;
}

/// A small registration service in Africa's Talking's format: 1 asks for a name and ends with a
/// ticket, of which the agent hears by SMS; 0 ends at once. Every SMS is answered.
class FakeLine final : public Line {
public:
    HttpResponse exchange(const Trunk& trunk, adapters::Endpoint endpoint,
                          HttpRequest request) override {
        channel = trunk.channel.channel;
        if (down) throw std::runtime_error("no gateway answers at http://fake");
        const auto form = Form::parse(request.body);
        const auto field = [&](std::string_view name) {
            return std::string(form->get(name).value_or(""));
        };
        requests.push_back(std::move(request));
        if (status != 200) return plain_text(status, "Too bad");
        if (endpoint == adapters::Endpoint::sms) return answer_sms(field("from"), field("text"));
        if (requests.back().target == "/events") return plain_text(200, "OK");
        return plain_text(200, screen(field("phoneNumber"), field("text")));
    }

    std::vector<InboxSms> inbox(const std::string& to, std::int64_t after,
                                std::chrono::milliseconds) override {
        if (!has_inbox) throw std::runtime_error("the gateway at http://fake has no inbox");
        std::vector<InboxSms> found;
        for (const auto& message : messages) {
            if (message.id > after && (to.empty() || message.to == to)) found.push_back(message);
        }
        return found;
    }

    bool advance(std::chrono::seconds time) override {
        if (movable) moved += time;
        return movable;
    }

    void deliver(const std::string& to, const std::string& text) {
        messages.push_back(
            {.id = static_cast<std::int64_t>(messages.size()) + 1, .to = to, .text = text});
    }

    std::string channel;  ///< that the last request came through
    std::vector<HttpRequest> requests;
    std::vector<InboxSms> messages;
    std::chrono::seconds moved{0};
    std::string welcome = "Makassar Berjasa\n1 Daftar\n0 Keluar";
    bool down = false;
    bool has_inbox = true;
    bool movable = true;
    bool silent = false;     ///< SMS get no answer
    bool forgetful = false;  ///< a repeated request gets another answer
    int status = 200;

private:
    std::string screen(const std::string& from, const std::string& text) {
        if (forgetful) return "CON Screen " + std::to_string(requests.size());
        if (text.empty()) return "CON " + welcome;
        if (text == "0") return "END Terima kasih.";
        if (text == "1") return "CON Nama?";
        if (!text.starts_with("1*")) return "CON Salah pilih.\n" + welcome;
        const std::string name = text.substr(2);
        if (!std::exchange(registered_, true)) {
            deliver(from, "Tiket " + kTicket + " diterima.");
            deliver(kAgent,
                    "Tiket " + kTicket + ": " + name + ", 081234500001. Balas YA " + kTicket);
        }
        return "END Terkirim. Tiket " + kTicket + ".\n" + name + ", tunggu SMS.";
    }

    HttpResponse answer_sms(const std::string& from, const std::string& text) {
        if (!silent) deliver(from, "Anda menulis: " + text);
        return plain_text(200, "OK");
    }

    bool registered_ = false;
};

}  // namespace jangkau::gateway
