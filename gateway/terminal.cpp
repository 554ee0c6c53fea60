#include "gateway/terminal.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdlib>
#include <istream>
#include <ostream>
#include <stdexcept>
#include <vector>

#include "adapters/registry.hpp"
#include "gateway/core/problem.hpp"
#include "gateway/core/text.hpp"
#include "gateway/phone.hpp"
#include "gateway/phone_display.hpp"

namespace jangkau::gateway {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kHelp =
    "  /redial [CODE]  dial again, or another code\n"
    "  /hangup         leave the dialogue\n"
    "  /as NUMBER      take another phone\n"
    "  /sms TEXT       send an SMS\n"
    "  /inbox          show new SMS\n"
    "  /quit           put the phone away\n"
    "Everything else is typed into the dialogue.\n";

/// One run of `jangkau dial`.
class Dialling {
public:
    Dialling(const DialOptions& options, Line& line, std::istream& in, std::ostream& out)
        : options_(options),
          line_(line),
          trunks_(trunks_of(options.phone.trunk)),
          in_(in),
          display_(options, out),
          code_(options.code) {
        take_phone(options.phone.from);
    }

    int run() {
        for (const std::string& note : trunks_.notes) display_.say(note + ".");
        if (!code_.empty()) attempt([this] { dial(); });
        if (code_.empty()) display_.say("Type a code such as *123#, or /help.");
        std::string typed;
        for (;;) {
            display_.prompt();
            if (!std::getline(in_, typed)) break;
            typed = std::string(trim(typed));
            display_.typed(typed);
            if (typed == "/quit") return code();
            attempt([&] { obey(typed); });
        }
        display_.new_line();
        return code();
    }

private:
    [[nodiscard]] int code() const { return answered_ ? 0 : 1; }

    template <class Act>
    void attempt(Act act) {
        try {
            act();
            answered_ = true;
        } catch (const std::runtime_error& e) {
            display_.wrong(e.what());
            answered_ = false;
        }
    }

    void obey(const std::string& typed) {
        const std::size_t blank = std::min(typed.find(' '), typed.size());
        const std::string command = typed.substr(0, blank);
        const std::string rest(trim(std::string_view(typed).substr(blank)));
        if (!typed.starts_with('/')) return type(typed);
        if (command == "/redial") return redial(rest);
        if (command == "/hangup") return hang_up();
        if (command == "/as") return take_phone(rest);
        if (command == "/sms") return send(rest);
        if (command == "/inbox") return show_inbox();
        if (command == "/help") return display_.say(trim(kHelp));
        throw std::runtime_error("there is no command " + command + "; /help lists them");
    }

    void type(const std::string& text) {
        if (phone_->talking()) return show(phone_->type(text));
        if (text.starts_with('*') && text.ends_with('#')) return redial(text);
        if (text.empty()) return;
        throw std::runtime_error("No dialogue is open. Type a code such as *123#, or /help.");
    }
    void redial(const std::string& code) {
        if (!code.empty()) code_ = code;
        if (code_.empty()) throw std::runtime_error("No code was dialled yet: /redial CODE");
        phone_->hang_up();
        dial();
    }
    void dial() { show(phone_->dial(code_)); }
    void hang_up() {
        if (!phone_->talking()) return display_.say("No dialogue is open.");
        phone_->hang_up();
        display_.say("You hung up. /redial dials " + code_ + " again.");
    }
    void take_phone(const std::string& number) {
        auto phone = std::make_unique<Phone>(line_, trunks_, phone_number(number), ids_);
        if (phone_) phone_->hang_up();
        phone_ = std::move(phone);
        try_inbox([this] { phone_->forget_sms(); });
        display_.say("This is " + phone_->from() + ".");
    }
    void send(const std::string& text) {
        if (text.empty()) throw std::runtime_error("An SMS has a text: /sms TEXT");
        phone_->sms(options_.phone.short_code, text);
        display_.say("Sent to " + options_.phone.short_code + ".");
        show_new_sms();
    }
    void show(const adapters::PhoneScreen& screen) {
        display_.screen(*phone_, screen);
        show_new_sms();
        if (screen.end) {
            display_.say("The dialogue has ended. /redial dials " + code_ + " again.");
        }
    }
    void show_inbox() {
        const auto messages = phone_->new_sms(milliseconds(0));
        inbox_works_ = true;
        for (const auto& sms : messages) display_.sms(sms);
        if (messages.empty()) display_.say("No new SMS.");
    }
    void show_new_sms() {
        try_inbox([this] {
            for (const auto& sms : phone_->new_sms(milliseconds(0))) display_.sms(sms);
        });
    }
    /// An application without an inbox can be dialled all the same; /inbox tells why nothing is
    /// shown.
    template <class Act>
    void try_inbox(Act act) {
        if (!inbox_works_) return;
        try {
            act();
        } catch (const std::runtime_error&) {
            inbox_works_ = false;
        }
    }

