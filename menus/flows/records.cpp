#include "menus/flows/records.hpp"

#include <array>
#include <cstddef>

#include "gateway/core/check.hpp"

namespace jangkau::flows {
namespace {

// In the order of the enums. Stored and exported: a name may be added, never changed.
constexpr std::array<std::string_view, 11> kStatusNames = {
    "unfinished", "verifying", "sponsored", "not_sponsored", "waiting", "offered",
    "with_agent", "reported",  "active",    "needs_check",   "ended"};
static_assert(kStatusNames.size() == static_cast<std::size_t>(Status::ended) + 1);
constexpr std::array<std::string_view, 6> kReferralNames = {"offered", "accepted", "declined",
                                                            "lapsed",  "done",     "failed"};
static_assert(kReferralNames.size() == static_cast<std::size_t>(Referral::State::failed) + 1);

template <class Enum, std::size_t N>
std::string_view name_in(const std::array<std::string_view, N>& names, Enum value) {
    const auto index = static_cast<std::size_t>(value);
    check(index < N, "a value outside its enum");
    return names[index];
}

template <class Enum, std::size_t N>
std::optional<Enum> named_in(const std::array<std::string_view, N>& names, std::string_view name) {
    for (std::size_t i = 0; i < N; ++i) {
        if (names[i] == name) return static_cast<Enum>(i);
    }
    return std::nullopt;
}

}  // namespace

Subject subject_of(const Enrollment& enrollment) {
    return {enrollment.ticket.text(), enrollment.contact ? *enrollment.contact : enrollment.owner,
            enrollment.nik};
}

std::string_view name(Status status) { return name_in(kStatusNames, status); }

std::optional<Status> status_named(std::string_view name) {
    return named_in<Status>(kStatusNames, name);
}

std::string_view name(Referral::State state) { return name_in(kReferralNames, state); }

std::optional<Referral::State> referral_state_named(std::string_view name) {
    return named_in<Referral::State>(kReferralNames, name);
}

}  // namespace jangkau::flows
