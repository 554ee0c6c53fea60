#include "tests/confined/confine.hpp"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace jangkau {
namespace {

namespace fs = std::filesystem;

void must(bool done, const std::string& what) {
    if (!done) throw std::runtime_error(what + ": " + std::strerror(errno));
}

void write_file(const std::string& path, const std::string& text) {
    std::ofstream file(path);
    file << text;
    must(bool(file.flush()), path);
}

/// Its own users, mounts, IPC and host name; the caller's user is the only one there is.
void leave_namespaces(const UnitFile& unit) {
    const auto uid = std::to_string(::geteuid());
    const auto gid = std::to_string(::getegid());
    int flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID;
    if (unit.on("PrivateIPC")) flags |= CLONE_NEWIPC;
    if (unit.on("ProtectHostname")) flags |= CLONE_NEWUTS;
    must(::unshare(flags) == 0, "unshare");
    write_file("/proc/self/setgroups", "deny");
    write_file("/proc/self/uid_map", "0 " + uid + " 1");
    write_file("/proc/self/gid_map", "0 " + gid + " 1");
    must(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "private mounts");
}

/// The new PID namespace holds children only: the parent waits, passes on SIGTERM and SIGHUP, and
/// ends as its child does.
pid_t child = -1;
void fork_into_pid_namespace() {
    child = ::fork();
    must(child >= 0, "fork");
    if (child == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        return;
    }
    for (const int number : {SIGTERM, SIGINT, SIGHUP})
        std::signal(number, [](int got) { ::kill(child, got); });
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

void bind(const std::string& from, const std::string& to) {
    if (fs::is_directory(from))
        fs::create_directories(to);
    else
        fs::create_directories(fs::path(to).parent_path()), std::ofstream(to, std::ios::app);
    must(::mount(from.c_str(), to.c_str(), nullptr, MS_BIND | MS_REC, nullptr) == 0,
         "bind " + from);
}

void mount_tmpfs(const std::string& where) {
    must(::mount("tmpfs", where.c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") == 0,
         "tmpfs on " + where);
}

void set_attributes(const std::string& path, std::uint64_t set, std::uint64_t clear, bool below) {
    mount_attr attributes{.attr_set = set, .attr_clr = clear, .propagation = 0, .userns_fd = 0};
    must(::mount_setattr(AT_FDCWD, path.c_str(), below ? AT_RECURSIVE : 0U, &attributes,
                         sizeof(attributes)) == 0,
         "mount attributes of " + path);
}

void fill_dev(const std::string& dev) {
    mount_tmpfs(dev);
    for (const char* name : {"null", "zero", "full", "random", "urandom"})
        bind(std::string("/dev/") + name, dev + "/" + name);
}

/// A root of its own, with what the unit names where the unit has it and the system's /usr and
/// /etc.
void build_root(const UnitFile& unit, const ConfinedPaths& paths) {
    const std::string root = paths.state + "/../root";
    fs::create_directories(root);
    mount_tmpfs(root);
    for (const char* name : {"/usr", "/etc"}) bind(name, root + name);
    for (const char* name : {"/lib", "/lib64", "/bin", "/sbin"})
        if (fs::is_symlink(name))
            fs::create_symlink(fs::read_symlink(name), root + name);
        else if (fs::exists(name))
            bind(name, root + name);
    for (const char* name : {"/home", "/root", "/proc", "/dev", "/tmp", "/run", "/var/lib"})
        fs::create_directories(root + name);
    // What the unit expects in folders of the system is laid over them.
    const std::string usr_bin = root + "/usr/bin", etc = root + "/etc";
    fs::create_directories(root + "/layers");
    mount_tmpfs(root + "/layers");
    for (const auto& entry : fs::directory_iterator("/etc"))
        if (entry.path().filename() == "ssl" || entry.path().filename() == "hosts" ||
            entry.path().filename() == "nsswitch.conf")
            bind(entry.path().string(), root + "/layers/etc/" + entry.path().filename().string());
    bind(paths.config, root + "/layers/etc/jangkau");
    bind(paths.program, root + "/layers/bin/jangkau");
    bind("/bin/sh", root + "/layers/bin/sh");  // for the probe: it must not run
    bind(root + "/layers/etc", etc);
    bind(root + "/layers/bin", usr_bin);
    bind(paths.state, root + "/var/lib/jangkau");
    bind(paths.credentials, root + "/run/credentials");
    if (unit.on("PrivateDevices"))
        fill_dev(root + "/dev");
    else
        bind("/dev", root + "/dev");
    if (unit.is("ProtectHome", "no")) bind("/root", root + "/root");
    std::string options;
    if (unit.is("ProtectProc", "invisible")) options = "hidepid=invisible";
    if (unit.is("ProcSubset", "pid")) options += ",subset=pid";
    must(::mount("proc", (root + "/proc").c_str(), "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
                 options.c_str()) == 0,
         "proc");
    mount_tmpfs(root + "/tmp");

    if (unit.is("ProtectSystem", "strict"))
        set_attributes(root, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID, 0, true);
    if (unit.is("NoExecPaths", "/")) {
        set_attributes(root, MOUNT_ATTR_NOEXEC, 0, true);
        for (const std::string& path : unit.values("ExecPaths")) {
            const std::string inside = root + path;
            if (!fs::exists(inside) || fs::is_symlink(inside)) continue;
            must(::mount(inside.c_str(), inside.c_str(), nullptr, MS_BIND, nullptr) == 0,
                 "bind " + path);
            set_attributes(inside, 0, MOUNT_ATTR_NOEXEC, false);
        }
    }
    set_attributes(root + "/var/lib/jangkau", 0, MOUNT_ATTR_RDONLY, false);
    if (unit.on("PrivateTmp")) set_attributes(root + "/tmp", 0, MOUNT_ATTR_RDONLY, false);
    must(::chdir(root.c_str()) == 0 && ::chroot(".") == 0 && ::chdir("/") == 0, "chroot");
}

void drop_capabilities() {
    for (int capability = 0; ::prctl(PR_CAPBSET_READ, capability) >= 0; ++capability)
        must(::prctl(PR_CAPBSET_DROP, capability) == 0, "capability");
    // Out of the bounding set, so that root of this namespace does not get them back at exec; and
    // out of its hands now.
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3]{};
    must(::syscall(SYS_capset, &header, none) == 0, "capabilities");
}

void limit(const UnitFile& unit, const char* key, int resource) {
    const auto values = unit.values(key);
    if (values.empty()) return;
    const rlim_t most = std::stoull(values.back());
    rlimit now{};
    must(::getrlimit(static_cast<__rlimit_resource>(resource), &now) == 0, key);
    const rlimit wanted{std::min(most, now.rlim_max), std::min(most, now.rlim_max)};
    must(::setrlimit(static_cast<__rlimit_resource>(resource), &wanted) == 0, key);
}

int family(const std::string& name) {
    if (name == "AF_INET") return AF_INET;
    if (name == "AF_INET6") return AF_INET6;
    if (name == "AF_UNIX") return AF_UNIX;
    throw std::runtime_error("this test does not know " + name);
}

/// As systemd's seccomp-util.c does with the same keys: filters beside each other, the strictest
/// answer counts.
class Filter {
public:
    explicit Filter(std::uint32_t otherwise) : context_(::seccomp_init(otherwise)) {
        if (!context_) throw std::runtime_error("seccomp_init");
    }
    ~Filter() { ::seccomp_release(context_); }
    Filter(const Filter&) = delete;
    Filter& operator=(const Filter&) = delete;

    void rule(std::uint32_t action, const std::string& name,
              const std::vector<scmp_arg_cmp>& arguments = {}) {
        const int number = ::seccomp_syscall_resolve_name(name.c_str());
        if (number == __NR_SCMP_ERROR) return;  // not of this architecture
        const int wrong = ::seccomp_rule_add_array(
            context_, action, number, static_cast<unsigned>(arguments.size()), arguments.data());
        if (wrong != 0 && wrong != -EEXIST && wrong != -EACCES)
            throw std::runtime_error("seccomp rule for " + name + ": " + std::strerror(-wrong));
    }
    void load() {
        const int wrong = ::seccomp_load(context_);
        if (wrong != 0) throw std::runtime_error(std::string("seccomp: ") + std::strerror(-wrong));
    }

private:
    scmp_filter_ctx context_;
};

const std::uint32_t kRefuse = SCMP_ACT_ERRNO(EPERM);

scmp_arg_cmp has_bits(unsigned argument, std::uint64_t bits) {
    return {argument, SCMP_CMP_MASKED_EQ, bits, bits};
}

void filter_arguments(const UnitFile& unit) {
    Filter filter(SCMP_ACT_ALLOW);
    if (unit.on("MemoryDenyWriteExecute")) {
        filter.rule(kRefuse, "mmap", {has_bits(2, PROT_WRITE | PROT_EXEC)});
        filter.rule(kRefuse, "mprotect", {has_bits(2, PROT_EXEC)});
        filter.rule(kRefuse, "pkey_mprotect", {has_bits(2, PROT_EXEC)});
    }
    if (unit.on("RestrictNamespaces")) {
        for (const int flag : {CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWIPC,
                               CLONE_NEWUTS, CLONE_NEWCGROUP}) {
            filter.rule(kRefuse, "unshare", {has_bits(0, static_cast<unsigned>(flag))});
            filter.rule(kRefuse, "clone", {has_bits(0, static_cast<unsigned>(flag))});
        }
        filter.rule(kRefuse, "setns");
        filter.rule(SCMP_ACT_ERRNO(ENOSYS), "clone3");
    }
    if (unit.on("RestrictRealtime"))
        for (const std::uint64_t policy : {SCHED_FIFO, SCHED_RR})
            filter.rule(kRefuse, "sched_setscheduler", {{1, SCMP_CMP_EQ, policy, 0}});
    if (unit.on("LockPersonality")) filter.rule(kRefuse, "personality");
    filter.load();
}

void filter_families(const UnitFile& unit) {
    const auto names = unit.values("RestrictAddressFamilies");
    if (names.empty()) return;
    std::vector<int> allowed;
    for (const std::string& name : names) allowed.push_back(family(name));
    Filter filter(SCMP_ACT_ALLOW);
    for (int other = 0; other < AF_MAX; ++other)
        if (std::find(allowed.begin(), allowed.end(), other) == allowed.end())
            filter.rule(SCMP_ACT_ERRNO(EAFNOSUPPORT), "socket",
                        {{0, SCMP_CMP_EQ, static_cast<std::uint64_t>(other), 0}});
    filter.load();
}

void filter_calls(const UnitFile& unit, const std::set<std::string>& allowed) {
    if (allowed.empty()) return;
    if (!unit.is("SystemCallErrorNumber", "EPERM"))
        throw std::runtime_error("this test knows SystemCallErrorNumber=EPERM only");
    Filter filter(kRefuse);
    for (const std::string& name : allowed) filter.rule(SCMP_ACT_ALLOW, name);
    // What a process needs to begin and to end (systemd adds its group @default as well).
    for (const char* name : {"execve", "exit", "exit_group", "rt_sigreturn"})
        filter.rule(SCMP_ACT_ALLOW, name);
    filter.load();
}

}  // namespace

void confine(const UnitFile& unit, const ConfinedPaths& paths) {
    const auto calls = unit.system_calls();  // while systemd-analyze can still be run
    leave_namespaces(unit);
    fork_into_pid_namespace();
    build_root(unit, paths);
    limit(unit, "LimitNOFILE", RLIMIT_NOFILE);
    limit(unit, "LimitCORE", RLIMIT_CORE);
    ::umask(0077);
    if (unit.has("CapabilityBoundingSet")) drop_capabilities();
    if (unit.on("NoNewPrivileges"))
        must(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no new privileges");
    ::setenv("CREDENTIALS_DIRECTORY", "/run/credentials", 1);
    filter_families(unit);
    filter_arguments(unit);
    filter_calls(unit, calls);
}

}  // namespace jangkau
