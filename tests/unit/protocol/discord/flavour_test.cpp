#include "protocol/discord/flavour.hpp"

#include <gtest/gtest.h>

namespace rookery::protocol::discord {
namespace {

TEST(Flavour, is_found_by_name) {
    ASSERT_NE(find_flavour("fluxer"), nullptr);
    EXPECT_EQ(find_flavour("fluxer")->gateway_version, 1u);
    EXPECT_EQ(find_flavour("discord"), flavours().data());
    EXPECT_EQ(find_flavour("matrix"), nullptr);
}

TEST(Flavour, compression_that_a_server_lacks_gives_way_to_one_that_it_has) {
    using enum Compression;
    EXPECT_EQ(best_compression(*find_flavour("discord"), zlib), zlib);
    EXPECT_EQ(best_compression(*find_flavour("spacebar"), zstd), zlib);
    EXPECT_EQ(best_compression(*find_flavour("fluxer"), zlib), zstd);
    for (const auto& flavour : flavours()) {
        EXPECT_EQ(best_compression(flavour, none), none) << flavour.name;
    }
}

}  // namespace
}  // namespace rookery::protocol::discord
