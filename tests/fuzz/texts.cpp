// GSM-7, UCS-2, the parts of long SMS and their headers: round trips, and never an SMS of more than
// 140 octets.

#include "gateway/core/text.hpp"

#include "adapters/octets.hpp"
#include "adapters/signature.hpp"
#include "gateway/core/hex.hpp"
#include "gateway/core/utf8.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace jangkau;
using fuzz::expect;

namespace {

constexpr std::size_t kOctetsMax = 140;
constexpr std::size_t kHeaderOctets = 6;

void octets_become_text(std::string_view input) {
    for (const auto& text : {adapters::utf8_from_gsm7(input), adapters::utf8_from_latin1(input),
                             adapters::utf8_from_utf16be(input)})
        expect(valid_utf8(text), "any octets become UTF-8");
    if (const auto octets = adapters::from_hex(input))
        expect(hex(*octets) == lower_ascii(input), "hex there and back");
    if (const auto octets = adapters::from_base64(input))
        expect(adapters::base64(*octets) == input, "base64 there and back");
    expect(adapters::from_hex(hex(input)) == input, "hex back");
    expect(adapters::from_base64(adapters::base64(input)) == input, "base64 back");
}

void header_names_a_part(std::string_view input) {
    if (const auto part = adapters::part_in(input))
        expect(part->number >= 1 && part->number <= part->total && part->total <= 255 &&
                   !part->ref.empty(),
               "a part that can be");
    fuzz::Choices choices(input);
    const unsigned ref = unsigned(choices.byte()), total = 1 + unsigned(choices.below(255));
    const unsigned number = 1 + unsigned(choices.below(total));
    const std::string header{5, 0, 3, char(ref), char(total), char(number)};
    const auto part = adapters::part_in(header);
    expect(part && part->number == number && part->total == total, "our own header is read");
}

void travels(const std::string& text) {
    const Measure whole = measure(text);
    const bool gsm7 = whole.encoding == Encoding::gsm7;
    expect(adapters::utf8_from_utf16be(adapters::utf16be_from_utf8(text)) == text, "UTF-16 back");
    if (gsm7)
        expect(adapters::utf8_from_gsm7(adapters::gsm7_from_utf8(text)) == text, "GSM-7 back");
    else
        expect(!whole.forcing.empty() && text.find(whole.forcing) != text.npos,
               "the character that forces UCS-2");

    const auto parts = sms_parts(text);
    std::string joined;
    for (const auto& part : parts) {
        joined += part;
        expect(valid_utf8(part), "no character is cut");
        const std::size_t room = kOctetsMax - (parts.size() > 1 ? kHeaderOctets : 0);
        const std::size_t units = gsm7 ? adapters::gsm7_from_utf8(part).size()
                                       : adapters::utf16be_from_utf8(part).size() / 2;
        expect((gsm7 ? (units * 7 + 7) / 8 : units * 2) <= room, "a part of 140 octets at most");
        expect(!gsm7 || pack_gsm7(part).size() == (units * 7 + 7) / 8, "packed into so many");
        if (&part != &parts.back())
            expect(units + 1 >= (gsm7 ? kSmsSeptetsPart : kSmsUnitsPart), "parts are filled");
    }
    expect(joined == text, "the parts joined");
}

}  // namespace

FUZZ_TARGET(texts) {
    octets_become_text(input);
    header_names_a_part(input);

    const std::string clean = clean_utf8(input);
    expect(valid_utf8(clean) && clean_utf8(clean) == clean, "cleaned once is clean");
    expect(!valid_utf8(input) || clean.size() == input.size(), "nothing good is dropped");
    if (valid_utf8(input)) travels(std::string(input));
    travels(clean);

    const std::string folded = fold_to_gsm7(clean);
    expect(fold_to_gsm7(folded) == folded, "folded once is folded");
    const Encoding encoding = measure(trim(clean)).encoding;
    for (const std::size_t units : {1U, 12U, 40U}) {
        const std::string name = short_name(clean, units);
        expect(valid_utf8(name) && cut(name, encoding, units) == name, "a short name is short");
    }
    expect(plain_upper(plain_upper(clean)) == plain_upper(clean), "plain once is plain");
    expect(letters_key(letters_key(clean)) == letters_key(clean), "a key is its own key");
}
