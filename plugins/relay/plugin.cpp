// One room over several platforms: what is written in one place appears in the others, with its
// author's name and picture where the platform has webhooks or masquerades; edits, deletions,
// answers, reactions and files follow. scripts/relay does the same in Lua.
//
// What happens in a room is done one after the other, so an edit finds the copies of its message
// made, and a copy that comes back as an event finds itself known: that is what keeps a room from
// echoing.

#include "families.hpp"
#include "voice.hpp"

#include <rookery/lock.hpp>
#include <rookery/plugin.hpp>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace relay;
using rookery::Task;

struct Room {
    std::string name;
    std::vector<Place> places;
    rookery::Lock lock;
};

class Relay final : public rookery::Plugin {
    void start() override {
        read_rooms();
        if (rooms_.empty()) {
            log().info("no rooms are configured: nothing to pass on");
            return;
        }
        families_.emplace(kv(), std::chrono::hours(24) * config().integer("days", 30));
        voice_.emplace(host());
        bots_ = config().boolean("bots", false);

        on<rookery::MessageCreate>([this](const rookery::MessageCreate& message) -> Task<> {
            if (Room* const room = room_of(message, message.channel_id())) {
                const auto turn = co_await room->lock.turn();
                co_await said(*room, message);
            }
        });
        on<rookery::MessageUpdate>([this](const rookery::MessageUpdate& event) -> Task<> {
            const rookery::Message message = event.new_value();
            if (Room* const room = room_of(event, message.channel_id())) {
                const auto turn = co_await room->lock.turn();
                co_await edited(*room, place_of(event, message.channel_id()), message);
            }
        });
        on<rookery::MessageDelete>([this](const rookery::MessageDelete& event) -> Task<> {
            if (Room* const room = room_of(event, event.channel_id())) {
                const auto turn = co_await room->lock.turn();
                co_await deleted(*room, place_of(event, event.channel_id()),
                                 std::string(event.id()));
            }
        });
        on<rookery::MessageDeleteBulk>([this](const rookery::MessageDeleteBulk& event) -> Task<> {
            if (Room* const room = room_of(event, event.channel_id())) {
                const auto turn = co_await room->lock.turn();
                for (const std::string_view id : event.ids()) {
                    co_await deleted(*room, place_of(event, event.channel_id()), std::string(id));
                }
            }
        });
        on<rookery::MessageReactionAdd>([this](const rookery::MessageReactionAdd& event) -> Task<> {
            const rookery::Reaction reaction = event.reaction();
            co_await reacted(event, event, reaction.emoji().id(), reaction.emoji().name(), true);
        });
        on<rookery::MessageReactionRemove>(
            [this](const rookery::MessageReactionRemove& event) -> Task<> {
                co_await reacted(event, event, event.emoji().id(), event.emoji().name(), false);
            });
    }

    void read_rooms() {
        const rookery::Config settings = config();
        for (const std::string& name : settings.keys("rooms")) {
            auto room = std::make_unique<Room>();
            room->name = name;
            for (std::uint32_t i = 0; i < settings.size("rooms." + name); ++i) {
                const std::string at = "rooms." + name + "." + std::to_string(i);
                Place place{settings.required_text(at + ".bot"),
                            settings.required_text(at + ".channel")};
                if (!rooms_.emplace(place.key(), room.get()).second) {
                    throw rookery::Error(RK_E_INVALID,
                                         at + ": " + place.key() + " is in a room already");
                }
                room->places.push_back(std::move(place));
            }
            all_rooms_.push_back(std::move(room));
        }
    }

    static Place place_of(const rookery::View& event, std::string_view channel) {
        return {std::string(event.event().bot), std::string(channel)};
    }
    Room* room_of(const rookery::View& event, std::string_view channel) const {
        const auto found = rooms_.find(place_of(event, channel).key());
        return found == rooms_.end() ? nullptr : found->second;
    }

    Task<bool> is_own(std::string bot_name, std::string user) {
        // Not every server tells a bot who it is.
        if (const std::string known = voice_->own(bot_name); !known.empty()) {
            co_return known == user;
        }
        if (!own_.contains(bot_name)) {
            const auto me = co_await bot(bot_name).users().me();
            if (!me) {
                co_return false;
            }
            own_[bot_name] = me->id();
        }
        co_return own_[bot_name] == user;
    }

