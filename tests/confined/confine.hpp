#pragma once

#include <string>

#include "tests/confined/unit_file.hpp"

namespace jangkau {

/// What the unit's paths are on the test's disk.
struct ConfinedPaths {
    std::string program;      ///< becomes /usr/bin/jangkau
    std::string config;       ///< a folder: /etc/jangkau
    std::string state;        ///< a folder: /var/lib/jangkau, the only one that can be written
    std::string credentials;  ///< a folder: $CREDENTIALS_DIRECTORY
};

/// Puts this process under what the unit asks of the kernel, as far as no systemd is needed for it:
/// user, mount, IPC and UTS namespaces, read-only and noexec mounts, private /tmp, /dev and /proc,
/// no capabilities, no new privileges, limits, the system-call filter, address families, no
/// writable and executable memory, no namespaces. Each only when the unit has its key. Not: BPF
/// filters (SocketBind*, IPAddress*), control groups (MemoryMax, TasksMax), DynamicUser.
///
/// The caller then finds itself in a new root; it must have one thread. Throws std::runtime_error
/// naming the step that the kernel refused.
void confine(const UnitFile& unit, const ConfinedPaths& paths);

}  // namespace jangkau
