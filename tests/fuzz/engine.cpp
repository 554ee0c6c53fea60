// The one target that is linked beside this file, as libFuzzer calls it.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "tests/fuzz/fuzz.hpp"

/// What is made once is made before the time of an input is taken: to prove the shipped menus takes
/// seconds under sanitizers.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
    jangkau::fuzz::targets().front().run("");
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        jangkau::fuzz::targets().front().run({reinterpret_cast<const char*>(data), size});
    } catch (const std::exception& e) {
        std::fprintf(stderr, "does not hold: %s\n", e.what());
        std::abort();
    }
    return 0;
}
