// SMS as commands, of workers and agents, with the words of the shipped menu: any text is read, a
// command that is written out plainly is the same command, and the fields of a registration are
// whole texts.

#include "gateway/core/text.hpp"
#include "menus/flows/sms_fields.hpp"
#include "menus/sms_grammar.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/gateway/shipped_config.hpp"

using namespace jangkau;
using fuzz::expect;

namespace {

/// One that is not another keyword's, too: a word of two lists is the first one's.
std::string own_word(const menus::Keyword& keyword, const menus::Vocabulary& vocabulary) {
    std::vector<std::string> words = keyword.also;
    words.insert(words.begin(), keyword.word);
    for (const auto& word : words) {
        const auto alone = menus::parse_command(word, vocabulary);
        if (alone && alone->keyword == &keyword) return word;
    }
    throw fuzz::Broken("a keyword has a word of its own: " + keyword.word);
}

void reads(std::string_view input, const menus::Vocabulary& vocabulary) {
    const auto command = menus::parse_command(input, vocabulary);
    if (!command) return;
    expect(command->keyword != nullptr, "a command has its keyword");
    expect(valid_utf8(command->rest), "a rest in UTF-8");
    std::string plain = own_word(*command->keyword, vocabulary);
    std::vector<std::string> words;
    for (const auto& word : command->words) {
        expect(plain_upper(word) == word || word == "?", "words are plain");
        if (word == "?") continue;  // it asks for help in front only
        words.push_back(word);
        plain += " " + word;
    }
    const auto again = menus::parse_command(plain, vocabulary);
    expect(again && again->keyword == command->keyword, "written plainly it is the same command");
    expect(again->words == words, "with the same words");
    const std::string ticket = menus::ticket_in(*command, 7);
    expect(ticket == menus::ticket_in(*again, 7), "about the same ticket");
    expect(ticket.empty() || ticket.size() == 7, "of seven digits");
}

void is_part(const std::optional<std::string>& field) {
    expect(!field || (valid_utf8(*field) && field->size() <= 3 * 480), "a field of the SMS");
}

}  // namespace

FUZZ_TARGET(sms_words) {
    const flows::Service& service = gateway::shipped_service();
    reads(input, service.menu.worker_words);
    reads(input, {service.menu.agent_words, service.menu.worker_words});

    const flows::SmsFields fields = flows::read_sms_fields(service, input);
    for (const auto& field : {fields.nik, fields.name, fields.place, fields.job}) is_part(field);
}
