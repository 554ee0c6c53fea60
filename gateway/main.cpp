#include "gateway/cli.hpp"

int main(int argc, char** argv) { return jangkau::gateway::run_cli(argc, argv); }
