#include <map>
#include <mutex>
#include <utility>

#include "sessions/memory_unit.hpp"

namespace jangkau::sessions {
namespace {

class MemoryStore final : public Store {
public:
    explicit MemoryStore(const Clock* clock) : clock_(clock == nullptr ? system_clock_ : *clock) {}

    void submit(Job job, Done done) override {
        std::exception_ptr failed;
        {
            const std::lock_guard lock(mutex_);
            // On a copy, so that a job that throws leaves nothing.
            MemoryData changed = data_;
            try {
                MemoryUnit unit(changed, clock_);
                job(unit);
                data_ = std::move(changed);
            } catch (...) {
                failed = std::current_exception();
            }
        }
        try {
            if (done) done(failed);
        } catch (...) {
            // As in the store that remembers: the change stands, and nobody is left to tell.
        }
    }

private:
    // Fixed at construction.
    const SystemClock system_clock_;
    const Clock& clock_;

    // Guarded by mutex_.
    std::mutex mutex_;
    MemoryData data_;
};

}  // namespace

std::unique_ptr<Store> make_memory_store(const Clock* clock) {
    return std::make_unique<MemoryStore>(clock);
}

}  // namespace jangkau::sessions
