#include "gateway/progress.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ostream>
#include <utility>

namespace jangkau::gateway {
namespace {

constexpr std::size_t kBarWidth = 20;
constexpr std::chrono::milliseconds kDrawnAgainMs{100};

template <class... Values>
std::string formatted(const char* format, Values... values) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), format, values...);
    return text.data();
}

}  // namespace

std::string written_bytes(double bytes) {
    if (bytes < 1000) return formatted("%.0f B", bytes);
    return bytes < 1e6 ? formatted("%.1f kB", bytes / 1e3) : formatted("%.1f MB", bytes / 1e6);
}

Progress::Progress(std::ostream& out, Where where, std::string what, std::size_t bytes,
                   std::function<SteadyTime()> now)
    : out_(out),
      where_(where),
      what_(std::move(what)),
      bytes_(static_cast<double>(bytes)),
      now_(std::move(now)),
      began_(now_()) {}

Progress::~Progress() {
    if (width_ > 0) out_ << '\n' << std::flush;
}

std::string Progress::line(double fraction, double seconds) const {
    const auto filled = static_cast<std::size_t>(fraction * static_cast<double>(kBarWidth));
    std::string text = what_ + " [" + std::string(filled, '#') +
                       std::string(kBarWidth - filled, '-') + "] " +
                       formatted("%3.0f %%  ", fraction * 100) + written_bytes(fraction * bytes_) +
                       " of " + written_bytes(bytes_);
    if (seconds > 0) text += "  " + written_bytes(fraction * bytes_ / seconds) + "/s";
    return text;
}

void Progress::update(double fraction) {
    if (where_ == Where::elsewhere || ended_) return;
    fraction = std::clamp(fraction, 0.0, 1.0);
    const SteadyTime now = now_();
    ended_ = fraction >= 1.0;
    if (width_ > 0 && !ended_ && now - drawn_ < kDrawnAgainMs) return;
    drawn_ = now;
    const std::string text = line(fraction, std::chrono::duration<double>(now - began_).count());
    out_ << '\r' << text << std::string(std::max(width_, text.size()) - text.size(), ' ')
         << std::flush;
    width_ = text.size();
}

}  // namespace jangkau::gateway
