#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "server/access/key.hpp"
#include "server/access/key_secret.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rookery::server {

/// A key as it is kept: all but its secret.
struct KeyRecord {
    Key key;
    std::string prefix;  ///< of its secret, when that was made here
    Digest digest{};     ///< of its secret
    std::optional<WallTime> created;
    std::optional<WallTime> revoked;
};

/// How much a key was used.
struct KeyUse {
    std::optional<WallTime> last;
    std::uint64_t requests = 0;  ///< and sockets
};

/// What a new key is to be.
struct KeyWish {
    std::string name;
    std::vector<std::string> scopes;
    std::optional<std::vector<std::string>> guilds;
    std::optional<std::vector<std::string>> events;
    std::optional<WallTime> expires;
};

/// The keys that `rookery keys` makes: a file of the state directory, written by one at a time (the
/// runtime, or a command that holds the directory's lock), each time as a whole. Any thread.
class KeyStore {
  public:
    static constexpr std::size_t kMost = 10'000;  ///< revoked ones counted

    explicit KeyStore(const std::filesystem::path& state_dir)
        : file_(state_dir / "keys.json"), uses_file_(state_dir / "keys-used.json") {}

    /// In the order in which they were made; none when there is no file. Error invalid, with the
    /// file's name, when it cannot be understood.
    [[nodiscard]] Result<std::vector<KeyRecord>> read() const;

    struct Made {
        KeyRecord record;
        std::string secret;  ///< nowhere else
    };
    /// The id comes of the name, other than `taken` and those in the file. Errors: invalid (name,
    /// or the file), limit, io.
    [[nodiscard]] Result<Made> make(KeyWish wish, std::span<const std::string> taken, WallTime now);
    /// Errors: not_found, exists (it was revoked before), io.
    [[nodiscard]] Result<KeyRecord> revoke(const std::string& id, WallTime now);

    /// By id. What cannot be read counts as never used.
    [[nodiscard]] std::map<std::string, KeyUse> read_uses() const;
    /// Not forced onto the disk: a power failure may lose it.
    [[nodiscard]] Result<> write_uses(const std::map<std::string, KeyUse>& uses) const;

  private:
    [[nodiscard]] Result<> write(const std::vector<KeyRecord>& records) const;

    std::filesystem::path file_;
    std::filesystem::path uses_file_;
};

}  // namespace rookery::server
