#include "platform/revolt/dispatcher.hpp"

#include "model/compute.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace rookery::revolt {

using gateway::Becoming;
using model::ContextKey;
using model::EventType;
using model::JsonIndex;
using model::JsonNode;

namespace {

constexpr std::size_t kMostNames = 50;
constexpr std::size_t kUlid = 26;

}  // namespace

const Dispatcher::Known* Dispatcher::find(std::string_view type) noexcept {
    using D = Dispatcher;
    static constexpr std::array<Known, 37> kKnown{{
        {"BulkMessageDelete", &D::message_bulk_delete, true},
        {"ChannelCreate", &D::channel_create, true},
        {"ChannelDelete", &D::channel_delete, true},
        {"ChannelGroupJoin", &D::group_join, true},
        {"ChannelGroupLeave", &D::group_leave, true},
        {"ChannelStartTyping", &D::typing, false},
        {"ChannelUpdate", &D::channel_update, true},
        {"EmojiCreate", &D::emoji_create, true},
        {"EmojiDelete", &D::emoji_delete, true},
        {"EmojiUpdate", &D::emoji_update, true},
        {"Message", &D::message, true},
        {"MessageAppend", &D::message_append, true},
        {"MessageDelete", &D::message_delete, true},
        {"MessageReact", &D::message_react, true},
        {"MessageRemoveReaction", &D::message_remove_reaction, true},
        {"MessageUnreact", &D::message_unreact, true},
        {"MessageUpdate", &D::message_update, true},
        {"ServerCreate", &D::server_create, true},
        {"ServerDelete", &D::server_delete, true},
        {"ServerMemberJoin", &D::member_join, true},
        {"ServerMemberLeave", &D::member_leave, true},
        {"ServerMemberUpdate", &D::member_update, true},
        {"ServerRoleDelete", &D::role_delete, true},
        {"ServerRoleRanksUpdate", &D::role_ranks, true},
        {"ServerRoleUpdate", &D::role_update, true},
        {"ServerUpdate", &D::server_update, true},
        {"UserPlatformWipe", &D::platform_wipe, true},
        {"UserPresence", &D::user_presence, true},
        {"UserRelationship", &D::user_relationship, true},
        {"UserUpdate", &D::user_update, true},
        {"UserVoiceStateUpdate", &D::voice, false},
        {"VoiceChannelJoin", &D::voice, false},
        {"VoiceChannelLeave", &D::voice, false},
        {"VoiceChannelMove", &D::voice, false},
        {"WebhookCreate", &D::webhook_create, true},
        {"WebhookDelete", &D::webhook_changed, false},
        {"WebhookUpdate", &D::webhook_changed, false},
    }};
    const auto* const found =
        std::lower_bound(kKnown.begin(), kKnown.end(), type,
                         [](const Known& each, std::string_view name) { return each.name < name; });
    return found != kKnown.end() && found->name == type ? found : nullptr;
}

Dispatcher::Dispatcher(gateway::Intake& intake, Cache& cache, log::Logger log, Wall wall)
    : intake_(intake), cache_(cache), log_(std::move(log)), wall_(std::move(wall)) {}

Dispatcher::Context::Context(const Dispatcher& owner, std::uint32_t reads) : reads_(reads) {
    text(ContextKey::cdn, owner.addresses_.cdn);
    text(ContextKey::api, owner.addresses_.api);
}

Dispatcher::Context& Dispatcher::Context::add(ContextKey key, std::string_view json) {
    if (!json.empty() && reads(key)) {
        out_ += out_.size() > 1 ? ",\"" : "\"";
        out_.append(model::context_key_name(key)).append("\":").append(json);
    }
    return *this;
}

Dispatcher::Context& Dispatcher::Context::text(ContextKey key, std::string_view value) {
    return value.empty() || !reads(key) ? *this : add(key, json_text(value));
}

std::string Dispatcher::Context::take() { return std::move(out_) + '}'; }

std::string Dispatcher::text(const Turn& turn, std::initializer_list<std::string_view> path) {
    JsonNode node = turn.root;
    for (const auto key : path) {
        node = node[key];
    }
    model::StringScratch scratch;
    return std::string(node.as_string(scratch));
}

void Dispatcher::become(const Turn& turn, std::initializer_list<Becoming> events,
                        std::string_view identity) {
    become(turn, std::vector<Becoming>(events), identity);
}

