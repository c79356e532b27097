#include "protocol/discord/flavour.hpp"

#include <algorithm>
#include <array>

namespace rookery::protocol::discord {
namespace {

constexpr std::array kAll{Compression::zstd, Compression::zlib, Compression::none};
// Older releases of Spacebar close a connection that asks for zstd-stream.
constexpr std::array kZlib{Compression::zlib, Compression::none};
constexpr std::array kZstd{Compression::zstd, Compression::none};

constexpr std::array kFlavours{
    Flavour{"discord", "https://discord.com/api/v10", 10, kAll, true, true},
    // Every instance has its own addresses. It answers each resume with an invalid session, and
    // sends every guild to every shard.
    Flavour{"spacebar", "", 10, kZlib, false, false},
    // The gateway's version is 1, and 4012 answers any other.
    Flavour{"fluxer", "https://api.fluxer.app/v1", 1, kZstd, true, true},
};

}  // namespace

std::span<const Flavour> flavours() noexcept { return kFlavours; }

const Flavour* find_flavour(std::string_view name) noexcept {
    const auto found = std::ranges::find(kFlavours, name, &Flavour::name);
    return found == kFlavours.end() ? nullptr : &*found;
}

Compression best_compression(const Flavour& flavour, Compression wanted) noexcept {
    if (std::ranges::find(flavour.compressions, wanted) != flavour.compressions.end() ||
        flavour.compressions.empty()) {
        return wanted;
    }
    return flavour.compressions.front();
}

}  // namespace rookery::protocol::discord
