#include "tests/support/process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace jangkau {
namespace {

[[noreturn]] void exec(const std::vector<std::string>& arguments) {
    std::vector<char*> argv;
    for (const std::string& argument : arguments)
        argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    ::execv(argv[0], argv.data());
    ::_exit(127);
}

int exit_code(int status) {
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string all_of(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

Process::Process(const std::vector<std::string>& arguments, const std::string& log_file,
                 const std::map<std::string, std::string>& environment) {
    int out[2];
    if (::pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("pipe2 failed");
    pid_ = ::fork();
    if (pid_ < 0) throw std::runtime_error("fork failed");
    if (pid_ == 0) {
        ::dup2(out[1], STDOUT_FILENO);
        const int log = ::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        ::dup2(log, STDERR_FILENO);
        for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
        exec(arguments);
    }
    ::close(out[1]);
    out_ = out[0];
}

Process::~Process() {
    if (!ended_) {
        signal(SIGKILL);
        wait();
    }
    ::close(out_);
}

std::string Process::line() {
    std::string text;
    char c = 0;
    while (::read(out_, &c, 1) == 1 && c != '\n') text += c;
    return text;
}

void Process::signal(int number) const {
    if (!ended_) ::kill(pid_, number);
}

int Process::wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    ended_ = true;
    return exit_code(status);
}

std::optional<int> Process::wait_for(std::chrono::milliseconds time) {
    const auto until = std::chrono::steady_clock::now() + time;
    int status = 0;
    while (::waitpid(pid_, &status, WNOHANG) == 0) {
        if (std::chrono::steady_clock::now() >= until) return std::nullopt;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ended_ = true;
    return exit_code(status);
}

Ran run_program(const std::vector<std::string>& arguments, const std::string& input) {
    char folder[] = "/tmp/jangkau-run-XXXXXX";
    if (!::mkdtemp(folder)) throw std::runtime_error("mkdtemp failed");
    const std::string base = folder;
    std::ofstream(base + "/in", std::ios::binary) << input;
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::dup2(::open((base + "/in").c_str(), O_RDONLY), STDIN_FILENO);
        ::dup2(::open((base + "/out").c_str(), O_WRONLY | O_CREAT, 0600), STDOUT_FILENO);
        ::dup2(::open((base + "/err").c_str(), O_WRONLY | O_CREAT, 0600), STDERR_FILENO);
        exec(arguments);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    Ran ran{exit_code(status), all_of(base + "/out"), all_of(base + "/err")};
    for (const char* name : {"/in", "/out", "/err"}) ::unlink((base + name).c_str());
    ::rmdir(folder);
    return ran;
}

}  // namespace jangkau
