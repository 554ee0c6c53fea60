#pragma once

#include <boost/assert/source_location.hpp>
#include <stdexcept>

namespace jangkau {

/// One of our own mistakes: a state that no input may be able to reach. It is caught where a
/// request, an outbox round or a command ends, so one broken turn does not take the others with it.
class LogicFault : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

/// Throws LogicFault with the place and `what`; aborts under a sanitizer, so that tests cannot miss
/// it.
[[noreturn]] void fail_check(const char* what, boost::source_location where);

/// Stays on in release builds. Boost's source_location: clang 14 has no std:: one.
inline void check(bool holds, const char* what,
                  boost::source_location where = BOOST_CURRENT_LOCATION) {
    if (!holds) fail_check(what, where);
}

}  // namespace jangkau
