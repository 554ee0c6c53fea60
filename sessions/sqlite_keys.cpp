#include "sessions/sqlite_keys.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <stdexcept>
#include <utility>

namespace jangkau::sessions {
namespace {

constexpr std::string_view kWord = "jangkau";
constexpr std::string_view kFirstCanary = "canary";
constexpr std::string_view kCanaryOf = "canary/";
constexpr std::size_t kRowsAtOnce = 500;

std::string canary_of(KeyId id) { return std::string(kCanaryOf) + std::to_string(id); }

Place place_of(const std::string& canary) { return Place(columns::kCanary, {canary}); }

std::string key_words(unsigned id) { return "key " + std::to_string(id); }

}  // namespace

bool prove_canaries(SQLite::Database& database, const Vault& vault, const std::string& keys) {
    const auto refuse = [&](const std::string& key) {
        throw std::runtime_error(key + " in " + keys + " is not the one that " +
                                 database.getFilename() + " was sealed with");
    };
    bool current = false;
    SQLite::Statement rows(database, "SELECT name, value FROM meta WHERE name GLOB 'canary*'");
    while (rows.executeStep()) {
        const std::string name = rows.getColumn(0).getString();
        const std::string sealed = rows.getColumn(1).getString();
        if (name == kFirstCanary) {
            if (vault.open_first("meta/canary", sealed) != kWord) refuse("the key");
            continue;
        }
        KeyId id = 0;
        std::from_chars(name.data() + kCanaryOf.size(), name.data() + name.size(), id);
        if (!vault.has(id)) {
            throw std::runtime_error(database.getFilename() + " is sealed with " + key_words(id) +
                                     ", which " + keys + " does not hold; put it back there");
        }
        if (vault.open(place_of(name), sealed) != kWord) refuse(key_words(id));
        current = current || id == vault.current();
    }
    return current;
}

SqliteKeys::SqliteKeys(SQLite::Database& database, Vault& vault, KeySource source)
    : database_(database), vault_(vault), source_(std::move(source)), reseal_(database, vault) {}

void SqliteKeys::prove() {
    prove_first_canary();
    if (!prove_canaries(database_, vault_, source_.words())) put_canary(vault_.current());
}

void SqliteKeys::prove_first_canary() {
    {
        SQLite::Statement row(database_, "SELECT 1 FROM meta WHERE name = ?");
        row.bind(1, std::string(kFirstCanary));
        if (!row.executeStep()) return;
        (void)prove_canaries(database_, vault_, source_.words());
    }
    // Whole or not at all: whoever is killed here begins again.
    SQLite::Transaction transaction(database_, SQLite::TransactionBehavior::IMMEDIATE);
    while (!reseal_.step(kRowsAtOnce).done) {
    }
    SQLite::Statement remove(database_, "DELETE FROM meta WHERE name = ?");
    remove.bind(1, std::string(kFirstCanary));
    remove.exec();
    // Dialogues and the city's list may still need it.
    put_canary(Vault::kFirstKey);
    transaction.commit();
}

void SqliteKeys::put_canary(KeyId id) {
    const std::string name = canary_of(id);
    const std::string sealed = vault_.seal_with(id, place_of(name), kWord);
    SQLite::Statement insert(database_, "INSERT OR IGNORE INTO meta (name, value) VALUES (?, ?)");
    insert.bind(1, name);
    insert.bind(2, sealed.data(), static_cast<int>(sealed.size()));
    insert.exec();
}

bool SqliteKeys::has_canary(KeyId id) {
    SQLite::Statement row(database_, "SELECT 1 FROM meta WHERE name = ?");
    row.bind(1, canary_of(id));
    return row.executeStep();
}

std::vector<KeyUse> SqliteKeys::list() {
    std::vector<KeyUse> all;
    for (const KeyId id : vault_.ids()) {
        const bool current = id == vault_.current();
        all.push_back(
            {id, current, current ? 0 : reseal_.left(id), current ? 0 : reseal_.ageing(id)});
    }
    std::reverse(all.begin(), all.end());
    return all;
}

/// Nobody else may have changed the file meanwhile: what is written next would undo that.
std::vector<Key> SqliteKeys::keys_on_disk() const {
    std::vector<Key> keys = read_keys(source_);
    const bool same =
        keys.size() == vault_.ids().size() &&
        std::all_of(keys.begin(), keys.end(), [&](const Key& key) { return vault_.has(key.id); });
    if (!same) {
        throw std::runtime_error(
            source_.words() + " was changed since the start; start again before keys are changed");
    }
    return keys;
}

Result<unsigned, KeyRefusal> SqliteKeys::rotate() {
    // The key of a rotation that was rolled back is as good as another.
    if (vault_.ids().size() > 1 && !has_canary(vault_.current())) {
        put_canary(vault_.current());
        return unsigned{vault_.current()};
    }
    if (vault_.current() == std::numeric_limits<KeyId>::max()) {
        return KeyRefusal{"there is no number left for a new key"};
    }
    const auto next = static_cast<KeyId>(vault_.current() + 1);
    if (!source_.ours()) {
        return KeyRefusal{"the keys are kept in " + source_.words() +
                          ", where the gateway does not write; add the line " +
                          std::to_string(next) + ":$(openssl rand -hex 32) there and start again"};
    }
    try {
        std::vector<Key> keys = keys_on_disk();
        keys.push_back(make_key(next));
        // From here on the file has a key that nothing needs yet, which does no harm if this is
        // rolled back.
        NewKeyFile(source_.file, keys).put_in_place();
        vault_.add(keys.back());
    } catch (const std::runtime_error& failed) {
        return KeyRefusal{failed.what()};
    }
    put_canary(next);
    reseal_.begin_again();
    return unsigned{next};
}

Result<unsigned, KeyRefusal> SqliteKeys::drop(unsigned id) {
    if (id > std::numeric_limits<KeyId>::max() || !vault_.has(static_cast<KeyId>(id))) {
        return KeyRefusal{"there is no " + key_words(id)};
    }
    const auto old = static_cast<KeyId>(id);
    if (old == vault_.current()) return KeyRefusal{key_words(id) + " is the current one"};
    if (const auto left = reseal_.left(old); left > 0) {
        return KeyRefusal{key_words(id) + " is needed by " + std::to_string(left) +
                          " values that are not sealed anew yet; try again later"};
    }
    if (const auto ageing = reseal_.ageing(old); ageing > 0) {
        return KeyRefusal{key_words(id) + " is needed by " + std::to_string(ageing) +
                          " hops of dialogues until they are forgotten (retention.replies)"};
    }
    Dropped dropped{old, nullptr};
    if (source_.ours()) {
        try {
            std::vector<Key> keys = keys_on_disk();
            std::erase_if(keys, [&](const Key& key) { return key.id == old; });
            dropped.file = std::make_unique<NewKeyFile>(source_.file, keys);
        } catch (const std::runtime_error& failed) {
            return KeyRefusal{failed.what()};
        }
    }
    SQLite::Statement remove(database_, "DELETE FROM meta WHERE name = ?");
    remove.bind(1, canary_of(old));
    remove.exec();
    // Not before the commit: if that fails, rows that are sealed with it are there again.
    dropped_ = std::move(dropped);
    return id;
}

void SqliteKeys::settle() noexcept {
    if (!dropped_) return;
    Dropped dropped = *std::exchange(dropped_, std::nullopt);
    try {
        if (has_canary(dropped.id)) return;  // rolled back
        if (dropped.file) dropped.file->put_in_place();
        vault_.drop(dropped.id);
    } catch (const std::exception&) {
        // The key is kept for another try: a key too many does no harm.
    }
}

ResealStep SqliteKeys::reseal(std::size_t limit) {
    if (vault_.ids().size() == 1) return {};
    // A rotation whose transaction was rolled back has left none.
    put_canary(vault_.current());
    return reseal_.step(limit);
}

}  // namespace jangkau::sessions
