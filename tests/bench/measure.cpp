#include "tests/bench/measure.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

namespace jangkau::bench {
namespace {

double middle(std::vector<double> values) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

}  // namespace

Figures measure(const Contender& contender, LoadPlan plan, const std::string& folder) {
    const std::string own = folder + "/" + contender.name;
    std::filesystem::create_directories(own);
    Figures figures;
    {
        const auto server = contender.start(own);
        plan.port = server->port();
        plan.dialogue = contender.dialogue;
        const Used before = server->used();
        const LoadFigures load = run_load(plan, Dialogue(server->path()));
        const Used after = server->used();
        if (!load.first_wrong.empty())
            std::fprintf(stderr, "%s, hop %s\n", contender.name.c_str(), load.first_wrong.c_str());
        const auto all = static_cast<double>(std::max<std::uint64_t>(load.all_answers, 1));
        figures.per_second = load.per_second();
        figures.cpu_us = static_cast<double>((after.cpu - before.cpu).count()) / all;
        figures.p50_us = load.percentile_us(0.5);
        figures.p99_us = load.percentile_us(0.99);
        figures.max_us = load.percentile_us(1);
        figures.resident_mb = static_cast<double>(after.resident_kib) / 1024;
        figures.disk_bytes = static_cast<double>(after.written_bytes - before.written_bytes) / all;
        figures.wrong = load.wrong + load.broken;
    }
    std::filesystem::remove_all(own);
    return figures;
}

std::vector<double> measure_disk(const std::string& folder, std::chrono::milliseconds time) {
    using Clock = std::chrono::steady_clock;
    const std::string path = folder + "/disk";
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) throw std::runtime_error("no file in " + folder);
    const std::array<char, 4096> page{};
    std::vector<double> took;
    for (const auto ends = Clock::now() + time; Clock::now() < ends;) {
        const auto began = Clock::now();
        if (::pwrite(file, page.data(), page.size(), 0) < 0 || ::fdatasync(file) != 0) break;
        took.push_back(std::chrono::duration<double, std::micro>(Clock::now() - began).count());
    }
    ::close(file);
    std::filesystem::remove(path);
    std::sort(took.begin(), took.end());
    return took;
}

Figures median(const std::vector<Figures>& rounds) {
    const auto of = [&](double Figures::*figure) {
        std::vector<double> values;
        for (const Figures& round : rounds) values.push_back(round.*figure);
        return middle(std::move(values));
    };
    Figures all;
    for (double Figures::*figure :
         {&Figures::per_second, &Figures::cpu_us, &Figures::p50_us, &Figures::p99_us,
          &Figures::max_us, &Figures::resident_mb, &Figures::disk_bytes})
        all.*figure = of(figure);
    for (const Figures& round : rounds) all.wrong += round.wrong;
    return all;
}

double median_ratio(const std::vector<Figures>& one, const std::vector<Figures>& other) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < std::min(one.size(), other.size()); ++i)
        ratios.push_back(one[i].per_second / other[i].per_second);
    return middle(std::move(ratios));
}

}  // namespace jangkau::bench
