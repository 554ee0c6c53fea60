// Runs a program as config/systemd/jangkau.service would have it run, without systemd:
//   jangkau_confined UNIT PROGRAM CONFIG_FOLDER STATE_FOLDER CREDENTIALS_FOLDER ARGUMENTS...
// or, with the one argument --probe, tries what must not be possible and prints what the kernel
// said.

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <exception>
#include <fstream>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "tests/confined/confine.hpp"

namespace jangkau {
namespace {

bool writes(const char* path) {
    const int fd = ::open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) return false;
    const bool written = ::write(fd, "x", 1) == 1;
    ::close(fd);
    return written;
}

bool reads(const char* path) {
    const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) ::close(fd);
    return fd >= 0;
}

bool opens_socket(int family, int type) {
    const int fd = ::socket(family, type, 0);
    if (fd >= 0) ::close(fd);
    return fd >= 0;
}

bool maps_writable_code() {
    return ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
                  -1, 0) != MAP_FAILED;
}

bool makes_code_of_data() {
    void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page != MAP_FAILED && ::mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0;
}

bool runs_a_shell() {
    char name[] = "sh";
    char* arguments[] = {name, nullptr};
    ::execv("/usr/bin/sh", arguments);
    return false;
}

bool changes_its_processors() {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(0, &set);
    return ::sched_setaffinity(0, sizeof(set), &set) == 0;
}

std::string field_of_status(const std::string& name) {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(name + ":")) return line.substr(name.size() + 2);
    return "?";
}

int probe() {
    const std::vector<std::pair<const char*, std::function<bool()>>> tries{
        {"write its configuration", [] { return writes("/etc/jangkau/x"); }},
        {"write the system", [] { return writes("/usr/lib/x"); }},
        {"write its credentials", [] { return writes("/run/credentials/x"); }},
        {"write its state", [] { return writes("/var/lib/jangkau/x"); }},
        {"write temporary files", [] { return writes("/tmp/x"); }},
        {"read a terminal", [] { return reads("/dev/tty"); }},
        {"read the memory of the machine", [] { return reads("/proc/meminfo"); }},
        {"run a shell", runs_a_shell},
        {"map writable code", maps_writable_code},
        {"make code of data", makes_code_of_data},
        {"open a TCP socket", [] { return opens_socket(AF_INET, SOCK_STREAM); }},
        {"open a netlink socket", [] { return opens_socket(AF_NETLINK, SOCK_RAW); }},
        {"open a packet socket", [] { return opens_socket(AF_PACKET, SOCK_RAW); }},
        {"make a user namespace", [] { return ::unshare(CLONE_NEWUSER) == 0; }},
        {"change its processors", changes_its_processors},
        {"change its user", [] { return ::setuid(0) == 0; }},
        {"mount", [] { return ::mount("none", "/tmp", "tmpfs", 0, nullptr) == 0; }},
        {"trace", [] { return ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0; }},
    };
    for (const auto& [what, attempt] : tries) {
        errno = 0;
        const bool done = attempt();
        std::cout << what << ": " << (done ? "done" : ::strerrorname_np(errno)) << "\n";
    }
    rlimit core{};
    ::getrlimit(RLIMIT_CORE, &core);
    std::cout << "core bytes: " << core.rlim_max << "\ncapabilities: " << field_of_status("CapEff")
              << "\nno new privileges: " << field_of_status("NoNewPrivs") << "\n";
    return 0;
}

int run(const std::vector<std::string>& arguments) {
    if (arguments.size() < 7) throw std::runtime_error("too few arguments; see its source");
    confine(UnitFile(arguments[1]), {arguments[2], arguments[3], arguments[4], arguments[5]});
    if (arguments[6] == "--probe") return probe();
    std::vector<char*> argv{const_cast<char*>("/usr/bin/jangkau")};
    for (std::size_t i = 6; i < arguments.size(); ++i)
        argv.push_back(const_cast<char*>(arguments[i].c_str()));
    argv.push_back(nullptr);
    ::execv(argv[0], argv.data());
    throw std::runtime_error(std::string("exec: ") + std::strerror(errno));
}

}  // namespace
}  // namespace jangkau

int main(int argc, char** argv) {
    try {
        return jangkau::run({argv, argv + argc});
    } catch (const std::exception& error) {
        std::cerr << "jangkau_confined: " << error.what() << "\n";
        return 99;
    }
}
