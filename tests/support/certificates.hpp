#pragma once

#include <cstdlib>
#include <string>
#include <utility>

namespace jangkau {

/// Keys and certificates for 127.0.0.1 in a folder, made by openssl: NAME.key and NAME.crt, which
/// is its own authority.
class Certificates {
public:
    explicit Certificates(std::string folder) : folder_(std::move(folder)) {}

    [[nodiscard]] std::string file(const std::string& name) const { return folder_ + "/" + name; }
    /// In the place of an older one, if there is one.
    void make(const std::string& name) const {
        (void)run(
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
            " -subj /CN=" +
            name + " -addext subjectAltName=IP:127.0.0.1 -keyout " + file(name + ".key") +
            " -out " + file(name + ".crt"));
    }
    /// The exit code of a command whose words nobody needs.
    static int run(const std::string& command) {
        return std::system((command + " >/dev/null 2>&1").c_str());
    }

private:
    std::string folder_;
};

}  // namespace jangkau
