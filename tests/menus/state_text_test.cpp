#include <gtest/gtest.h>

#include <random>

#include "menus/step.hpp"
#include "tests/support/case_name.hpp"

namespace jangkau::menus {
namespace {

using namespace std::string_literals;

TEST(StateText, is_short_and_readable) {
    State state;
    state.node = "nik";
    state.language = "id";
    EXPECT_EQ(encode(state), "v=1&n=nik&l=id");
    state.revision = 7;
    state.page = 2;
    state.tries = 1;
    state.trail = {"main", "who"};
    state.vars = {{"name", "BUDI & ANI"}};
    EXPECT_EQ(encode(state), "v=1&n=nik&l=id&p=2&t=1&b=main&b=who&r=7&x.name=BUDI%20%26%20ANI");
}

struct RoundTripCase {
    const char* name;
    std::string text;
};
class RoundTrip : public testing::TestWithParam<RoundTripCase> {};

TEST_P(RoundTrip, keeps_any_string_in_any_place) {
    const std::string& text = GetParam().text;
    State state;
    state.node = state.language = state.filter = state.edit_stage = state.edit_return = text;
    state.trail = {text, "", text};
    state.vars = {{text, text}, {"a", ""}, {"", "b"}};
    state.revision = static_cast<std::uint32_t>(-1);
    state.page = static_cast<std::size_t>(-1);
    state.tries = static_cast<unsigned>(-1);
    state.ended = true;
    EXPECT_EQ(decode_state(encode(state)), state);
}

INSTANTIATE_TEST_SUITE_P(
    StateText, RoundTrip,
    testing::Values(RoundTripCase{"empty", ""}, RoundTripCase{"words", "Bara Baraya"},
                    RoundTripCase{"equals", "a=b"}, RoundTripCase{"ampersand", "a&b=c&v=2"},
                    RoundTripCase{"percent", "%41%"}, RoundTripCase{"plus", "a+b"},
                    RoundTripCase{"zero byte", "a\0b"s}, RoundTripCase{"lines", "a\r\n\tb"},
                    RoundTripCase{"utf8", "caf\xC3\xA9 \xF0\x9F\x98\x80"},
                    RoundTripCase{"broken utf8", "\xFF\xC3"}, RoundTripCase{"prefix", "x.x."},
                    RoundTripCase{"long", std::string(100'000, '&')}),
    case_name<RoundTripCase>);

TEST(StateText, keeps_random_states) {
    std::mt19937 random(1);
    const auto text = [&] {
        std::string out(random() % 12, ' ');
        for (char& c : out) c = static_cast<char>(random() % 256);
        return out;
    };
    for (int round = 0; round < 5000; ++round) {
        State state;
        state.node = text();
        state.language = text();
        state.filter = text();
        state.edit_stage = text();
        state.edit_return = text();
        for (std::size_t i = random() % 5; i > 0; --i) state.trail.push_back(text());
        for (std::size_t i = random() % 5; i > 0; --i) state.vars[text()] = text();
        state.revision = static_cast<std::uint32_t>(random() % 3);
        state.page = random() % 3;
        state.tries = static_cast<unsigned>(random() % 3);
        state.ended = random() % 2 == 0;
        ASSERT_EQ(decode_state(encode(state)), state);
    }
}

struct GarbageCase {
    const char* name;
    std::string text;
};
class Garbage : public testing::TestWithParam<GarbageCase> {};

TEST_P(Garbage, is_no_state) { EXPECT_EQ(decode_state(GetParam().text), std::nullopt); }

INSTANTIATE_TEST_SUITE_P(
    StateText, Garbage,
    testing::Values(
        GarbageCase{"empty", ""}, GarbageCase{"words", "hello"},
        GarbageCase{"json", R"({"node":"a"})"}, GarbageCase{"no version", "n=a&l=id"},
        GarbageCase{"later version", "v=2&n=a&l=id"}, GarbageCase{"empty version", "v=&n=a&l=id"},
        GarbageCase{"version last", "n=a&l=id&v=1"},
        GarbageCase{"version twice", "v=1&v=1&n=a&l=id"}, GarbageCase{"no node", "v=1&l=id"},
        GarbageCase{"node twice", "v=1&n=a&n=b&l=id"},
        GarbageCase{"unknown field", "v=1&n=a&l=id&q=1"},
        GarbageCase{"variable twice", "v=1&n=a&l=id&x.a=1&x.a=2"},
        GarbageCase{"variables unsorted", "v=1&n=a&l=id&x.b=1&x.a=2"},
        GarbageCase{"no equals", "v=1&n=a&l=id&p"},
        GarbageCase{"page of words", "v=1&n=a&l=id&p=two"},
        GarbageCase{"page empty", "v=1&n=a&l=id&p="},
        GarbageCase{"page negative", "v=1&n=a&l=id&p=-1"},
        GarbageCase{"page with zeros", "v=1&n=a&l=id&p=01"},
        GarbageCase{"page zero", "v=1&n=a&l=id&p=0"},
        GarbageCase{"draft with zeros", "v=1&n=a&l=id&d=05"},
        GarbageCase{"draft below nothing", "v=1&n=a&l=id&d=-05"},
        GarbageCase{"revision zero", "v=1&n=a&l=id&r=0"},
        GarbageCase{"revision too large", "v=1&n=a&l=id&r=4294967296"},
        GarbageCase{"page too large", "v=1&n=a&l=id&p=99999999999999999999"},
        GarbageCase{"tries with tail", "v=1&n=a&l=id&t=1x"},
        GarbageCase{"ended with nought", "v=1&n=a&l=id&e=0"},
        GarbageCase{"raw blank", "v=1&n=a b&l=id"}, GarbageCase{"broken percent", "v=1&n=%4&l=id"},
        GarbageCase{"percent of a letter", "v=1&n=%61&l=id"},
        GarbageCase{"small hex", "v=1&n=%c3%a9&l=id"},
        GarbageCase{"ampersand behind", "v=1&n=a&l=id&"},
        GarbageCase{"ampersand in front", "&v=1&n=a&l=id"},
        GarbageCase{"zero byte", "v=1&n=a&l=id\0"s},
        GarbageCase{"long", std::string(100'000, '&')}),
    case_name<GarbageCase>);

TEST(StateText, of_any_bytes_is_a_state_only_as_it_was_written) {
    std::mt19937 random(2);
    const std::string pieces[] = {"v=1", "&",   "=",   "n=",  "l=id", "p=1",
                                  "x.",  "%41", "b=a", "e=1", "\xFF", "t="};
    for (int round = 0; round < 20'000; ++round) {
        std::string text = random() % 2 ? "v=1&n=a&l=id" : "";
        for (std::size_t i = random() % 8; i > 0; --i) text += pieces[random() % 12];
        const auto state = decode_state(text);
        if (state) {
            ASSERT_EQ(encode(*state), text);
        }
    }
}

}  // namespace
}  // namespace jangkau::menus
