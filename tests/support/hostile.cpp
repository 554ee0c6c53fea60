#include "tests/support/hostile.hpp"

namespace jangkau {
namespace {

std::string repeated(const std::string& what, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += what;
    return out;
}

}  // namespace

const std::vector<Hostile>& hostile_texts() {
    static const std::vector<Hostile> texts{
        {"SQL: a quote", "O'BRIEN"},
        {"SQL: closes and drops", "SITI'; DROP TABLE enrollments; --"},
        {"SQL: always true", "' OR '1'='1"},
        {"SQL: numbers", "1 OR 1=1"},
        {"SQL: union", "x' UNION SELECT value FROM meta --"},
        {"SQL: stacked", "1; DELETE FROM persons; --"},
        {"SQL: comment", "SITI/**/AMINAH--"},
        {"SQL: attach", "'; ATTACH DATABASE '/tmp/x' AS x; --"},
        {"SQL: wildcard", "%"},
        {"SQL: double quote", "\"; SELECT 1; \""},
        {"SQL: backslash", "SITI\\'; --"},
        {"SQL: hexadecimal", "x'53495449'"},
        {"script", "<script>alert(1)</script>"},
        {"script: image", "<img src=x onerror=alert(1)>"},
        {"script: attribute", "\" onmouseover=\"alert(1)"},
        {"script: SVG", "<svg/onload=alert(1)>"},
        {"script: URL", "javascript:alert(1)"},
        {"XML: entity", "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>&e;"},
        {"XML: end of CDATA", "]]><x/>"},
        {"XML: reference", "&#0;&lt;"},
        {"formula: equals", "=HYPERLINK(\"http://x\")"},
        {"formula: plus", "+cmd|' /C calc'!A0"},
        {"formula: minus", "-2+3"},
        {"formula: at", "@SUM(1+9)"},
        {"formula: behind a tab", "\t=1+1"},
        {"formula: behind a line end", "\r=1+1"},
        {"formula: full width",
         "\xEF\xBC\x9D"
         "1+1"},
        {"control: NUL", std::string("SITI\0AMINAH", 11)},
        {"control: NUL only", std::string("\0", 1)},
        {"control: bell and backspace", "SITI\x07\x08\x08"},
        {"control: escape sequence", "\x1b[2J\x1b[31mSITI"},
        {"control: title of a terminal", "\x1b]0;owned\x07"},
        {"control: line ends", "SITI\r\n{\"level\":\"error\",\"event\":\"forged\"}"},
        {"control: header", "SITI\r\nSet-Cookie: x=1"},
        {"control: C1",
         "SITI\xC2\x9B"
         "31m"},
        {"control: DEL", "SITI\x7f"},
        {"UTF-8: lone continuation", "SITI\x80"},
        {"UTF-8: overlong slash", "SITI\xC0\xAF"},
        {"UTF-8: overlong NUL", "SITI\xC0\x80"},
        {"UTF-8: surrogate", "SITI\xED\xA0\x80"},
        {"UTF-8: above the last", "SITI\xF4\x90\x80\x80"},
        {"UTF-8: cut", "SITI\xE2\x82"},
        {"UTF-8: bytes that never occur", "\xFE\xFF\xFE"},
        {"UTF-8: byte order mark", "\xEF\xBB\xBFSITI"},
        {"direction: override",
         "SITI\xE2\x80\xAE"
         "HANIMA"},
        {"direction: isolate", "\xE2\x81\xA6SITI\xE2\x81\xA9"},
        {"direction: Arabic", "\xD8\xB3\xD9\x8A\xD8\xAA\xD9\x8A"},
        {"digits: Arabic", "\xD9\xA7\xD9\xA3\xD9\xA7\xD9\xA1"},
        {"digits: full width", "\xEF\xBC\x97\xEF\xBC\x93\xEF\xBC\x97\xEF\xBC\x91"},
        {"combining: a thousand", "S" + repeated("\xCC\x81", 1000)},
        {"zero width", "SI\xE2\x80\x8BTI\xE2\x80\x8D"},
        {"emoji", "SITI \xF0\x9F\x98\x80"},
        {"GSM: extension characters", "^{}\\[~]|\xE2\x82\xAC"},
        {"GSM: escape twice", "\x1b\x1b\x1b"},
        {"GSM: septets that are no Latin", "\xCE\x94_\xCE\xA6\xCE\x93"},
        {"path: up", "../../../../etc/passwd"},
        {"path: encoded", "..%2f..%2fetc%2fpasswd"},
        {"path: encoded twice", "%252e%252e%252fetc"},
        {"path: NUL", std::string("../etc/passwd\0.yaml", 19)},
        {"path: absolute", "/etc/passwd"},
        {"path: Windows", "..\\..\\windows\\win.ini"},
        {"format", "%s%s%n%x"},
        {"template", "{ticket}{name}{{price}}"},
        {"shell", "$(touch /tmp/x)`touch /tmp/x`;&|"},
        {"look-up", "${jndi:ldap://x/a}${HOME}"},
        {"JSON", "\",\"admin\":true,\"x\":\""},
        {"YAML", "!!python/object:os.system"},
        {"long: 300 letters", repeated("A", 300)},
        {"long: ten thousand letters", repeated("A", 10'000)},
        {"long: ten thousand digits", repeated("7", 10'000)},
        {"long: ten thousand stars", repeated("*", 10'000)},
        {"number: too large", "99999999999999999999999999"},
        {"number: negative", "-1"},
        {"number: exponent", "1e9"},
        {"nothing", ""},
        {"blanks", "   "},
    };
    return texts;
}

}  // namespace jangkau
