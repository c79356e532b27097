#include "base/log.hpp"
#include "bus/event_bus.hpp"
#include "model/bots.hpp"
#include "platform/discord/dispatcher.hpp"

#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <unistd.h>

// What the cache costs: bytes for each entity and microseconds for each dispatch, with payloads of
// the usual size. Prints a table in Markdown.
namespace {

using namespace rookery;
using discord::Kind;
using nlohmann::json;

std::string id(std::uint64_t number) { return std::to_string(1'100'000'000'000'000'000U + number); }

json user(std::uint64_t number) {
    return {{"id", id(number)},
            {"username", "member." + std::to_string(number)},
            {"discriminator", "0"},
            {"global_name", "Member " + std::to_string(number)},
            {"avatar", "0123456789abcdef0123456789abcdef"},
            {"bot", false},
            {"public_flags", 64},
            {"avatar_decoration_data", nullptr},
            {"collectibles", nullptr},
            {"primary_guild", nullptr}};
}

json member(std::uint64_t number) {
    return {{"user", user(number)},
            {"nick", nullptr},
            {"avatar", nullptr},
            {"banner", nullptr},
            {"roles", {id(11), id(12 + number % 20), id(40)}},
            {"joined_at", "2024-03-01T12:00:00.000000+00:00"},
            {"premium_since", nullptr},
            {"deaf", false},
            {"mute", false},
            {"flags", 2},
            {"pending", false},
            {"communication_disabled_until", nullptr}};
}

json channel(std::uint64_t number) {
    return {{"id", id(1'000 + number)},
            {"type", 0},
            {"name", "channel-" + std::to_string(number)},
            {"position", number},
            {"parent_id", id(999)},
            {"topic", "What this channel is for, in one line."},
            {"nsfw", false},
            {"last_message_id", id(5)},
            {"rate_limit_per_user", 0},
            {"flags", 0},
            {"permission_overwrites",
             {{{"id", id(1)}, {"type", 0}, {"allow", "0"}, {"deny", "2048"}},
              {{"id", id(12)}, {"type", 0}, {"allow", "2048"}, {"deny", "0"}}}}};
}

json role(std::uint64_t number) {
    return {
        {"id", id(number)},
        {"name", "role " + std::to_string(number)},
        {"color", 3'447'003},
        {"colors",
         {{"primary_color", 3'447'003}, {"secondary_color", nullptr}, {"tertiary_color", nullptr}}},
        {"hoist", false},
        {"icon", nullptr},
        {"unicode_emoji", nullptr},
        {"position", number},
        {"permissions", "2222085723512896"},
        {"managed", false},
        {"mentionable", false},
        {"flags", 0}};
}

json guild() {
    return {{"id", id(1)},
            {"name", "A guild"},
            {"icon", "0123456789abcdef0123456789abcdef"},
            {"owner_id", id(100'000)},
            {"region", "rotterdam"},
            {"afk_channel_id", nullptr},
            {"afk_timeout", 300},
            {"verification_level", 1},
            {"default_message_notifications", 1},
            {"explicit_content_filter", 2},
            {"features", {"COMMUNITY", "NEWS", "AUTO_MODERATION", "INVITE_SPLASH", "BANNER"}},
            {"mfa_level", 0},
            {"application_id", nullptr},
            {"system_channel_id", id(1'001)},
            {"system_channel_flags", 0},
            {"rules_channel_id", id(1'002)},
            {"max_members", 25'000'000},
            {"vanity_url_code", nullptr},
            {"description", "What it is about."},
            {"banner", nullptr},
            {"premium_tier", 2},
            {"premium_subscription_count", 7},
            {"preferred_locale", "en-GB"},
            {"public_updates_channel_id", id(1'003)},
            {"max_video_channel_users", 25},
            {"nsfw_level", 0},
            {"premium_progress_bar_enabled", false},
            {"joined_at", "2024-03-01T12:00:00.000000+00:00"},
            {"large", true},
            {"member_count", 100'000}};
}

json message(std::uint64_t number) {
    json author = user(100'000 + number % 500);
    json seen = member(100'000 + number % 500);
    seen.erase("user");
    return {{"id", id(10'000'000 + number)},
            {"channel_id", id(1'000 + number % 50)},
            {"guild_id", id(1)},
            {"author", author},
            {"member", seen},
            {"content", "A line of the usual length, such as people write to one another all day."},
            {"timestamp", "2026-03-01T12:00:00.000000+00:00"},
            {"edited_timestamp", nullptr},
            {"tts", false},
            {"mention_everyone", false},
            {"mentions", json::array()},
            {"mention_roles", json::array()},
            {"attachments", json::array()},
            {"embeds", json::array()},
            {"components", json::array()},
            {"pinned", false},
            {"type", 0},
            {"flags", 0},
            {"nonce", "1234567890123456789"}};
}

class Bench {
  public:
    explicit Bench(std::size_t budget) {
        std::filesystem::create_directories(dir_);
        ledger_ = *store::DeliveryLedger::open(dir_ / "ledger");
        (void)ledger_->begin_session({"session", "", 0, 1});
        discord::CacheOptions options;
        options.limits.budget = budget;
        for (const Kind kind : {Kind::guild, Kind::channel, Kind::role, Kind::user, Kind::member,
                                Kind::presence, Kind::voice_state, Kind::message}) {
            options.kinds[cache::index_of(kind)] = discord::CacheOptions::Keep::always;
        }
        dispatcher_.emplace(**model::intern_bot("bench", "discord"), bus_, ledger_,
                            *store::GuildSet::open(dir_ / "guilds"), log::get("bench"), options);
        protocol::discord::SessionFsm::Options machine;
        machine.random = [] { return 0.5; };
        machine_.emplace(std::move(machine));
        dispatcher_->begin();
        dispatcher_->ready(json{{"user", user(1)}, {"guilds", {{{"id", id(1)}}}}}.dump());
    }
    ~Bench() { std::filesystem::remove_all(dir_); }

    std::string frame(const std::string& type, const json& data) {
        return R"({"t":")" + type + R"(","s":)" + std::to_string(++seq_) + R"(,"op":0,"d":)" +
               data.dump() + "}";
    }
    void feed(const std::string& frame) {
        const auto envelope = protocol::discord::scan_envelope(frame);
        (void)dispatcher_->dispatch(*envelope, frame, *machine_, SteadyTime{});
    }
    /// Microseconds for each of the frames.
    double time(const std::vector<std::string>& frames) {
        const auto start = std::chrono::steady_clock::now();
        for (const std::string& one : frames) {
            feed(one);
        }
        const std::chrono::duration<double, std::micro> took =
            std::chrono::steady_clock::now() - start;
        return took.count() / static_cast<double>(frames.size());
    }
    const cache::Store& store() const { return dispatcher_->cache().entities().store(); }

  private:
    std::filesystem::path dir_ =
        std::filesystem::temp_directory_path() / ("rk-bench-" + std::to_string(::getpid()));
    bus::EventBus bus_;
    std::shared_ptr<store::DeliveryLedger> ledger_;
    std::optional<discord::Dispatcher> dispatcher_;
    std::optional<protocol::discord::SessionFsm> machine_;
    std::uint64_t seq_ = 0;
};

void line(const Bench& bench, const char* what, Kind kind, std::size_t payload) {
    const cache::KindStats& stats = bench.store().stats(kind);
    std::printf(
        "| %s | %llu | %zu | %llu |\n", what, static_cast<unsigned long long>(stats.entries),
        payload,
        static_cast<unsigned long long>(stats.entries == 0 ? 0 : stats.bytes / stats.entries));
}

}  // namespace

int main() {
    constexpr std::uint64_t kMembers = 100'000;
    constexpr std::uint64_t kMessages = 100'000;
    Bench bench(std::size_t{1} << 30U);
    json loaded = guild();
    for (std::uint64_t number = 0; number < 50; ++number) {
        loaded["channels"].push_back(channel(number));
        loaded["roles"].push_back(role(number == 0 ? 1 : number + 10));
    }
    bench.feed(bench.frame("GUILD_CREATE", loaded));
    std::vector<std::string> chunks;
    for (std::uint64_t first = 0; first < kMembers; first += 1'000) {
        json members = json::array();
        json presences = json::array();
        for (std::uint64_t number = first; number < first + 1'000; ++number) {
            members.push_back(member(100'000 + number));
            if (number % 5 == 0) {
                presences.push_back({{"user", {{"id", id(100'000 + number)}}},
                                     {"guild_id", id(1)},
                                     {"status", "online"},
                                     {"activities", json::array()},
                                     {"client_status", {{"desktop", "online"}}}});
            }
        }
        chunks.push_back(
            bench.frame("GUILD_MEMBERS_CHUNK",
                        {{"guild_id", id(1)}, {"members", members}, {"presences", presences}}));
    }
    const double member_time = bench.time(chunks) / 1'000;
    std::vector<std::string> frames;
    for (std::uint64_t number = 0; number < kMessages; ++number) {
        frames.push_back(bench.frame("MESSAGE_CREATE", message(number)));
    }
    const std::size_t before = bench.store().reserved();
    const double message_time = bench.time(frames);
    std::vector<std::string> edits;
    for (std::uint64_t number = kMessages - 5'000; number < kMessages; ++number) {
        json edit = message(number);
        edit["content"] = "Something else.";
        edits.push_back(bench.frame("MESSAGE_UPDATE", edit));
    }
    const double edit_time = bench.time(edits);

    std::printf(
        "| Entity | Kept | Payload bytes | Bytes each in the cache |\n| --- | --- | --- | --- |\n");
    line(bench, "guild, its lists aside", Kind::guild, guild().dump().size());
    line(bench, "channel", Kind::channel, channel(1).dump().size());
    line(bench, "role", Kind::role, role(1).dump().size());
    line(bench, "member, its account aside", Kind::member, member(1).dump().size());
    line(bench, "user", Kind::user, user(1).dump().size());
    line(bench, "presence", Kind::presence, 150);
    line(bench, "message", Kind::message, message(1).dump().size());
    std::printf(
        "\nall: %.1f MiB in use (tables included), %.1f MiB reserved; before the messages %.1f "
        "MiB\n",
        static_cast<double>(bench.store().bytes()) / 1048576.0,
        static_cast<double>(bench.store().reserved()) / 1048576.0,
        static_cast<double>(before) / 1048576.0);
    std::printf("microseconds: member of a chunk %.2f, message created %.2f, message edited %.2f\n",
                member_time, message_time, edit_time);
    return 0;
}
