#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/core/clock.hpp"
#include "gateway/open_dialogues.hpp"
#include "menus/flows/service.hpp"

namespace jangkau::gateway {

struct ReloadConfig {
    std::size_t revisions_max = 8;  ///< older ones that are kept beside the current one
    /// A dialogue without a turn for so long is over: no operator keeps one open for ten minutes.
    std::chrono::seconds dialogue_idle_max{600};
};

/// The service that is run now, and the older ones that dialogues are still finishing with. Each is
/// kept whole: a dialogue sees the menu, texts, prices, facts and settings of one moment.
///
/// An older one is dropped when no dialogue has used it for `dialogue_idle_max`, and of more than
/// `revisions_max` the one whose last use is longest ago: dialogues last minutes, so the time of
/// the last turn tells what counting them would.
///
/// The revision is Menu::revision, which load_config makes of all that a service is read from.
///
/// Threading: all from any thread; a short lock. Whoever asks holds what he got for one job: it may
/// be dropped here meanwhile.
class Services {
public:
    using Handle = std::shared_ptr<const flows::Service>;

    Services(Handle first, Time now, const ReloadConfig& limits = {});

    [[nodiscard]] Handle current() const;
    /// What a dialogue of that revision goes on with: the one that it began with while that is
    /// kept, else the current one.
    [[nodiscard]] Handle with_revision(std::uint32_t revision, Time now);
    /// Whether any dialogue may need another one than the current.
    [[nodiscard]] bool older() const;

    /// From now on dialogues begin with `next`. Returns the revision before.
    std::uint32_t replace(Handle next, Time now);
    /// Drops older ones that no dialogue can need any more.
    void drop_idle(Time now);

    struct View {
        std::uint32_t revision = 0;
        Time loaded;
        std::vector<std::uint32_t> older;  ///< the last one first
    };
    [[nodiscard]] View view() const;

    [[nodiscard]] OpenDialogues& dialogues() { return dialogues_; }

private:
    struct Older {
        Handle service;
        Time used;
    };
    const ReloadConfig limits_;
    OpenDialogues dialogues_;
    mutable std::mutex mutex_;  // guards what follows
    Handle current_;
    Time loaded_;
    std::vector<Older> older_;  ///< the last one first
};

/// As people read it: "9f3a2b1c".
[[nodiscard]] std::string written_revision(std::uint32_t revision);

}  // namespace jangkau::gateway
