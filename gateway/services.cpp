#include "gateway/services.hpp"

#include <algorithm>
#include <utility>

#include "gateway/core/check.hpp"

namespace jangkau::gateway {

Services::Services(Handle first, Time now, const ReloadConfig& limits)
    : limits_(limits),
      dialogues_(limits.dialogue_idle_max),
      current_(std::move(first)),
      loaded_(now) {
    check(current_ != nullptr, "a gateway has a service");
}

Services::Handle Services::current() const {
    const std::lock_guard lock(mutex_);
    return current_;
}

Services::Handle Services::with_revision(std::uint32_t revision, Time now) {
    const std::lock_guard lock(mutex_);
    if (current_->menu.revision == revision) return current_;
    for (Older& one : older_) {
        if (one.service->menu.revision != revision) continue;
        one.used = std::max(one.used, now);
        return one.service;
    }
    return current_;
}

bool Services::older() const {
    const std::lock_guard lock(mutex_);
    return !older_.empty();
}

std::uint32_t Services::replace(Handle next, Time now) {
    const std::uint32_t revision = next->menu.revision;
    std::vector<Older> dropped;  // destroyed after the lock: a service is large
    const std::lock_guard lock(mutex_);
    const std::uint32_t was = current_->menu.revision;
    older_.insert(older_.begin(), {std::exchange(current_, std::move(next)), now});
    loaded_ = now;
    // What is current again, or was read a second time, is not an older one.
    const auto same = [&](const Older& one) { return one.service->menu.revision == revision; };
    const auto other = std::stable_partition(older_.begin(), older_.end(),
                                             [&](const Older& one) { return !same(one); });
    dropped.assign(std::make_move_iterator(other), std::make_move_iterator(older_.end()));
    older_.erase(other, older_.end());
    while (older_.size() > limits_.revisions_max) {
        // Of equals the one that was replaced first.
        const auto idle = std::min_element(
            older_.rbegin(), older_.rend(),
            [](const Older& one, const Older& another) { return one.used < another.used; });
        dropped.push_back(std::move(*idle));
        older_.erase(std::next(idle).base());
    }
    return was;
}

void Services::drop_idle(Time now) {
    std::vector<Older> dropped;  // as above
    const std::lock_guard lock(mutex_);
    const auto idle = std::stable_partition(older_.begin(), older_.end(), [&](const Older& one) {
        return now - one.used < limits_.dialogue_idle_max;
    });
    dropped.assign(std::make_move_iterator(idle), std::make_move_iterator(older_.end()));
    older_.erase(idle, older_.end());
}

Services::View Services::view() const {
    const std::lock_guard lock(mutex_);
    View view{current_->menu.revision, loaded_, {}};
    for (const Older& one : older_) view.older.push_back(one.service->menu.revision);
    return view;
}

std::string written_revision(std::uint32_t revision) {
    static constexpr char kHex[] = "0123456789abcdef";
    std::string out;
    for (int shift = 28; shift >= 0; shift -= 4) out += kHex[(revision >> shift) & 0xF];
    return out;
}

}  // namespace jangkau::gateway