    Task<> said(Room& room, const rookery::MessageCreate& message) {
        const Place here = place_of(message, message.channel_id());
        const std::string id(message.id());
        // One of our copies, or begun before a restart: then the places that miss it get it.
        auto family = co_await families_->of(here, id);
        const bool own = co_await is_own(here.bot, std::string(message.author().id()));
        if (family && *family != Families::name(here, id)) {
            co_return;
        }
        if (own || (message.author().bot() && !bots_)) {
            co_return;
        }
        const std::string name = Families::name(here, id);
        if (!family) {
            co_await families_->begin(name, here, id, std::string(message.content()));
        }
        Families::Name answered;
        if (const auto target = message.reply_to()) {
            answered = co_await families_->of(here, std::string(*target));
        }
        const Form form = form_of(message);
        for (const Place& place : room.places) {
            const auto there = co_await families_->member(name, place);
            if (there) {
                continue;
            }
            std::string target;
            if (answered) {
                const auto member = co_await families_->member(*answered, place);
                target = member ? member->id : std::string();
            }
            const auto copy = co_await voice_->say(place, form, target);
            if (copy) {
                co_await families_->add(name, place, *copy);
            } else {
                log().warn(room.name + ": not passed on to " + place.key() + ": " +
                           copy.error().message);
            }
        }
    }

    Task<> edited(Room& room, Place here, rookery::Message message) {
        const auto family = co_await families_->of(here, std::string(message.id()));
        if (!family || *family != Families::name(here, message.id())) {
            co_return;
        }
        const bool other = co_await families_->changed(*family, std::string(message.content()));
        if (!other) {
            co_return;
        }
        const Form form = form_of(message);
        for (const Place& place : room.places) {
            const auto copy = co_await families_->member(*family, place);
            if (copy && place != here) {
                co_await voice_->edit(place, *copy, form);
            }
        }
    }

    Task<> deleted(Room& room, Place here, std::string id) {
        const auto family = co_await families_->of(here, id);
        if (!family) {
            co_return;
        }
        for (const Place& place : room.places) {
            const auto member = co_await families_->member(*family, place);
            if (member) {
                co_await families_->forget(*family, place, member->id);
                if (place != here) {
                    co_await voice_->remove(place, *member);
                }
            }
        }
    }

    /// Shown in the other places by the bot's own, as long as somebody's is left anywhere.
    template <class Event>
    Task<> reacted(const rookery::View& view, const Event& event,
                   std::optional<std::string_view> custom, std::optional<std::string_view> name,
                   bool add) {
        Room* const room = room_of(view, event.channel_id());
        if (room == nullptr || !name) {
            co_return;
        }
        const auto turn = co_await room->lock.turn();
        const Place here = place_of(view, event.channel_id());
        const std::string user(event.user_id());
        const bool own = co_await is_own(here.bot, user);
        const auto family = co_await families_->of(here, std::string(event.message_id()));
        if (own || !family) {
            co_return;
        }
        const std::string emoji = std::string(*name) + (custom ? ":" + std::string(*custom) : "");
        const bool changed = co_await families_->react(*family, emoji, here.bot + "/" + user, add);
        if (!changed || custom) {
            co_return;
        }
        for (const Place& place : room->places) {
            const auto member = co_await families_->member(*family, place);
            if (member && place != here) {
                co_await voice_->react(place, *member, emoji, add);
            }
        }
    }

    std::map<std::string, Room*> rooms_;  ///< by place
    std::vector<std::unique_ptr<Room>> all_rooms_;
    std::optional<Families> families_;
    std::optional<Voice> voice_;
    std::map<std::string, std::string> own_;  ///< by bot: the account that speaks for us
    bool bots_ = false;
};

}  // namespace

ROOKERY_PLUGIN(Relay, R"({"name": "relay", "version": "1.0.0", "license": "MIT",
    "description": "Makes channels of several platforms one room.",
    "capabilities": ["kv", "rest:*"]})")
