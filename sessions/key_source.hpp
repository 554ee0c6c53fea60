#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sessions/vault.hpp"

namespace jangkau::sessions {

/// Where the keys of an installation are kept: never in its database. One a line (or with commas
/// between them), "ID:64 hexadecimal digits", of which the highest id is the current one. Digits
/// alone are key 1.
struct KeySource {
    std::string file;       ///< "" = the data folder's `key`
    std::string text = {};  ///< the keys themselves in place of a file
    std::string name = {};  ///< of `text`, in words: "the environment variable JANGKAU_KEY"
    /// A file that others put there for this process (a credential): its group is whoever they say,
    /// and it is never written.
    bool handed_over = false;
    bool make = true;  ///< where there is neither a file nor a database yet

    [[nodiscard]] bool ours() const { return text.empty() && !handed_over; }
    [[nodiscard]] const std::string& words() const { return text.empty() ? file : name; }
};

/// Both throw std::runtime_error with a sentence for the operator: malformed, missing, or open to
/// others than the owner.
[[nodiscard]] std::vector<Key> parse_keys(std::string_view text, const std::string& from);
[[nodiscard]] std::vector<Key> read_keys(const KeySource& source);

[[nodiscard]] Key make_key(KeyId id);
/// The first key, in a new file; never over one that is there.
[[nodiscard]] Key make_key_file(const std::string& path);

/// A key file that is to take the place of another one, or of none. Until then nothing has changed,
/// and everything that is likely to fail has been done: it is written beside it, and on the disk.
class NewKeyFile {
public:
    /// With mode 0600. Throws std::runtime_error with a sentence for the operator.
    NewKeyFile(const std::string& path, const std::vector<Key>& keys);
    ~NewKeyFile();
    NewKeyFile(const NewKeyFile&) = delete;
    NewKeyFile& operator=(const NewKeyFile&) = delete;

    /// The old file or the new one, whatever happens: never half of one.
    void put_in_place();

private:
    std::string path_;
    std::string beside_;
    bool placed_ = false;
};

}  // namespace jangkau::sessions