void Dispatcher::become(const Turn& turn, const std::vector<Becoming>& events,
                        std::string_view identity) {
    gateway::Arrival arrival;
    arrival.raw_name = turn.frame.type;
    arrival.payload = turn.frame.text;
    arrival.identity = identity;
    arrival.events = events;
    arrival.late = turn.late;
    if (auto taken = intake_.take(arrival, turn.now); !taken) {
        ++malformed_;
        log_->warn("{}: {}", log::clipped(turn.frame.type, 40), taken.error().message());
    }
}

void Dispatcher::event(const protocol::revolt::Frame& frame, SteadyTime now, bool late) {
    const Known* const what = find(frame.type);
    Turn turn{frame, {}, intake_.want(frame.type), now, late};
    if (what == nullptr || (!what->keeps && !turn.want.any)) {
        if (turn.want.any) {
            become(turn, {});
        }
        return;
    }
    const auto index = JsonIndex::build(frame.text);
    if (!index || !index->root().is_object()) {
        ++malformed_;
        log_->warn("{}: given up: {}", what->name, index ? "no object" : index.error().message());
        return;
    }
    turn.root = index->root();
    (this->*what->handler)(turn);
}

void Dispatcher::fill(const JsonNode& ready) {
    cache_.clear();
    const auto each = [&](std::string_view list, void (Cache::*put)(std::string_view)) {
        for (const JsonNode one : ready[list].elements()) {
            if (one.is_object()) {
                (cache_.*put)(one.raw());
            }
        }
    };
    each("users", &Cache::put_user);
    each("servers", &Cache::put_server);
    each("channels", &Cache::put_channel);
    each("members", &Cache::put_member);
    each("emojis", &Cache::put_emoji);
    model::StringScratch scratch;
    for (const JsonNode user : ready["users"].elements()) {
        if (user["relationship"].raw_string() == "User") {
            self_ = user["_id"].as_string(scratch);
            self_name_ = user["username"].as_string(scratch);
        }
    }
}

void Dispatcher::ready(const protocol::revolt::Frame& frame, bool first, SteadyTime now) {
    const auto index = JsonIndex::build(frame.text);
    if (!index) {
        ++malformed_;
        log_->warn("Ready: given up: {}", index.error().message());
        return;
    }
    fill(index->root());
    Turn turn{frame, index->root(), intake_.want(frame.type), now};
    if (!first || !turn.want.any) {
        return;
    }
    const auto me = context(turn).add(ContextKey::user, cache_.user(self_)).take();
    const auto plain = context(turn).take();
    std::vector<Becoming> events;
    if (intake_.want(EventType::ready).any) {
        events.push_back({EventType::ready, {}, me});
    }
    if (intake_.want(EventType::guild_available).any) {
        for (const JsonNode server : turn.root["servers"].elements()) {
            if (server.is_object()) {
                events.push_back({EventType::guild_available, server.raw(), plain});
            }
        }
    }
    become(turn, events);
}

std::string Dispatcher::channel_of(const protocol::revolt::Frame& frame) {
    const bool messages = frame.type == "BulkMessageDelete" || frame.type.starts_with("Message");
    if (!messages) {
        return {};
    }
    const auto index = JsonIndex::build(frame.text);
    if (!index) {
        return {};
    }
    const auto channel = index->root()["channel"].raw_string();
    return std::string(channel.empty() ? index->root()["channel_id"].raw_string() : channel);
}

std::string Dispatcher::names_in(const JsonNode& content, std::string_view server) {
    const auto text = content.raw_string();
    std::string out = "{";
    std::size_t found = 0;
    for (std::size_t at = text.find('<'); at != std::string_view::npos && found < kMostNames;
         at = text.find('<', at + 1)) {
        const auto mark = text.substr(at, kUlid + 3);
        const auto id = mark.substr(std::min<std::size_t>(2, mark.size()), kUlid);
        if (!mark.ends_with('>') || !model::compute::is_ulid(id)) {
            continue;
        }
        const auto name = mark[1] == '@'   ? cache_.user_name(server, id)
                          : mark[1] == '#' ? cache_.channel_name(id)
                          : mark[1] == '%' ? cache_.role_name(server, id)
                                           : std::string();
        if (!name.empty()) {
            out += (out.size() > 1 ? "," : "") + json_text(id) + ':' + json_text(name);
            ++found;
        }
    }
    return out + '}';
}

}  // namespace rookery::revolt
