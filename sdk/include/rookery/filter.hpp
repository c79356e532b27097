#pragma once

#include <rookery/arguments.hpp>
#include <rookery/json.hpp>

#include <string>

namespace rookery {

/// A name of one of our bots, or whether the author is a bot at all.
class BotIs : public ops::Argument {
  public:
    BotIs() = default;
    BotIs(std::same_as<bool> auto is_bot) noexcept
        : Argument(Kind::boolean, std::int64_t{is_bot}) {}
    BotIs(const ops::TextLike auto& name) noexcept : Argument(Kind::text, std::string_view(name)) {}
};

/// Further conditions: Filter{.fields = JsonObject().add("author.username", "alice")}.
class FieldsAre {
  public:
    FieldsAre() = default;
    FieldsAre(const JsonObject& fields) noexcept : fields_(&fields) {}
    void write(JsonObject& out) const {
        if (fields_ != nullptr) {
            out.merge(*fields_);
        }
    }

  private:
    const JsonObject* fields_ = nullptr;
};

/// Which events a handler is called for: what does not fit never enters the plugin. All that is
/// given has to hold; of several values any will do: Filter{.channel = {"1", "2"}, .bot = false}.
/// It only refers to texts, which are read when the handler is registered.
struct Filter {
    ops::Texts guild{};
    ops::Texts channel{};
    ops::Texts user{};  ///< who caused the event
    BotIs bot{};
    ops::Texts platform{};     ///< "discord"
    ops::Texts starts_with{};  ///< of the content
    ops::Texts ends_with{};
    ops::Texts contains{};
    ops::Texts equals{};
    FieldsAre fields{};

    [[nodiscard]] std::string json() const {
        JsonObject out;
        guild.write(out, "guild");
        channel.write(out, "channel");
        user.write(out, "user");
        bot.write(out, "bot");
        platform.write(out, "platform");
        starts_with.write(out, "startsWith");
        ends_with.write(out, "endsWith");
        contains.write(out, "contains");
        equals.write(out, "equals");
        fields.write(out);
        return out.text();
    }
};

}  // namespace rookery
