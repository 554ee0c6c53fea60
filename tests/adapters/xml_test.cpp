#include "adapters/xml.hpp"

#include <gtest/gtest.h>

namespace jangkau::tests {
namespace {

using namespace jangkau::adapters;

std::string nested(int depth) {
    std::string text;
    for (int i = 0; i < depth; ++i) text += "<a>";
    for (int i = 0; i < depth; ++i) text += "</a>";
    return text;
}

TEST(Xml, IsReadAsAPlainTree) {
    const auto root = parsed_xml(
        "<?xml version=\"1.0\"?>\n<!-- remark --><a x=\"1&#10;2\" y=''>\n"
        "  one<b>two &lt;</b><![CDATA[<&]]><b z=\"3\"/>\n</a>");
    ASSERT_TRUE(root);
    EXPECT_EQ(root->name, "a");
    EXPECT_EQ(root->attribute("x"), "1\n2");
    EXPECT_EQ(root->attribute("y"), "");
    EXPECT_FALSE(root->attribute("z"));
    ASSERT_EQ(root->children.size(), 2U);
    EXPECT_EQ(root->child("b")->text, "two <");
    EXPECT_EQ(root->child("c"), nullptr);
    EXPECT_NE(root->text.find("one<&"), std::string::npos) << root->text;
    const Form form = flat(*root);
    EXPECT_EQ(form.get("a/@x"), "1\n2");
    EXPECT_EQ(form.get("a/b"), "two <");
    EXPECT_EQ(form.get("a/b/@z"), "3");
}

TEST(Xml, WhatIsWrittenIsReadAgain) {
    const Xml root{.name = "r",
                   .attributes = {{"a", "<&>\"'\n\t \xC3\xA9"}},
                   .text = " 1 < 2 & 3 ",
                   .children = {{.name = "c", .attributes = {}}}};
    const auto again = parsed_xml(written(root));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->attributes, root.attributes);
    EXPECT_EQ(again->text, root.text);
    EXPECT_EQ(again->children.size(), 1U);
}

TEST(Xml, RefusesWhatCouldGrowOrReachOut) {
    EXPECT_TRUE(parsed_xml(nested(16)));
    EXPECT_FALSE(parsed_xml(nested(17)));
    EXPECT_FALSE(parsed_xml(nested(8000)));
    EXPECT_FALSE(parsed_xml("<a>" + std::string(70'000, 'x') + "</a>"));
    EXPECT_FALSE(parsed_xml("<!DOCTYPE a><a/>"));
    EXPECT_FALSE(parsed_xml("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>"));
    EXPECT_EQ(parsed_xml("<a>&b; &amp;</a>")->text, "&b; &");
    for (const auto* broken : {"", " ", "text", "<a>", "</a>", "<a></b>", "<a/><b/>", "<a x=1/>",
                               "<a x=\"1/>", "{\"a\":1}", "<", "<!--"})
        EXPECT_FALSE(parsed_xml(broken)) << broken;
}

}  // namespace
}  // namespace jangkau::tests
