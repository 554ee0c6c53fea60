#pragma once

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// What the fuzz targets share. A file beside this one is a target: FUZZ_TARGET(its name) and a
/// body that takes `input`, any bytes. It is built twice: with libFuzzer, and into the test that
/// replays the corpus (README.md).
namespace jangkau::fuzz {

/// What must hold does not.
struct Broken : std::runtime_error {
    using std::runtime_error::runtime_error;
};
inline void expect(bool holds, std::string what) {
    if (holds) return;
    std::ranges::replace(what, '\0', '.');  // where what() would end
    throw Broken(what);
}

struct Target {
    std::string_view name;
    void (*run)(std::string_view input);
};
/// All that are linked into this program.
inline std::vector<Target>& targets() {
    static std::vector<Target> all;
    return all;
}
struct Registered {
    Registered(std::string_view name, void (*run)(std::string_view)) {
        targets().push_back({name, run});
    }
};

/// Bytes as a row of choices. Where they end, every choice is the first.
class Choices {
public:
    explicit Choices(std::string_view bytes) : left_(bytes) {}

    [[nodiscard]] bool any() const { return !left_.empty(); }
    std::size_t byte() {
        if (left_.empty()) return 0;
        const auto taken = static_cast<unsigned char>(left_.front());
        left_.remove_prefix(1);
        return taken;
    }
    std::size_t below(std::size_t limit) { return byte() % limit; }
    template <class List>
    const auto& one_of(const List& list) {
        return list[below(std::size(list))];
    }
    /// Up to `most` bytes, as many as the next one says.
    std::string_view text(std::size_t most) { return take(std::min(byte(), most)); }
    /// Up to the end of the line, which goes.
    std::string_view line() {
        const std::string_view taken = left_.substr(0, left_.find('\n'));
        left_.remove_prefix(std::min(left_.size(), taken.size() + 1));
        return taken;
    }
    std::string_view rest() { return take(left_.size()); }

private:
    std::string_view take(std::size_t size) {
        const std::string_view taken = left_.substr(0, size);
        left_.remove_prefix(taken.size());
        return taken;
    }
    std::string_view left_;
};

}  // namespace jangkau::fuzz

#define FUZZ_TARGET(name)                                                         \
    static void fuzz_##name(std::string_view input);                              \
    static const jangkau::fuzz::Registered registered_##name(#name, fuzz_##name); \
    static void fuzz_##name(std::string_view input)
