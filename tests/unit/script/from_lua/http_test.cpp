#include "unit/script/script_box.hpp"

namespace rookery::script {
namespace {

using testing::ScriptBox;

std::string printed(const std::string& program) {
    ScriptBox::Options options;
    options.web = true;
    ScriptBox box(
        "local http = rookery.http\nrookery.spawn(function() " + program + " print('end') end)",
        std::move(options));
    box.started();
    EXPECT_TRUE(ScriptBox::eventually([&box] {
        return box.printed().ends_with("end") || box.counters().errors > 0;
    })) << box.printed();
    return box.printed();
}

TEST(HttpOfLua, gives_status_headers_body_and_json) {
    EXPECT_EQ(printed(R"(
        local res = http.get('http://example.com/a')
        print(res.status, res.headers['x-one'], res.headers['x-two'], res.url, type(res.body))
        local got = res:json()
        print(got.method, got.timeout, got.max_bytes, got.redirects, got.granted))"),
              "200 1 a, b http://example.com/a string|GET 10000 1048576 0 false|end");
}

TEST(HttpOfLua, sends_what_it_is_told) {
    EXPECT_EQ(printed(R"(
        local options = { json = { a = 1 }, headers = { ['X-Mine'] = 'yes' }, timeout = 2.5, max_bytes = 10, redirects = 3 }
        local got = http.post('http://example.com/', options):json()
        print(got.method, got.body, got.headers['X-Mine'], got.headers['Content-Type'])
        print(got.timeout, got.max_bytes, got.redirects, options.body, options.json.a)
        print(http.post('http://example.com/', 'plain'):json().body)
        print(http.request({ url = 'http://example.com/', method = 'DELETE' }):json().method))"),
              "POST {\"a\":1} yes application/json|2500 10 3 nil 1|plain|DELETE|end");
}

TEST(HttpOfLua, tells_failures_as_values) {
    EXPECT_EQ(printed("print(http.get('http://broken.test/'))"),
              "nil nobody is there unavailable|end");
}

TEST(HttpOfLua, raises_what_is_wrong_in_the_program) {
    const auto error_of = [](const std::string& program) {
        const std::string text = printed("print(pcall(function() " + program + " end))");
        return text.substr(0, text.find("|end"));
    };
    EXPECT_EQ(error_of("http.request('x')"),
              "false probe.lua:2: rookery.http.request: expected a table of options, got string");
    EXPECT_EQ(error_of("http.get()"),
              "false probe.lua:2: rookery.http.get: url must be a string, got nil");
    EXPECT_EQ(error_of("http.request({ method = 'GET' })"),
              "false probe.lua:2: rookery.http: url must be a string");
    EXPECT_EQ(error_of("http.get('http://x/', { timeout = 61 })"),
              "false probe.lua:2: rookery.http: timeout must be a number of seconds up to 60");
    EXPECT_EQ(error_of("http.get('http://x/', { tiemout = 1 })"),
              "false probe.lua:2: rookery.http: there is no option tiemout");
    EXPECT_EQ(error_of("http.get('http://x/', { headers = { a = {} } })"),
              "false probe.lua:2: rookery.http: headers.a must be a string");
}

}  // namespace
}  // namespace rookery::script
