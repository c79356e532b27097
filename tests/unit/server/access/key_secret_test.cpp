#include "server/access/key_secret.hpp"

#include "server/access/scopes.hpp"

#include <gtest/gtest.h>

namespace rookery::server {
namespace {

TEST(KeySecret, made_ones_differ_and_tell_their_prefix) {
    const auto one = make_secret();
    EXPECT_NE(one, make_secret());
    EXPECT_EQ(one.size(), 64U);
    EXPECT_EQ(prefix_of(one), one.substr(3, 8));
}

TEST(KeySecret, other_texts_have_no_prefix) {
    EXPECT_EQ(prefix_of(""), "");
    EXPECT_EQ(prefix_of("rk_12345678"), "");
    EXPECT_EQ(prefix_of(std::string(64, 'x')), "");
}

TEST(KeySecret, digest_goes_through_its_text) {
    const auto digest = digest_of("abc");
    EXPECT_EQ(to_text(digest),
              "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    ASSERT_TRUE(parse_digest(to_text(digest)));
    EXPECT_TRUE(same(*parse_digest(to_text(digest)), digest));
    EXPECT_FALSE(same(digest_of("abd"), digest));
    EXPECT_FALSE(parse_digest("sha256:ba78"));
    EXPECT_FALSE(parse_digest("sha256:" + std::string(64, 'G')));
}

TEST(Scopes, unknown_one_gets_the_nearest) {
    EXPECT_TRUE(check_scope("read:guilds"));
    const auto checked = check_scope("read:guild");
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().message(),
              "unknown scope \"read:guild\"; did you mean \"read:guilds\"?");
}

}  // namespace
}  // namespace rookery::server
