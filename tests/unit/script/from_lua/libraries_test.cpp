#include "unit/script/script_box.hpp"

#include <gmock/gmock.h>

namespace rookery::script {
namespace {

using testing::ScriptBox;

std::string printed(const std::string& program) {
    ScriptBox box(program);
    const auto started = box.start();
    return started ? box.printed() : started.error().message();
}

TEST(TimeLibrary, iso_texts_there_and_back) {
    EXPECT_EQ(printed(R"(local t = rookery.time
        print(t.iso(0), t.iso(951782400), t.iso(1715949000.5))
        print(t.parse('1970-01-01'), t.parse('2000-02-29T00:00:00Z'), t.parse('2024-05-17T14:30:00.500+02:00'))
        print(t.parse('2023-02-29')) print(t.parse('yesterday')) print(t.parse('2024-01-01T25:00')))"),
              "1970-01-01T00:00:00.000Z 2000-02-29T00:00:00.000Z 2024-05-17T12:30:00.500Z|"
              "0 951782400 1715949000.5|nil there is no such day|nil not an ISO time|"
              "nil there is no such time of day");
}

TEST(TimeLibrary, every_day_of_four_centuries_comes_back) {
    EXPECT_EQ(printed(R"(local t, wrong = rookery.time, 0
        for day = -146097, 146097 do
            if t.parse(t.iso(day * 86400)) ~= day * 86400 then wrong = wrong + 1 end
        end
        print(wrong, t.date(1715949000).weekday, t.date(-1).year))"),
              "0 5 1969");
}

TEST(TimeLibrary, ids_tell_their_moment) {
    EXPECT_EQ(printed("local t = rookery.time print(t.iso(t.of_id('175928847299117063')), "
                      "t.to_id(t.of_id('175928847299117063')))"),
              "2016-04-30T11:18:25.796Z 175928847298985984");
}

TEST(TimeLibrary, lengths_of_time) {
    EXPECT_EQ(printed(R"(local t = rookery.time
        print(t.duration('1h30m'), t.duration('2 days, 1 min'), t.duration('90'), t.duration('1.5h'))
        print(t.duration('soon')) print(t.duration('1 fortnight')) print(t.duration(''))
        print(t.format_duration(5400), t.format_duration(90061, 4), t.format_duration(0), t.format_duration(86401)))"),
              "5400 172860 90 5400|nil not a length of time|nil unknown unit of time 'fortnight'|"
              "nil not a length of time|1h 30m 1d 1h 1m 1s 0s 1d");
}

TEST(TimeLibrary, now_is_the_clock_of_the_system) {
    EXPECT_EQ(printed("print(math.abs(rookery.time.now() - os.time()) < 5)"), "true");
}

TEST(TimeLibrary, dates_of_a_zone) {
    EXPECT_EQ(printed(R"(local d = rookery.time.date(1715949000, 'Europe/Berlin')
        print(d.hour, d.min, d.weekday, d.offset, d.zone, pcall(rookery.time.date, 0, '../x')))"),
              "14 30 5 7200 CEST false probe.lua:2: rookery.time.date: '../x' is not a time zone: "
              "expected a name like Europe/Berlin");
}

TEST(JsonLibrary, pretty_and_empty_objects) {
    EXPECT_EQ(printed(R"(local json = rookery.json
        print(json.encode({ {}, json.object(), json.object { a = 1 } }))
        print((json.encode({ a = { 1, 'x,"{' }, b = {} }, { pretty = true }):gsub('\n', '/'))))"),
              R"([[],{},{"a":1}]|{/  "a": [/    1,/    "x,\"{"/  ],/  "b": []/})");
}

TEST(FormatLibrary, mentions_and_markup) {
    EXPECT_EQ(printed(R"(local f = rookery.format
        print(f.user('1'), f.role { id = '2' }, f.channel('3'), f.command('karma top', '4'))
        print(f.emoji('x', '5'), f.emoji { name = 'y', id = '6', animated = true }, f.emoji('+'))
        print(f.timestamp(1715949000.9, 'R'), f.timestamp('2024-05-17T12:30:00Z'))
        print(f.bold('b'), f.code('a`b'), f.quote('a'), f.link('t', 'u'))
        print(f.escape('*@everyone* [x](y)')))"),
              "<@1> <@&2> <#3> </karma top:4>|<:x:5> <a:y:6> +|<t:1715949000:R> <t:1715949000>|"
              "**b** ``a`b`` > a [t](u)|\\*@\xe2\x80\x8b"
              "everyone\\* \\[x\\]\\(y\\)");
}

