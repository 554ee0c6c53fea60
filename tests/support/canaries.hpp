#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace jangkau {

/// Something that must be found nowhere: what it is, as a failure names it, and its bytes.
struct Canary {
    std::string what;
    std::string value;
};

/// Where one was found, with a few bytes around it.
struct Hit {
    std::string where;
    std::string what;
    std::string around;
};
[[nodiscard]] std::string written(const std::vector<Hit>& hits);

/// Looks for canaries as they are and as a careless program would write them: in hexadecimal, in
/// Base64 (at each of its three alignments), percent-encoded, in UTF-16 of either order; digits
/// also as the number that SQLite would store. Beside the canaries every 16 digits that are a NIK
/// are a hit.
class Hunt {
public:
    explicit Hunt(const std::vector<Canary>& canaries);

    /// `where` names the text in what is returned.
    [[nodiscard]] std::vector<Hit> in(const std::string& where, std::string_view text) const;
    /// All files below. One that cannot be read is a hit of its own: nobody knows what is in it.
    [[nodiscard]] std::vector<Hit> below(const std::string& folder) const;

private:
    struct Form {
        std::string what;
        std::string bytes;
    };
    std::vector<Form> forms_;
};

}  // namespace jangkau
