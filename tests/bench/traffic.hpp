#pragma once

#include <cstdint>
#include <random>
#include <string>

namespace rookery::bench {

enum class Mix : std::uint8_t {
    mixed,     ///< what a big bot is sent: one event in five is a message
    messages,  ///< MESSAGE_CREATE only
};

/// Makes dispatches as Discord sends them, the same ones in every run: keys in the order t, s, op,
/// d; ids, hashes and texts that differ from event to event, so that neither caches nor a
/// compressor see the same bytes again and again.
class Traffic {
  public:
    explicit Traffic(Mix mix) : mix_(mix) {}

    /// One whole gateway payload with the next sequence number.
    [[nodiscard]] std::string next();

    /// How many of them were MESSAGE_CREATE.
    [[nodiscard]] std::uint64_t messages() const noexcept { return messages_; }

    static constexpr std::uint32_t kGuildCount = 300;

    /// GUILD_CREATE of one of these; all of them come first.
    [[nodiscard]] std::string guild(std::uint32_t number);

    /// READY, number 1; `resume_url` is what the client reconnects to.
    [[nodiscard]] static std::string ready(const std::string& resume_url);

  private:
    static constexpr std::uint32_t kChannelsEach = 3;
    static constexpr std::uint32_t kRolesEach = 12;
    static constexpr std::uint32_t kMembers = 100;  ///< of each guild, of 5000 users

    /// Where something happens, and who does it: one of the guild's channels and members.
    struct Place {
        std::uint32_t number;
        std::string guild;
        std::string channel;
        std::string user;
    };

    void message(std::string& d);
    void presence(std::string& d);
    void typing(std::string& d);
    void member_update(std::string& d);
    void reaction(std::string& d);
    void voice(std::string& d);
    void interaction(std::string& d);

    [[nodiscard]] std::uint32_t below(std::uint32_t limit);
    [[nodiscard]] bool one_in(std::uint32_t count) { return below(count) == 0; }
    [[nodiscard]] std::string id();
    [[nodiscard]] static std::string numbered(std::uint64_t base, std::uint32_t number);
    [[nodiscard]] std::string hash();
    [[nodiscard]] std::string time();
    [[nodiscard]] std::string text(unsigned words);
    [[nodiscard]] Place place();
    [[nodiscard]] std::string user(const std::string& known, bool whole);
    [[nodiscard]] std::string member(const Place& at, bool with_user);
    [[nodiscard]] std::string embed();
    [[nodiscard]] std::string attachment();

    Mix mix_;
    std::mt19937_64 random_{20261121};
    std::uint64_t seq_ = 1;
    std::uint64_t messages_ = 0;
};

}  // namespace rookery::bench
