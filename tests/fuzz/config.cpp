// Configuration: any text gives a configuration or problems in words with their places; a value put
// over it does, too.
// Lines: the value that is put over it, then the file.

#include "gateway/config.hpp"

#include <fstream>

#include "gateway/config_values.hpp"
#include "gateway/core/text.hpp"
#include "menus/flows/prices.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/support/fast_folder.hpp"

using namespace jangkau;
using fuzz::expect;

namespace {

void in_words(const Problems& problems) {
    for (const Problem& problem : problems) {
        expect(!problem.what.empty() && problem.line >= 0, "a problem in words, with its line");
        expect(!written(problem).empty(), "that can be told");
    }
}

/// One folder for all runs; the file is written anew in each.
const std::string& file_with(std::string_view text) {
    static const FastFolder folder;
    static const std::string file = folder.path() + "/jangkau.yaml";
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
    return file;
}

}  // namespace

FUZZ_TARGET(config) {
    fuzz::Choices choices(input);
    const std::string set(choices.line());
    const std::string text(choices.rest());

    Problems of_form;
    if (auto tree = menus::parse_yaml(text, "jangkau.yaml", of_form)) {
        expect(!any_error(of_form), "a tree has no errors");
        gateway::override_value(*tree, set, of_form);
        gateway::Fingerprint one, other;
        one.add(*tree);
        other.add(*tree);
        expect(one.value() == other.value(), "the same fingerprint");
    } else {
        expect(any_error(of_form), "why there is none");
    }
    in_words(of_form);

    gateway::ConfigOptions options;
    options.file = file_with(text);
    options.secrets_needed = false;
    if (!set.empty()) options.set = {set};
    Problems problems;
    const auto config = gateway::load_config(options, problems);
    expect(config.has_value() != any_error(problems), "a configuration, or what is wrong with it");
    in_words(problems);
    Problems of_channels;
    (void)gateway::load_channels(options, of_channels);
    in_words(of_channels);
    Problems of_folder;
    (void)gateway::find_data_folder(options, of_folder);
    in_words(of_folder);
}
