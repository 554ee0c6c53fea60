#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "gateway/dialogue.hpp"
#include "gateway/expectation.hpp"
#include "gateway/line.hpp"
#include "gateway/phone.hpp"

namespace jangkau::gateway {

struct PlayOptions {
    std::string short_code = "20880";           ///< that SMS go to
    std::chrono::milliseconds sms_wait{5'000};  ///< for an SMS that is expected
    std::chrono::milliseconds quiet_wait{500};  ///< before none has come
    bool update = false;                        ///< expectations follow what happens
};

/// How a dialogue went. It stops at the first step that goes wrong.
struct Played {
    enum class State { passed, failed, skipped };
    State state = State::passed;
    std::size_t steps = 0;  ///< done
    std::chrono::milliseconds took{0};
    // Unless passed.
    int line = 0;         ///< in the file
    std::string written;  ///< the step
    std::string what;     ///< a sentence without full stop
    std::vector<std::string>
        differences;  ///< lines that begin with "  ", "- " (expected) or "+ " (actual)
    // With `update`.
    std::vector<NewExpectation> changes;
};

/// What a line cannot do is told in `what`; throws nothing of its own.
[[nodiscard]] Played play(const Dialogue& dialogue, Line& line, const Trunks& trunks, Ids& ids,
                          const PlayOptions& options);

}  // namespace jangkau::gateway
