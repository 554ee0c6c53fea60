#include <chrono>
#include <cstdio>
#include "tests/simulation/simulation.hpp"
using namespace jangkau::simulation;
int main(int argc, char** argv) {
    for (int i = 1; i < argc; ++i)
        for (bool resume : {true, false}) {
            Model m;
            m.loss = std::stod(argv[i]);
            m.resume = resume;
            m.workers = 300;
            char f[] = "/dev/shm/jksimXXXXXX";
            if (!mkdtemp(f)) return 1;
            auto b = std::chrono::steady_clock::now();
            auto r = simulate(m, f);
            double s = std::chrono::duration<double>(std::chrono::steady_clock::now() - b).count();
            std::printf(
                "loss %.2f resume %d: w1 %.3f w2 %.3f w3 %.3f w4 %.3f w6 %.3f tickets %lu day %.3f "
                "line %lu sms %lu self %lu active %lu mist %lu twice %lu unk %lu dials %.2f sec "
                "%.1f bill %.2f sms %.2f/%.2f/%.2f/%.2f  took %.1f\n",
                m.loss, resume, r.within(1), r.within(2), r.within(3), r.within(4), r.within(6),
                r.tickets, r.complete_share(), r.complete_on_line, r.complete_by_sms,
                r.complete_by_itself, r.active, r.mistyped_nik, r.asked_twice, r.not_understood,
                r.each(r.dials), r.each(r.seconds), r.each(r.billing_steps),
                r.each(r.sms_to_workers), r.each(r.sms_from_workers), r.each(r.sms_to_agents),
                r.each(r.sms_from_agents), s);
            for (auto& [k, v] : r.left_at) std::printf(" %s:%lu", k.c_str(), v);
            std::puts("");
        }
}
