#include "tests/faults/ledger.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

#include "gateway/core/form.hpp"

namespace jangkau::faults {

Ledger::Ledger(std::string path)
    : path_(std::move(path)), file_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600)) {
    if (file_ < 0) throw std::runtime_error("cannot write the ledger " + path_);
}

Ledger::~Ledger() { ::close(file_); }

void Ledger::note(const std::vector<std::string>& columns) {
    std::string line;
    for (const std::string& column : columns)
        line += (line.empty() ? "" : "\t") + percent_encode(column);
    line += '\n';
    std::size_t mine = 0;
    {
        const std::lock_guard lock(writing_);
        if (::write(file_, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
            throw std::runtime_error("cannot write the ledger " + path_);
        mine = ++written_;
    }
    const std::lock_guard lock(syncing_);
    if (synced_ >= mine) return;
    std::size_t all = 0;
    {
        const std::lock_guard count(writing_);
        all = written_;
    }
    if (::fdatasync(file_) != 0) throw std::runtime_error("cannot sync the ledger " + path_);
    synced_ = all;
}

std::vector<std::vector<std::string>> Ledger::read(const std::string& path) {
    std::vector<std::vector<std::string>> rows;
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) {
        auto& columns = rows.emplace_back();
        for (std::size_t at = 0; at <= line.size();) {
            const std::size_t end = std::min(line.find('\t', at), line.size());
            columns.push_back(percent_decode(line.substr(at, end - at), false));
            at = end + 1;
        }
    }
    return rows;
}

}  // namespace jangkau::faults
