#include "gateway/user_name.hpp"

#include <pwd.h>

#include <array>

namespace jangkau::gateway {

std::string user_name(::uid_t user) {
    passwd entry{};
    passwd* found = nullptr;
    std::array<char, 4096> room{};
    ::getpwuid_r(user, &entry, room.data(), room.size(), &found);
    return found == nullptr ? "uid " + std::to_string(user) : found->pw_name;
}

}  // namespace jangkau::gateway
