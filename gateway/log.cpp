#include "gateway/log.hpp"

#include <pthread.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <ctime>
#include <memory>
#include <mutex>

#include "gateway/core/utf8.hpp"

namespace jangkau::gateway::log {
namespace {

constexpr std::size_t kQueueLinesMax = 8192;
constexpr std::size_t kSecretDigits = 16;  // of a NIK, and of a bank card
constexpr std::size_t kNumberDigitsMin = 10;
constexpr char32_t kReplacement = 0xFFFD;  // for bytes that are no UTF-8

/// The pool before the logger: queued lines hold the logger, which finds the pool through a weak
/// pointer.
struct Output {
    std::shared_ptr<spdlog::details::thread_pool> pool;
    std::shared_ptr<spdlog::async_logger> logger;
};

std::mutex output_mutex;
Output output;                     // Guarded by output_mutex.
unsigned long dropped_before = 0;  // Guarded by output_mutex.
std::atomic<Level> level_min{Level::info};
std::atomic<Format> format_now{Format::text};

const char* name_of(Level level) {
    switch (level) {
        case Level::debug: return "debug";
        case Level::info: return "info";
        case Level::warning: return "warning";
        case Level::error: return "error";
    }
    return "?";
}

spdlog::level::level_enum spd_level(Level level) {
    switch (level) {
        case Level::debug: return spdlog::level::debug;
        case Level::info: return spdlog::level::info;
        case Level::warning: return spdlog::level::warn;
        case Level::error: return spdlog::level::err;
    }
    return spdlog::level::info;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Digits from `at` on, also as people group them: "7371 0105 0380 0003".
struct DigitRun {
    std::size_t end;     ///< behind its last digit
    std::size_t digits;  ///< without what stands between them
};
DigitRun digits_at(std::string_view text, std::size_t at) {
    DigitRun run{at, 0};
    for (; at < text.size() && is_digit(text[at]); ++at) {
        run.end = at + 1;
        ++run.digits;
        const bool grouped = at + 2 < text.size() && is_digit(text[at + 2]);
        if (grouped && std::string_view(" .-").find(text[at + 1]) != std::string_view::npos) ++at;
    }
    return run;
}

/// All but the last four digits.
void append_hidden(std::string& out, std::string_view run, std::size_t digits) {
    for (const char c : run) out += is_digit(c) && digits-- > 4 ? '*' : c;
}

/// What no field should contain, but one day will: whole NIKs and whole telephone numbers.
std::string masked(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const DigitRun grouped = digits_at(text, at);
        if (grouped.digits >= kSecretDigits) {
            append_hidden(out, text.substr(at, grouped.end - at), grouped.digits);
            at = grouped.end;
            continue;
        }
        std::size_t end = at;
        while (end < text.size() && is_digit(text[end])) ++end;
        const std::string_view run = text.substr(at, end - at);
        if (run.empty()) {
            out += text[at++];
            continue;
        }
        if (run.size() >= kNumberDigitsMin && at > 0 && text[at - 1] == '+') {
            out.pop_back();
            out += Msisdn::from_digits(std::string(run)).masked();
        } else {
            out += run;
        }
        at = end;
    }
    return out;
}

void append_code(std::string& out, char32_t c) {
    static constexpr char kHex[] = "0123456789abcdef";
    out += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) out += kHex[(c >> shift) & 0xF];
}

void append_escaped(std::string& out, std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const Utf8Char next = next_utf8(text.substr(at));
        const char32_t c = next.valid ? next.code : kReplacement;
        if (c == '"' || c == '\\') {
            out += '\\';
            out += static_cast<char>(c);
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\r') {
            out += "\\r";
        } else if (c == '\t') {
            out += "\\t";
        } else if (!next.valid || is_obeyed(c)) {
            append_code(out, c);
        } else {
            out += text.substr(at, next.bytes);
        }
        at += next.bytes;
    }
}

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    append_escaped(out, text);
    out += '"';
}

bool is_plain(std::string_view text) {
    if (text.empty()) return false;
    for (const char c : text) {
        if (c <= ' ' || c > '~' || c == '"' || c == '\\' || c == '=') return false;
    }
    return true;
}

void append_word(std::string& out, std::string_view text) {
    if (is_plain(text)) {
        out += text;
    } else {
        append_quoted(out, text);
    }
}

std::string now_text() {
    const auto now = std::chrono::system_clock::now();
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
    const auto ms = std::chrono::floor<std::chrono::milliseconds>(now - seconds).count();
    const std::time_t time = std::chrono::system_clock::to_time_t(seconds);
    std::tm utc{};
    ::gmtime_r(&time, &utc);
    char text[32];
    const std::size_t size = std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
    const std::string fraction = std::to_string(1000 + ms).substr(1);
    return std::string(text, size) + "." + fraction + "Z";
}

/// Signals belong to the io thread.
void block_signals() {
    sigset_t all;
    sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

std::string format_line(Format format, Level level, std::string_view time, std::string_view event,
                        std::initializer_list<Field> fields) {
    std::string out;
    if (format == Format::text) {
        out.append(time).append(" ").append(name_of(level)).append(" ");
        append_word(out, masked(event));
        for (const Field& field : fields) {
            out += ' ';
            append_word(out, field.key);
            out += '=';
            append_word(out, masked(field.value));
        }
        return out;
    }
    out += "{\"ts\":";
    append_quoted(out, time);
    out += ",\"level\":";
    append_quoted(out, name_of(level));
    out += ",\"event\":";
    append_quoted(out, masked(event));
    for (const Field& field : fields) {
        out += ',';
        append_quoted(out, field.key);
        out += ':';
        const std::string value = masked(field.value);
        if (field.number && value == field.value) {
            out += value;
        } else {
            append_quoted(out, value);
        }
    }
    out += '}';
    return out;
}

void start(Level level, Format format) {
    stop();
    const std::lock_guard lock(output_mutex);
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    sink->set_pattern("%v");
    output.pool = std::make_shared<spdlog::details::thread_pool>(kQueueLinesMax, 1, block_signals);
    // A full disk or a slow journal must not stop a turn: the oldest lines go.
    output.logger = std::make_shared<spdlog::async_logger>(
        "jangkau", std::move(sink), output.pool, spdlog::async_overflow_policy::overrun_oldest);
    output.logger->set_level(spdlog::level::trace);
    output.logger->flush_on(spdlog::level::warn);
    level_min = level;
    format_now = format;
}

void stop() {
    Output last;
    {
        const std::lock_guard lock(output_mutex);
        last = std::exchange(output, Output{});
        if (last.pool) dropped_before += last.pool->overrun_counter();
    }
    last.logger.reset();
    last.pool.reset();  // joins its thread once the queue is empty
}

unsigned long dropped() {
    const std::lock_guard lock(output_mutex);
    return dropped_before + (output.pool ? output.pool->overrun_counter() : 0);
}

void write(Level level, std::string_view event, std::initializer_list<Field> fields) {
    if (level < level_min) return;
    std::shared_ptr<spdlog::async_logger> logger;
    std::shared_ptr<spdlog::details::thread_pool> pool;
    {
        const std::lock_guard lock(output_mutex);
        logger = output.logger;
        pool = output.pool;
    }
    if (!logger) return;
    const std::string line = format_line(format_now, level, now_text(), event, fields);
    logger->log(spd_level(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace jangkau::gateway::log
