#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/line.hpp"

namespace jangkau::gateway {

/// Names dialogues and messages. A gateway remembers them, so two runs against the same one need
/// different prefixes.
class Ids {
public:
    /// A random prefix, different in every run.
    Ids();
    explicit Ids(std::string prefix) : prefix_(std::move(prefix)) {}
    /// "PREFIX-1", "PREFIX-2", ...
    [[nodiscard]] std::string next() { return prefix_ + "-" + std::to_string(++count_); }
    /// A number that belongs to nobody: +62800 is toll-free, and no mobile begins so.
    [[nodiscard]] std::string new_number();

private:
    std::string prefix_;
    std::uint64_t count_ = 0;
};

/// "081234500001" -> "+6281234500001". Throws std::runtime_error with a sentence.
[[nodiscard]] std::string phone_number(std::string_view written);

/// A feature phone: one USSD dialogue at a time, and SMS.
///
/// What goes wrong throws std::runtime_error with a sentence for the person who holds it.
/// Threading: one thread.
/// Ownership: borrows everything that it is made of.
class Phone {
public:
    using Screen = adapters::PhoneScreen;
    struct Repeated {
        Screen screen;
        bool same = false;  ///< byte for byte what the first answer was
    };

    /// `from` in E.164. What lies in the inbox already is not new; see forget_sms().
    Phone(Line& line, const Trunks& trunks, std::string from, Ids& ids);

    /// Begins a dialogue. One that goes on is lost without a notice, as networks lose them.
    Screen dial(std::string code);
    Screen type(std::string text);
    /// The last request once more, as a provider does that has not seen the answer.
    Repeated repeat();
    /// Tells the gateway where the provider would. Nothing happens without a dialogue.
    void hang_up();
    void sms(const std::string& to, const std::string& text);
    /// SMS that have not been returned before, oldest first; waits for the first.
    [[nodiscard]] std::vector<InboxSms> new_sms(std::chrono::milliseconds wait);
    /// What has come so far counts as read.
    void forget_sms();

    [[nodiscard]] const std::string& from() const { return hop_.from; }
    [[nodiscard]] const std::string& code() const { return hop_.code; }
    /// A dialogue is going on.
    [[nodiscard]] bool talking() const { return talking_; }
    /// Number of the screen in its dialogue, from 1.
    [[nodiscard]] std::size_t step() const { return hop_.inputs.size() + 1; }
    /// How long the last screen took.
    [[nodiscard]] std::chrono::milliseconds took() const { return took_; }

private:
    void pause_before_the_same();
    Screen ask();
    HttpResponse send(HttpRequest request);
    [[nodiscard]] Screen read(const HttpResponse& response) const;

    Line& line_;
    const Trunks& trunks_;
    Ids& ids_;
    adapters::Hop hop_;
    bool talking_ = false;
    HttpRequest last_request_;
    HttpResponse last_response_;
    Screen last_screen_;
    std::chrono::milliseconds took_{0};
    std::int64_t read_up_to_ = 0;
};

}  // namespace jangkau::gateway
