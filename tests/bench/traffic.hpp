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

    /// READY, number 1; `resume_url` is what the client reconnects to.
    [[nodiscard]] static std::string ready(const std::string& resume_url);

  private:
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
    [[nodiscard]] std::string known_id(std::uint64_t base, std::uint32_t count);
    [[nodiscard]] std::string hash();
    [[nodiscard]] std::string time();
    [[nodiscard]] std::string text(unsigned words);
    [[nodiscard]] std::string user(bool whole);
    [[nodiscard]] std::string member(bool with_user);
    [[nodiscard]] std::string embed();
    [[nodiscard]] std::string attachment();

    Mix mix_;
    std::mt19937_64 random_{20261121};
    std::uint64_t seq_ = 1;
    std::uint64_t messages_ = 0;
};

}  // namespace rookery::bench
