#include "gateway/core/secret.hpp"

#include <ostream>

namespace jangkau {

bool Secret::equals(std::string_view other) const {
    // A key that was never set must not let in a caller who sends none.
    if (value_.empty()) return false;
    // volatile: the compiler must not end the loop at the first difference.
    volatile unsigned difference = value_.size() == other.size() ? 0U : 1U;
    for (std::size_t i = 0; i < other.size(); ++i) {
        const auto ours = static_cast<unsigned char>(value_[i % value_.size()]);
        const auto theirs = static_cast<unsigned char>(other[i]);
        difference = difference | static_cast<unsigned>(ours ^ theirs);
    }
    return difference == 0;
}

std::ostream& operator<<(std::ostream& out, const Secret&) { return out << "***"; }

}  // namespace jangkau
