#include "gateway/core/fault.hpp"

namespace jangkau {

std::string what(const std::exception_ptr& fault) {
    try {
        std::rethrow_exception(fault);
    } catch (const std::exception& error) {
        return error.what();
    } catch (...) {
        return "something that is no exception of the standard library";
    }
}

}  // namespace jangkau
