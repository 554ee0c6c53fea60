#include "gateway/open_dialogues.hpp"

#include <functional>
#include <string>

namespace jangkau::gateway {
namespace {

std::size_t key_of(std::string_view channel, std::string_view session) {
    return std::hash<std::string>{}(std::string(channel) + '\n' + std::string(session));
}

}  // namespace

OpenDialogues::OpenDialogues(std::chrono::seconds idle_max, std::size_t dialogues_max)
    : idle_max_(idle_max), dialogues_max_(dialogues_max) {}

void OpenDialogues::turn(std::string_view channel, std::string_view session, std::uint32_t revision,
                         Time now) {
    const std::size_t key = key_of(channel, session);
    const std::lock_guard lock(mutex_);
    if (const auto known = places_.find(key); known != places_.end()) forget(known->second);
    places_[key] = dialogues_.insert(dialogues_.end(), {key, revision, now});
    ++counts_[revision];
    forget_idle(now);
    if (dialogues_.size() > dialogues_max_) forget(dialogues_.begin());
}

void OpenDialogues::ended(std::string_view channel, std::string_view session) {
    const std::lock_guard lock(mutex_);
    const auto known = places_.find(key_of(channel, session));
    if (known != places_.end()) forget(known->second);
}

std::size_t OpenDialogues::open(Time now) {
    const std::lock_guard lock(mutex_);
    forget_idle(now);
    return dialogues_.size();
}

std::size_t OpenDialogues::with_other_than(std::uint32_t revision, Time now) {
    const std::lock_guard lock(mutex_);
    forget_idle(now);
    const auto own = counts_.find(revision);
    return dialogues_.size() - (own == counts_.end() ? 0 : own->second);
}

void OpenDialogues::forget(Place dialogue) {
    const auto count = counts_.find(dialogue->revision);
    if (--count->second == 0) counts_.erase(count);
    places_.erase(dialogue->key);
    dialogues_.erase(dialogue);
}

void OpenDialogues::forget_idle(Time now) {
    while (!dialogues_.empty() && now - dialogues_.front().last >= idle_max_)
        forget(dialogues_.begin());
}

}  // namespace jangkau::gateway
