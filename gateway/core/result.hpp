#pragma once

#include <boost/system/result.hpp>

namespace jangkau {

/// A value, or the reason why there is none, for what the outside can get wrong. `E` is a small
/// struct or enum of our own, never a bare string. Check with `if (!r)`, then `*r` or `r.error()`.
///
/// Not [[nodiscard]] by itself (Boost 1.81): mark the functions that return one.
template <class T, class E>
using Result = boost::system::result<T, E>;

}  // namespace jangkau
