#pragma once

#include <array>

/// Who lives in a simulated community and what it looks like: told alike on every platform.
namespace rookery::sim::cast {

struct Person {
    const char* username;
    const char* display;
};

inline constexpr const char* kGuild = "Rookery";
inline constexpr const char* kBot = "rookery";

inline constexpr std::array kPeople = {
    Person{"alice", "Alice"},   Person{"bob", "Bob the Builder"}, Person{"carol", "Carol ☕"},
    Person{"dave", "dave"},     Person{"erin", "Erin O'Neil"},    Person{"frank", "Frank"},
    Person{"grace", "Grace 🚀"}, Person{"heidi", "Heidi"},         Person{"ivan", "Иван"},
};

inline constexpr std::array kTextChannels = {"general", "random", "bots", "mod-log", "welcome"};
inline constexpr const char* kVoiceChannel = "Lounge";

inline constexpr std::array kLines = {
    "good morning everyone",
    "has anybody tried the new build?",
    "it works on my machine",
    "lunch?",
    "I pushed a fix, please have a look",
    "the tests are green again 🎉",
    "who broke the coffee machine",
    "that is a feature, not a bug",
    "I will be away for an hour",
    "can somebody review my change",
    "wow, that was fast",
    "does this happen to you too?",
    "see the screenshot",
    "thanks, that helped a lot",
    "let us talk about it in the lounge",
    "I wrote it down in the wiki: https://example.invalid/wiki/rookery",
};
inline constexpr std::array kEmoji = {"👍", "🎉", "😂", "❤️", "👀", "🚀"};

}  // namespace rookery::sim::cast
