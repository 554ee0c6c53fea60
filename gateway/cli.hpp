#pragma once

namespace jangkau::gateway {

/// The program: reads the command line and runs one command. Exit codes: 0 good; 1 the answer is no
/// (a problem found, a script failed, bad rows); 2 it could not be done (wrong usage, no gateway,
/// no store). `check`: 0, 1 for warnings with --strict, 2 for errors.
int run_cli(int argc, char** argv);

}  // namespace jangkau::gateway
