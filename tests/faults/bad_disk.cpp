// Preloaded into the program under test: stands between it and the files of its database, and does
// what the page that JANGKAU_BAD_DISK names asks for (tests/faults/bad_disk.hpp). It also puts the
// wall clock forward and back.

#include "tests/faults/bad_disk.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

using jangkau::faults::DiskFault;
using jangkau::faults::DiskOrders;

volatile DiskOrders* orders = nullptr;

__attribute__((constructor)) void begin() {
    const char* path = ::getenv("JANGKAU_BAD_DISK");
    const int file = path ? ::open(path, O_RDWR | O_CLOEXEC) : -1;
    if (file < 0) return;
    void* page = ::mmap(nullptr, sizeof(DiskOrders), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ::close(file);
    if (page != MAP_FAILED) orders = static_cast<DiskOrders*>(page);
}

void sleep_ms(int ms) {
    const timespec time{ms / 1000, (ms % 1000) * 1'000'000L};
    ::nanosleep(&time, nullptr);
}

/// Where the name of one of the database's files begins in its path; else nothing.
char* database_name(int file, char (&path)[PATH_MAX]) {
    char link[64];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    const ssize_t length = ::readlink(link, path, sizeof path - 1);
    if (length <= 0) return nullptr;
    path[length] = '\0';
    return std::strstr(path, "/jangkau.db");
}

bool of_database(int file) {
    char path[PATH_MAX];
    return database_name(file, path) != nullptr;
}

bool is_database(int file) {
    char path[PATH_MAX];
    const char* name = database_name(file, path);
    return name && std::strcmp(name, "/jangkau.db") == 0;
}

bool ballast_beside(int file) {
    char path[PATH_MAX], ballast[PATH_MAX + 16];
    char* name = database_name(file, path);
    if (!name) return false;
    *name = '\0';
    std::snprintf(ballast, sizeof ballast, "%s/ballast", path);
    return ::access(ballast, F_OK) == 0;
}

DiskFault fault_of(int file) {
    if (!orders) return DiskFault::none;
    const auto fault = static_cast<DiskFault>(orders->fault);
    return fault != DiskFault::none && of_database(file) ? fault : DiskFault::none;
}

/// Always true.
bool fails(int error) {
    orders->met = orders->met + 1;
    errno = error;
    return true;
}

void wait_while_hung() {
    orders->met = orders->met + 1;
    while (static_cast<DiskFault>(orders->fault) == DiskFault::hung) sleep_ms(10);
}

bool grows(int file, off64_t end) {
    struct stat64 now {};
    return ::fstat64(file, &now) == 0 && end > now.st_size;
}

bool write_fails(int file, off64_t end) {
    switch (fault_of(file)) {
        case DiskFault::full: return grows(file, end) && fails(ENOSPC);
        case DiskFault::crowded: return grows(file, end) && ballast_beside(file) && fails(ENOSPC);
        case DiskFault::write_error: return fails(EIO);
        case DiskFault::hung: wait_while_hung(); return false;
        default: return false;
    }
}

bool sync_fails(int file) {
    switch (fault_of(file)) {
        case DiskFault::sync_error: return fails(EIO);
        case DiskFault::write_back: return is_database(file) && fails(EIO);
        case DiskFault::slow:
            orders->met = orders->met + 1;
            sleep_ms(orders->ms);
            return false;
        case DiskFault::hung: wait_while_hung(); return false;
        default: return false;
    }
}

template <class Function>
Function next(const char* name) {
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

ssize_t pwrite64(int file, const void* bytes, size_t size, off64_t at) {
    static const auto real = next<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
    return write_fails(file, at + static_cast<off64_t>(size)) ? -1 : real(file, bytes, size, at);
}

ssize_t pwrite(int file, const void* bytes, size_t size, off_t at) {
    static const auto real = next<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
    return write_fails(file, at + static_cast<off_t>(size)) ? -1 : real(file, bytes, size, at);
}

int fdatasync(int file) {
    static const auto real = next<int (*)(int)>("fdatasync");
    return sync_fails(file) ? -1 : real(file);
}

int fsync(int file) {
    static const auto real = next<int (*)(int)>("fsync");
    return sync_fails(file) ? -1 : real(file);
}

int clock_gettime(clockid_t clock, timespec* time) noexcept {
    static const auto real = next<int (*)(clockid_t, timespec*)>("clock_gettime");
    const int failed = real(clock, time);
    const bool wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
    if (failed == 0 && wall && orders) time->tv_sec += orders->clock_s;
    return failed;
}

time_t time(time_t* out) noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(timeval* out, void* /*zone*/) noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    *out = {now.tv_sec, now.tv_nsec / 1000};
    return 0;
}
}
