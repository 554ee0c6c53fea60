#include "gateway/core/check.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define JANGKAU_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define JANGKAU_SANITIZED 1
#endif
#endif

namespace jangkau {

void fail_check(const char* what, boost::source_location where) {
    const std::string message = std::string(where.file_name()) + ":" +
                                std::to_string(where.line()) + ": " + where.function_name() + ": " +
                                what;
#ifdef JANGKAU_SANITIZED
    std::fprintf(stderr, "check failed: %s\n", message.c_str());
    std::abort();
#else
    throw LogicFault(message);
#endif
}

}  // namespace jangkau