    const DialOptions& options_;
    Line& line_;
    const Trunks trunks_;
    std::istream& in_;
    Display display_;
    Ids ids_;
    std::string code_;
    std::unique_ptr<Phone> phone_;
    bool answered_ = true;
    bool inbox_works_ = true;
};

std::unique_ptr<Line> connected(const PhoneOptions& phone) {
    LineOptions line = phone.line;
    line.inbox_secret = trunks_of(phone.trunk).inbox_secret;
    return make_http_line(line);
}

std::string as_json(const SmsOptions& options, const std::string& from,
                    const std::vector<InboxSms>& answers) {
    boost::json::array list;
    for (const auto& sms : answers) {
        list.push_back(boost::json::object{{"id", sms.id}, {"text", clean_utf8(sms.text)}});
    }
    return boost::json::serialize(boost::json::object{{"from", from},
                                                      {"to", options.phone.short_code},
                                                      {"text", options.text},
                                                      {"answers", std::move(list)}});
}

std::string seconds(milliseconds time) {
    const auto tenths = time.count() / 100;
    const std::string whole = std::to_string(tenths / 10);
    return (tenths % 10 == 0 ? whole : whole + "." + std::to_string(tenths % 10)) + " s";
}

}  // namespace

bool wants_colour(int fd) {
    const char* refused = std::getenv("NO_COLOR");
    const char* term = std::getenv("TERM");
    if (refused != nullptr && *refused != '\0') return false;
    return ::isatty(fd) == 1 && term != nullptr && std::string_view(term) != "dumb";
}

int run_dial(const DialOptions& options, Line& line, std::istream& in, std::ostream& out) {
    try {
        return Dialling(options, line, in, out).run();
    } catch (const std::runtime_error& e) {
        out << e.what() << "\n";
        return 2;
    }
}

int run_dial(const DialOptions& options, std::istream& in, std::ostream& out) {
    try {
        const auto line = connected(options.phone);
        return run_dial(options, *line, in, out);
    } catch (const std::runtime_error& e) {
        out << e.what() << "\n";
        return 2;
    }
}

int run_sms(const SmsOptions& options, Line& line, std::ostream& out, std::ostream& err) {
    try {
        const auto& phone = options.phone;
        const Trunks trunks = trunks_of(phone.trunk);
        Ids ids;
        for (const std::string& note : trunks.notes)
            if (note.find("SMS") != note.npos) err << note << "\n";
        Phone sender(line, trunks, phone_number(phone.from), ids);
        sender.forget_sms();
        sender.sms(phone.short_code, options.text);
        const auto answers = sender.new_sms(options.wait);
        if (options.json) out << as_json(options, sender.from(), answers) << "\n";
        for (const auto& sms : answers) {
            if (!options.json) out << clean_utf8(sms.text) << "\n";
        }
        if (!answers.empty()) return 0;
        err << "no answer came to " << sender.from() << " within " << seconds(options.wait)
            << "; only what leaves through simulator can be read here\n";
        return 1;
    } catch (const std::runtime_error& e) {
        err << e.what() << "\n";
        return 2;
    }
}

int run_sms(const SmsOptions& options, std::ostream& out, std::ostream& err) {
    try {
        const auto line = connected(options.phone);
        return run_sms(options, *line, out, err);
    } catch (const std::runtime_error& e) {
        err << e.what() << "\n";
        return 2;
    }
}

}  // namespace jangkau::gateway
