#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/core/clock.hpp"
#include "sessions/sqlite_store.hpp"
#include "sessions/store.hpp"

namespace jangkau::sessions {

/// Stands at `kNow` until it is moved.
class SetClock final : public Clock {
public:
    [[nodiscard]] Time now() const override { return at; }
    Time at{std::chrono::seconds(1'800'000'000)};
};

inline Time at(int seconds) { return SetClock().at + std::chrono::seconds(seconds); }
inline Msisdn phone(int number) {
    return Msisdn::from_digits(std::to_string(6281200000000 + number));
}
/// Rows of that channel that may leave up to `last`, each claimed.
inline std::vector<OutboxRow> claimed(Unit& unit, std::string_view channel, flows::Lane last,
                                      Time now, std::size_t limit) {
    auto rows = unit.due(channel, last, now, limit);
    for (OutboxRow& row : rows) unit.claim(row, now);
    return rows;
}
inline Ticket ticket(unsigned number) { return Ticket::from_number(number); }
inline Nik nik(int serial) { return *Nik::parse(std::to_string(7371014503850000 + serial)); }

/// What breaks careless binding and quoting.
inline std::string awkward() {
    using namespace std::string_literals;
    return "a\0b'\"%&=+;\n|/é漢\xff"s;
}

/// Removed with all that is in it.
class TempFolder {
public:
    TempFolder() {
        std::string name = testing::TempDir() + "jangkau-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        path_ = name;
    }
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

enum class Kind { memory, sqlite };

/// The same promises, asked of every store.
class StoreContract : public testing::TestWithParam<Kind> {
protected:
    StoreContract() {
        if (GetParam() == Kind::memory) {
            store_ = make_memory_store(&clock_);
            return;
        }
        SqliteOptions options;
        options.folder = folder_.path() + "/data";
        options.fast_and_loose = true;
        options.clock = &clock_;
        store_ = open_sqlite_store(options);
    }

    /// Each call is a transaction of its own, so that nothing is only in a job's memory.
    void in(const Store::Job& job) { store_->run(job); }

    template <class T>
    T get(const std::function<T(Unit&)>& ask) {
        std::optional<T> answer;
        store_->run([&](Unit& unit) { answer.emplace(ask(unit)); });
        return *std::move(answer);
    }

    flows::SmsDraft sms(int to, flows::Lane lane, const std::string& text) {
        return {phone(to), text, lane, "M01", "", std::nullopt};
    }

    SetClock clock_;
    TempFolder folder_;
    std::unique_ptr<Store> store_;
};

inline std::string kind_name(const testing::TestParamInfo<Kind>& tested) {
    return tested.param == Kind::memory ? "Memory" : "Sqlite";
}

}  // namespace jangkau::sessions
