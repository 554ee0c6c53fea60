#include "adapters/json.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace jangkau::tests {
namespace {

using namespace jangkau::adapters;

HttpRequest posted(std::string body) {
    HttpRequest request;
    request.method = "POST";
    request.body = std::move(body);
    return request;
}

Form flattened(std::string body, Keys keys = Keys::as_written) {
    return flat(*posted_json(posted(std::move(body))), keys);
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(Flat, NamesWhatLiesDeeperByItsPath) {
    EXPECT_EQ(
        flattened(R"({"a":"1","b":{"c":"2","d":{"e":"3"}},"f":["4",{"g":"5"},["6"]]})").fields(),
        (Pairs{{"a", "1"},
               {"b.c", "2"},
               {"b.d.e", "3"},
               {"f.0", "4"},
               {"f.1.g", "5"},
               {"f.2.0", "6"}}));
}

TEST(Flat, WritesNumbersAndTruthValuesAsTheirText) {
    EXPECT_EQ(
        flattened(
            R"({"i":6281234500001,"n":-7,"z":0,"u":18446744073709551615,"t":true,"f":false,"x":null,"s":""})")
            .fields(),
        (Pairs{{"i", "6281234500001"},
               {"n", "-7"},
               {"z", "0"},
               {"u", "18446744073709551615"},
               {"t", "true"},
               {"f", "false"},
               {"s", ""}}));
}

TEST(Flat, CountsTheItemsThatAreLeftOut) {
    EXPECT_EQ(flattened(R"({"a":[null,{},"x"]})").fields(), (Pairs{{"a.2", "x"}}));
}

TEST(Flat, TakesTheLastOfARepeatedKey) {
    const Form form = flattened(R"({"a":"1","a":"2"})");
    EXPECT_EQ(form.get("a"), "2");
    EXPECT_EQ(form.fields().size(), 1U);
}

TEST(Flat, LowersKeysAndNotValuesWhereAsked) {
    const std::string body = R"({"Body":{"MSISDN":"+62AbC"},"Items":[{"Id":"X"}]})";
    EXPECT_EQ(flattened(body, Keys::lower_case).fields(),
              (Pairs{{"body.msisdn", "+62AbC"}, {"items.0.id", "X"}}));
    EXPECT_EQ(flattened(body).get("Body.MSISDN"), "+62AbC");
}

TEST(Flat, StopsAtItsLimit) {
    std::string body = R"({"first":"1","many":[)";
    for (int i = 0; i < 10'000; ++i) body += "1,";
    EXPECT_EQ(flattened(body + R"(1],"last":"2"})").fields().size(), 4000U);
}

std::string nested(int depth) {
    std::string body;
    for (int i = 0; i < depth; ++i) body += R"({"a":)";
    return body + "1" + std::string(static_cast<std::size_t>(depth), '}');
}

TEST(PostedJson, LimitsItsDepth) {
    EXPECT_TRUE(posted_json(posted(nested(8))));
    EXPECT_FALSE(posted_json(posted(nested(9))));
    EXPECT_FALSE(posted_json(posted(nested(10'000))));
    EXPECT_FALSE(posted_json(posted(R"({"a":)" + std::string(30'000, '['))));
}

TEST(PostedJson, LimitsItsSize) {
    const auto body = [](std::size_t bytes) {
        const std::string begin = R"({"a":")";
        return begin + std::string(bytes - begin.size() - 2, 'x') + "\"}";
    };
    EXPECT_TRUE(posted_json(posted(body(256 * 1024))));
    const auto larger = posted_json(posted(body(256 * 1024 + 1)));
    ASSERT_FALSE(larger);
    EXPECT_EQ(larger.error().field, "body");
    EXPECT_EQ(larger.error().why, "is too long");
}

TEST(PostedJson, RefusesWhatIsNoObject) {
    for (const char* body :
         {"", "[]", "1", "\"a\"", "null", "{", "{\"a\":1}x", "{'a':1}", "{\"a\":1,}",
          "\xEF\xBB\xBF{}", "{\"a\":\"\\u12\"}", "{\"a\":\"\\", "{\"a\":\"\\ud83d"}) {
        const auto object = posted_json(posted(body));
        ASSERT_FALSE(object) << body;
        EXPECT_EQ(object.error().field, "body") << body;
    }
    EXPECT_TRUE(posted_json(posted(" {\"a\":1} \n")));
}

TEST(PostedJson, TakesBrokenUtf8AsItIs) {
    EXPECT_EQ(flattened("{\"a\":\"x\xff\",\"b\":\"y\"}").fields(),
              (Pairs{{"a", "x\xff"}, {"b", "y"}}));
}

TEST(PostedJson, ReplacesHalvesOfACharacter) {
    const std::pair<const char*, const char*> texts[] = {
        {R"(a\ud83d)", "a\xEF\xBF\xBD"},
        {R"(\ude00b)",
         "\xEF\xBF\xBD"
         "b"},
        {R"(\ud83d\ud83d\ude00)", "\xEF\xBF\xBD\xF0\x9F\x98\x80"},
        {R"(\uD83D\n)", "\xEF\xBF\xBD\n"},
        {R"(\\ud83d \ud83d)", "\\ud83d \xEF\xBF\xBD"},
        {R"(\ud83d\u0041)",
         "\xEF\xBF\xBD"
         "A"},
    };
    for (const auto& [escaped, text] : texts)
        EXPECT_EQ(flattened("{\"a\":\"" + std::string(escaped) + "\"}").get("a"), text) << escaped;
}

TEST(PostedJson, MustBePosted) {
    HttpRequest request = posted("{}");
    request.method = "GET";
    EXPECT_EQ(posted_json(request).error().field, "method");
    request.method = "PUT";
    EXPECT_TRUE(posted_json(request));
}

TEST(AnsweredJson, IsEmptyWhereThereIsNone) {
    EXPECT_TRUE(answered_json({200, {}, "<html>"}).empty());
    EXPECT_TRUE(answered_json({200, {}, "[1]"}).empty());
    EXPECT_TRUE(answered_json({200, {}, "{\"a\":\"" + std::string(270'000, 'x') + "\"}"}).empty());
    EXPECT_EQ(answered_json({500, {}, R"({"a":1})"}).size(), 1U);
}

TEST(ObjectsIn, LeavesOutWhatIsNone) {
    const auto object = *posted_json(posted(R"({"list":[{"a":1},2,null,{"b":2}],"one":{"a":1}})"));
    EXPECT_EQ(objects_in(object, "list").size(), 2U);
    EXPECT_TRUE(objects_in(object, "one").empty());
    EXPECT_TRUE(objects_in(object, "none").empty());
}

TEST(StringIn, IsEmptyWhereThereIsNoText) {
    const auto object = *posted_json(posted(R"({"s":"x","n":1})"));
    EXPECT_EQ(string_in(object, "s"), "x");
    EXPECT_EQ(string_in(object, "n"), "");
    EXPECT_EQ(string_in(object, "none"), "");
}

}  // namespace
}  // namespace jangkau::tests
