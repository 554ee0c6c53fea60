#pragma once

namespace jangkau::bench {

/// Prints what reading and answering one hop takes, adapter by adapter, the leanest first.
void compare_adapters();

}  // namespace jangkau::bench
