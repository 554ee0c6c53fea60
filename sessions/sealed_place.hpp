#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace jangkau::sessions {

/// A column that holds sealed values. `padded`: its values are filled up to steps of
/// `kPaddingBytes` before they are sealed, so that the length of a name or a text does not speak.
struct Column {
    std::string_view name;  ///< "table.column"
    bool padded = false;
};

inline constexpr std::size_t kPaddingBytes = 64;

// All of them. What every turn writes, its hop, is not padded: it lives for a day, and its length
// tells little more than which screen was shown. Reasons and references are the providers' words,
// or of one length.
namespace columns {
inline constexpr Column kHop{"hops.hop"};
inline constexpr Column kHopRun{"hop_runs.entries"};
inline constexpr Column kTimerRef{"timers.ref"};  // until schema 8
inline constexpr Column kConsentSession{"consents.session"};
inline constexpr Column kDraft{"drafts.state", true};
inline constexpr Column kPerson{"enrollments.person", true};
inline constexpr Column kAgentName{"agents.name", true};
inline constexpr Column kCodeSaid{"agent_codes.said", true};
inline constexpr Column kPin{"agent_pins.pin"};
inline constexpr Column kAuditSecret{"audit_secret.secret"};
inline constexpr Column kFinding{"eligibility.finding", true};
inline constexpr Column kNote{"desk_notes.text", true};
inline constexpr Column kSmsText{"outbox.text", true};
inline constexpr Column kSmsReason{"outbox.reason"};
inline constexpr Column kReportReason{"parked_reports.reason"};
inline constexpr Column kPiece{"sms_pieces.piece", true};
inline constexpr Column kCanary{"meta.value"};
}  // namespace columns

/// Where one sealed value is kept: its column, and what names its row. Authenticated beside the
/// value, so that it cannot be moved to another row, column or table.
class Place {
public:
    /// The parts are kept apart by their lengths: {"ab", "c"} is another row than {"a", "bc"}.
    template <class Parts = std::initializer_list<std::string_view>>
    Place(const Column& column, const Parts& row) : padded_(column.padded) {
        std::size_t size = kHeadBytes + column.name.size();
        for (const std::string_view part : row) size += part.size() + kPartHeadBytes;
        beside_.reserve(size);
        beside_.assign(kHeadBytes, '\0');
        beside_ += column.name;
        for (const std::string_view part : row) add(part);
    }

    [[nodiscard]] bool padded() const { return padded_; }

private:
    friend class Vault;
    /// Room for the format's version and the key's id, which are authenticated too.
    static constexpr std::size_t kHeadBytes = 3;
    /// "/", the length, ":".
    static constexpr std::size_t kPartHeadBytes = 6;

    void add(std::string_view part) {
        beside_ += '/';
        beside_ += std::to_string(part.size());
        beside_ += ':';
        beside_ += part;
    }

    std::string beside_;
    bool padded_;
};

/// How the first format wrote a place. `name`: a table, with or without a column.
template <class Parts>
[[nodiscard]] std::string first_place(std::string_view name, const Parts& row) {
    std::string place(name);
    for (const std::string_view part : row) {
        place += '/';
        place += std::to_string(part.size());
        place += ':';
        place += part;
    }
    return place;
}

}  // namespace jangkau::sessions
