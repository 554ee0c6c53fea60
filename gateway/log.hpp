#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/core/msisdn.hpp"

namespace jangkau::gateway::log {

enum class Level { debug, info, warning, error };
enum class Format { text, json };

/// One `key=value` of a line. Values that could name a person only fit in masked: an Msisdn prints
/// masked, a Nik or Secret has no constructor here. Control characters and quotes are escaped, so
/// one event is one line.
struct Field {
    std::string_view key;
    std::string value;
    bool number = false;

    Field(std::string_view k, std::string_view v) : key(k), value(v) {}
    Field(std::string_view k, const std::string& v) : key(k), value(v) {}
    Field(std::string_view k, const char* v) : key(k), value(v) {}
    Field(std::string_view k, const Msisdn& v) : key(k), value(v.masked()) {}
    Field(std::string_view k, long long v) : key(k), value(std::to_string(v)), number(true) {}
    Field(std::string_view k, int v) : key(k), value(std::to_string(v)), number(true) {}
    Field(std::string_view k, unsigned v) : key(k), value(std::to_string(v)), number(true) {}
    Field(std::string_view k, unsigned long v) : key(k), value(std::to_string(v)), number(true) {}
};

/// Lines go to standard error, written by a thread of their own that drops the oldest when it
/// cannot keep up; the number dropped is in `dropped()`. A last filter masks any run of 16 digits
/// and any long number with a plus.
void start(Level level, Format format);
/// Writes what is queued. Nothing is logged after it.
void stop();
[[nodiscard]] unsigned long dropped();

/// `event` is a stable name ("sms_failed"), listed in docs/OPERATIONS.md.
void write(Level level, std::string_view event, std::initializer_list<Field> fields = {});
inline void debug(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::debug, event, fields);
}
inline void info(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::info, event, fields);
}
inline void warning(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::warning, event, fields);
}
inline void error(std::string_view event, std::initializer_list<Field> fields = {}) {
    write(Level::error, event, fields);
}

/// The line as it would be written, without the newline: for tests.
[[nodiscard]] std::string format_line(Format format, Level level, std::string_view time,
                                      std::string_view event, std::initializer_list<Field> fields);

}  // namespace jangkau::gateway::log
