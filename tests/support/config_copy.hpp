#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

namespace jangkau {

/// A copy of the shipped configuration that a test may change. Its menu has one dialogue more,
/// which is no part of the service: behind the shortcut 77 stand kNumberedScreens screens, and each
/// shows the same number; 1 leads on, and the last one ends. The SMS word NOMOR answers with it,
/// too.
class ConfigCopy {
public:
    static constexpr int kNumberedScreens = 5;

    ConfigCopy() {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "jangkau-config-XXXXXX").string();
        if (!::mkdtemp(pattern.data())) throw std::runtime_error("mkdtemp failed");
        folder_ = pattern;
        std::filesystem::copy(JANGKAU_SOURCE_DIR "/config", folder_,
                              std::filesystem::copy_options::recursive);
        std::string states = "states:\n  numbered_sms: {say: NUM_SMS}\n";
        for (int i = 1; i <= kNumberedScreens; ++i) {
            states += "  numbered_" + std::to_string(i);
            states += i == kNumberedScreens
                          ? ": {say: NUM" + std::to_string(i) + "}\n"
                          : ": {choose: NUM" + std::to_string(i) + ", options: {1: numbered_" +
                                std::to_string(i + 1) + "}}\n";
        }
        replace(kMenu, "\nstates:\n", "\n" + states);
        replace(kMenu, "\nshortcuts:\n", "\nshortcuts:\n  \"77\": numbered_1\n");
        replace(kMenu, "\n  worker:\n", "\n  worker:\n    NOMOR: numbered_sms\n");
        id_ = read("menus/makassar/id.yaml");
        en_ = read("menus/makassar/en.yaml");
        number(1);
    }
    ~ConfigCopy() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    ConfigCopy(const ConfigCopy&) = delete;
    ConfigCopy& operator=(const ConfigCopy&) = delete;

    [[nodiscard]] std::string file() const { return (folder_ / "jangkau.yaml").string(); }
    [[nodiscard]] std::string path(const std::string& name) const {
        return (folder_ / name).string();
    }
    /// From now on the screens show this number.
    void number(int number) const {
        write("menus/makassar/id.yaml", numbered(id_, number));
        write("menus/makassar/en.yaml", numbered(en_, number));
    }
    void replace(const std::string& name, std::string_view what, const std::string& with) const {
        std::string text = read(name);
        const std::size_t at = text.find(what);
        if (at == std::string::npos)
            throw std::runtime_error(std::string(what) + " is not in " + name);
        write(name, text.replace(at, what.size(), with));
    }
    void append(const std::string& name, const std::string& text) const {
        write(name, read(name) + text);
    }

    static constexpr const char* kMenu = "menus/makassar/menu.yaml";

private:
    [[nodiscard]] std::string read(const std::string& name) const {
        std::ifstream in(folder_ / name);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(folder_ / name) << text;
    }
    static std::string numbered(const std::string& language, int number) {
        const std::string shown = std::to_string(number);
        std::string texts = "\ntexts:\n  NUM_SMS: Number " + shown + " by SMS\n";
        for (int i = 1; i <= kNumberedScreens; ++i) {
            texts += "  NUM" + std::to_string(i) + ": \"Number " + shown + ", screen " +
                     std::to_string(i);
            texts += i == kNumberedScreens ? "\"\n" : "\\n1 On\"\n";
        }
        const std::size_t at = language.find("\ntexts:\n");
        if (at == std::string::npos) throw std::runtime_error("a language has no texts");
        return std::string(language).replace(at, std::string_view("\ntexts:\n").size(), texts);
    }

    std::filesystem::path folder_;
    std::string id_;  ///< as shipped
    std::string en_;
};

}  // namespace jangkau