TEST(FormatLibrary, truncating_counts_characters) {
    EXPECT_EQ(printed(R"(local f = rookery.format
        print(f.truncate('hello', 5), f.truncate('hello!', 5), f.truncate('äöüß', 3), f.truncate('abc', 2, '...'),
              #f.truncate('x', 0)))"),
              "hello hell\xe2\x80\xa6 \xc3\xa4\xc3\xb6\xe2\x80\xa6 ab 0");
}

TEST(FormatLibrary, takes_the_ids_of_all_platforms) {
    EXPECT_EQ(printed(R"(local f = rookery.format
        print(f.user('01JXWMEE00D14X3D2B15GG100G'), f.user('5TEkUD9s'), f.user('4915103023390@s.whatsapp.net'),
              f.channel('f094d51a-0391-4bff-a66b-d8d2b96f0813')))"),
              "<@01JXWMEE00D14X3D2B15GG100G> <@5TEkUD9s> <@4915103023390@s.whatsapp.net> "
              "<#f094d51a-0391-4bff-a66b-d8d2b96f0813>");
}

TEST(FormatLibrary, misuse_is_named) {
    EXPECT_EQ(
        printed("rookery.format.user('alice in chains')"),
        "probe.lua:1: rookery.format.user: expected an id or an object that has one, got string");
    EXPECT_EQ(printed("rookery.format.timestamp(1, 'x')"),
              "probe.lua:1: rookery.format.timestamp: the style must be one of t T d D f F R");
}

TEST(I18n, falls_back_from_region_to_language_to_default_to_key) {
    ScriptBox box(R"(
        local i18n = rookery.i18n
        i18n.add('en', { hello = 'Hello {name}', only = { english = 'yes' } })
        i18n.add('de', { hello = 'Hallo {name}' })
        i18n.add('de-AT', { hello = 'Servus {name}' })
        local vars = { name = 'Eva' }
        print(i18n.t('de-AT', 'hello', vars), i18n.t('de-CH', 'hello', vars), i18n.t('xx', 'hello', vars),
              i18n.t('de', 'only.english'), i18n.t(nil, 'hello'), i18n.t('de', 'no.such')))");
    box.started();
    EXPECT_EQ(box.lines().back(), "Servus Eva Hallo Eva Hello Eva yes Hello {name} no.such");
    EXPECT_EQ(box.lines().size(), 2U);  // one warning
}

TEST(I18n, a_number_chooses_its_form) {
    EXPECT_EQ(printed(R"(
        local i18n = rookery.i18n
        i18n.add('en', { points = { one = '{count} point', other = '{count} points' } })
        i18n.add('pl', { points = { one = '{count} punkt', few = '{count} punkty', many = '{count} punktów',
                                    other = '?' } })
        local out = {}
        for _, n in ipairs { 0, 1, 2, 5, 22 } do out[#out + 1] = i18n.t('pl', 'points', { count = n }) end
        print(table.concat(out, ','), i18n.t('en', 'points', { count = 1 }), i18n.t('en', 'points', { count = 7 })))"),
              "0 punkt\xc3\xb3w,1 punkt,2 punkty,5 punkt\xc3\xb3w,22 punkty 1 point 7 points");
}

TEST(I18n, texts_lie_in_modules) {
    ScriptBox::Options options;
    options.file = "karma/init.lua";
    ScriptBox box("rookery.i18n.load('lang', { 'de' }) print(rookery.i18n.t('de', 'hi'))", options);
    box.dir().write("karma/lang/de.lua", "return { hi = 'Moin' }");
    box.started();
    EXPECT_EQ(box.printed(), "Moin");
}

}  // namespace
}  // namespace rookery::script
