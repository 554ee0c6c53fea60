#include "sessions/audit.hpp"

#include <sodium.h>

#include <array>
#include <utility>

#include "gateway/core/hex.hpp"

namespace jangkau::sessions {
namespace {

constexpr std::size_t kHashBytes = 32;

/// Parts are kept apart by their lengths, so that no two rows have the same bytes.
class Hasher {
public:
    Hasher() { crypto_generichash_init(&state_, nullptr, 0, kHashBytes); }

    void add(std::string_view part) {
        update(std::to_string(part.size()) + ":");
        update(part);
    }
    void add(std::int64_t number) { add(std::to_string(number)); }

    [[nodiscard]] std::string digest() {
        std::string out(kHashBytes, '\0');
        crypto_generichash_final(&state_, reinterpret_cast<unsigned char*>(out.data()), kHashBytes);
        return hex(out);
    }

private:
    void update(std::string_view bytes) {
        crypto_generichash_update(&state_, reinterpret_cast<const unsigned char*>(bytes.data()),
                                  bytes.size());
    }

    crypto_generichash_state state_{};
};

}  // namespace

std::string spelled(const std::string& hash) {
    constexpr std::size_t kGroup = 8;
    std::string out;
    for (std::size_t at = 0; at < hash.size(); at += kGroup)
        out += (out.empty() ? "" : ":") + hash.substr(at, kGroup);
    return out;
}

std::string unspelled(std::string hash) {
    std::erase(hash, ':');
    return hash;
}

std::string audit_origin() { return std::string(2 * kHashBytes, '0'); }

std::string audit_hash(std::string_view before, const AuditRow& row) {
    Hasher hasher;
    hasher.add(before);
    hasher.add(row.number);
    hasher.add(row.at.time_since_epoch().count());
    for (const std::string* part : {&row.actor, &row.by, &row.action, &row.reason, &row.fields})
        hasher.add(*part);
    hasher.add(static_cast<std::int64_t>(row.count));
    hasher.add(static_cast<std::int64_t>(row.subjects.size()));
    for (const AuditSubject& subject : row.subjects)
        for (const std::string* part : {&subject.ticket, &subject.phone, &subject.nik})
            hasher.add(*part);
    return hasher.digest();
}

std::string audit_digest(std::string_view text) {
    Hasher hasher;
    hasher.add(text);
    return hasher.digest();
}

std::string purged_through(const AuditLink& last) {
    return "through " + std::to_string(last.number) + " " + last.hash;
}

AuditWalk::AuditWalk(AuditLink begin, std::string wanted)
    : begin_(std::move(begin)), wanted_(std::move(wanted)), last_(begin_) {
    found_ = wanted_.empty() || wanted_ == begin_.hash;
    begin_told_ = begin_.number == 0;
    if (begin_.number == 0 && begin_.hash != audit_origin())
        broken_ = "the chain does not begin at its origin";
}

bool AuditWalk::follow(const AuditRow& row) {
    if (!broken_.empty()) return false;
    if (row.number != last_.number + 1) {
        broken_ = "row " + std::to_string(last_.number + 1) + " is missing";
    } else if (audit_hash(last_.hash, row) != row.hash) {
        broken_ = "row " + std::to_string(row.number) + " was changed, or one before it";
    }
    if (!broken_.empty()) return false;
    last_ = {row.number, row.hash};
    found_ = found_ || row.hash == wanted_;
    begin_told_ =
        begin_told_ || (row.action == kAuditPurged && row.reason == purged_through(begin_));
    return true;
}

std::string AuditWalk::fault() const {
    if (!broken_.empty()) return broken_;
    if (!begin_told_)
        return "the rows up to " + std::to_string(begin_.number) +
               " are gone, and no purge of them is told";
    if (!found_)
        return "no row has the head " + wanted_ + ": the chain was cut short, or is another one";
    return "";
}

}  // namespace jangkau::sessions
