#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace jangkau::bench {

/// The same registration of many workers, as Africa's Talking sends it: a form, with everything
/// typed so far joined by '*'. From the dial to "Terkirim", as in tests/dialogs/self_paid.dialog.
///
/// Threading: const calls from any thread.
class Dialogue {
public:
    static constexpr std::size_t kHops = 11;

    /// `run` keeps the sessions and phones of one run from another's on the same store (0..999).
    explicit Dialogue(std::string path, unsigned run = 0) : path_(std::move(path)), run_(run) {}

    /// The worker's own: the aggregator's name of his dialogue, his phone's and his NIK's digits.
    [[nodiscard]] std::string session(std::uint64_t worker) const;
    [[nodiscard]] std::string phone(std::uint64_t worker) const;
    [[nodiscard]] std::string nik(std::uint64_t worker) const;

    /// Worker `worker`'s request number `hop`, as it goes over the wire.
    void append_request(std::string& out, std::uint64_t worker, std::size_t hop) const;
    /// Whether that is how a gateway goes on at that hop: "CON ", or "END " at the last.
    [[nodiscard]] static bool goes_on(std::string_view body, std::size_t hop);

private:
    std::string path_;
    unsigned run_;
};

}  // namespace jangkau::bench
