#include "platform/discord/gateway_commands.hpp"

#include "platform/discord/operation_request.hpp"
#include "protocol/discord/payloads.hpp"

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

namespace rookery::discord {
namespace {

using nlohmann::json;

enum : int {
    kPresence = 3,
    kVoice = 4,
    kMembers = 8,
    kSounds = 31,
    kChannelInfo = 43,
};

constexpr std::string_view kChunk = "GUILD_MEMBERS_CHUNK";
constexpr std::string_view kLimited = "RATE_LIMITED";
constexpr std::string_view kSoundList = "SOUNDBOARD_SOUNDS";
constexpr std::string_view kChannel = "CHANNEL_INFO";

/// Renewed by each piece of an answer.
constexpr Millis kAnswerTimeout{20'000};
/// Asking for all members of a guild: once in 30 s, and a little for the way.
constexpr Millis kAllMembersSpacing{30'500};

SteadyTime now() { return std::chrono::steady_clock::now(); }

bool has_answer(int op) { return op != kPresence && op != kVoice; }

std::uint64_t id_of(const json& data, const char* key) {
    std::uint64_t id = 0;
    const auto found = data.find(key);
    if (found != data.end() && found->is_string()) {
        const auto& text = found->get_ref<const std::string&>();
        std::from_chars(text.data(), text.data() + text.size(), id);
    }
    return id;
}

void set_default(json& data, const char* key, json value) {
    if (!data.contains(key)) {
        data[key] = std::move(value);
    }
}

/// What the gateway wants to be there even when the caller has nothing to say.
void complete(int op, json& data) {
    switch (op) {
        case kPresence:
            set_default(data, "since", nullptr);
            set_default(data, "activities", json::array());
            set_default(data, "status", "online");
            set_default(data, "afk", false);
            break;
        case kVoice:
            set_default(data, "channel_id", nullptr);
            set_default(data, "self_mute", false);
            set_default(data, "self_deaf", false);
            break;
        case kMembers:
            if (!data.contains("user_ids")) {
                set_default(data, "query", "");
                set_default(data, "limit", 0);
            }
            break;
        case kSounds:
            data = {{"guild_ids", json::array({data.value("guild_id", json())})}};
            break;
        case kChannelInfo:
            set_default(data, "fields", json::array({"status", "voice_start_time"}));
            break;
        default:
            break;
    }
}

Millis seconds(double value) {
    return Millis(static_cast<Millis::rep>(std::clamp(value, 0.0, 86'400.0) * 1000.0));
}

}  // namespace

GatewayCommands::GatewayCommands(const async::Executor& executor, Send send)
    : send_(std::move(send)),
      // A resume may still bring what an earlier run of the process has asked for.
      nonces_("rk" +
              std::to_string(std::chrono::duration_cast<Millis>(
                                 std::chrono::system_clock::now().time_since_epoch())
                                 .count()) +
              "-"),
      timer_(executor) {}

GatewayCommands::~GatewayCommands() {
    while (!requests_.empty()) {
        finish(requests_.begin(), Error(ErrorKind::cancelled, "the bot is being stopped"));
    }
}

Result<GatewayCommands::Request> GatewayCommands::prepare(const model::OperationInfo& operation,
                                                          const json& arguments,
                                                          SteadyTime moment) {
    auto built = build_request(operation, arguments, "");
    if (!built) {
        return built.error();
    }
    Request request;
    std::from_chars(built->path.data(), built->path.data() + built->path.size(), request.op);
    json data = built->body.is_object() ? std::move(built->body) : json::object();
    request.guild = id_of(data, "guild_id");
    request.not_before = moment;
    if (request.op == kMembers) {
        if (data.contains("user_ids") && data.contains("query")) {
            return Error(ErrorKind::invalid, "query and userIds exclude each other");
        }
        request.chunks = MemberChunks(data.value("collect", true));
        data.erase("collect");
        request.nonce = nonces_ + std::to_string(last_ + 1);
        data["nonce"] = request.nonce;
    }
    complete(request.op, data);
    if (request.op == kMembers) {
        space_all_members(request, data, moment);
    }
    const json payload{{"op", request.op}, {"d", data}};
    request.payload = payload.dump(-1, ' ', false, json::error_handler_t::replace);
    if (request.payload.size() > protocol::discord::kMaxPayload) {
        return Error(ErrorKind::limit, std::to_string(request.payload.size()) +
                                           " bytes; the gateway takes at most " +
                                           std::to_string(protocol::discord::kMaxPayload));
    }
    if (request.op == kPresence) {
        presence_ = data.dump(-1, ' ', false, json::error_handler_t::replace);
    }
    return request;
}

void GatewayCommands::space_all_members(Request& request, const json& data, SteadyTime moment) {
    request.all_members = !data.contains("user_ids") && data.value("query", "").empty() &&
                          data.value("limit", 0) == 0;
    std::erase_if(all_members_,
                  [&](const auto& one) { return moment - one.second > kAllMembersSpacing; });
    const auto last = all_members_.find(request.guild);
    if (request.all_members && last != all_members_.end()) {
        request.not_before = last->second + kAllMembersSpacing;
    }
}

void GatewayCommands::call(const model::OperationInfo& operation, const json& arguments,
                           Millis deadline, Done done) {
    const auto moment = now();
    auto prepared = prepare(operation, arguments, moment);
    if (!prepared) {
        done(prepared.error().within(std::string(operation.name)));
        return;
    }
    Request& request = requests_[++last_];
    request = *std::move(prepared);
    request.done = std::move(done);
    request.deadline = moment + deadline;
    if (request.not_before > request.deadline) {
        finish(requests_.find(last_),
               Error(ErrorKind::limit,
                     std::string(operation.name) +
                         ": all members of a guild can be asked for once in 30 s; the next time is "
                         "after the call's deadline"));
        return;
    }
    pump();
}

void GatewayCommands::enqueue(Request& request) {
    if (request.op == kPresence || request.op == kVoice) {
        request.ticket = request.op == kPresence
                             ? queue_.push_presence(request.payload)
                             : queue_.push_voice(request.guild, request.payload);
        return;
    }
    if (const auto ticket = queue_.push(request.payload)) {
        request.ticket = *ticket;
    }
}

/// What a newer presence, or voice state of the same guild, takes the place of is as good as done.
void GatewayCommands::replace_older(const Request& request) {
    for (auto it = requests_.begin(); it != requests_.end();) {
        const auto other = it++;
        if (&other->second != &request && !other->second.sent && other->second.op == request.op &&
            other->second.guild == request.guild && !has_answer(request.op)) {
            finish(other, json());
        }
    }
}

void GatewayCommands::pump() {
    const auto moment = now();
    expire(moment);
    std::vector<Id> due;
    for (const auto& [id, request] : requests_) {
        if (request.ticket == 0 && !request.sent && request.not_before <= moment) {
            due.push_back(id);
        }
    }
    for (const Id id : due) {
        if (const auto found = requests_.find(id); found != requests_.end()) {
            replace_older(found->second);
            enqueue(found->second);
        }
    }
    if (ready_) {
        send_waiting(moment);
    }
    rearm(moment);
}

void GatewayCommands::expire(SteadyTime moment) {
    std::vector<Id> late;
    for (const auto& [id, request] : requests_) {
        if (moment >= std::min(request.deadline, request.quiet_until)) {
            late.push_back(id);
        }
    }
    for (const Id id : late) {
        const auto found = requests_.find(id);
        if (found != requests_.end()) {
            finish(found, Error(ErrorKind::timeout,
                                !found->second.sent ? ready_ ? "the gateway's send limit left no "
                                                               "room for it in time"
                                                             : "the gateway was not ready in time"
                                                    : "no answer, or no whole one, from the "
                                                      "gateway in time"));
        }
    }
}

void GatewayCommands::send_waiting(SteadyTime moment) {
    while (auto command = queue_.next(moment)) {
        send_(command->payload);
        const auto which = std::find_if(requests_.begin(), requests_.end(), [&](const auto& one) {
            return one.second.ticket == command->ticket;
        });
        if (which != requests_.end()) {
            sent(which, moment);
        }
    }
}

void GatewayCommands::sent(Requests::iterator which, SteadyTime moment) {
    if (!has_answer(which->second.op)) {
        finish(which, json());
        return;
    }
    if (which->second.all_members) {
        all_members_[which->second.guild] = moment;
    }
    which->second.sent = true;
    which->second.ticket = 0;
    which->second.quiet_until = moment + kAnswerTimeout;
    ++awaited_;
}

void GatewayCommands::rearm(SteadyTime moment) {
    auto next = SteadyTime::max();
    for (const auto& [id, request] : requests_) {
        next = std::min({next, request.deadline, request.quiet_until});
        if (request.ticket == 0 && !request.sent) {
            // One that the full queue had no place for asks again a little later.
            next = std::min(next, std::max(request.not_before, moment + Millis{100}));
        }
    }
    if (ready_) {
        if (const auto wait = queue_.wait(moment)) {
            next = std::min(next, moment + *wait);
        }
    }
    if (next == SteadyTime::max()) {
        timer_.cancel();
        return;
    }
    timer_.expires_at(next);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) {
            pump();
        }
    });
}

void GatewayCommands::finish(Requests::iterator which, Result<json> result) {
    Request request = std::move(which->second);
    requests_.erase(which);
    queue_.withdraw(request.ticket);
    awaited_ -= request.sent ? 1 : 0;
    if (request.done) {
        request.done(std::move(result));
    }
}

void GatewayCommands::connected() { queue_.new_connection(); }

void GatewayCommands::hello(Millis heartbeat_interval) { queue_.set_heartbeat(heartbeat_interval); }

void GatewayCommands::urgent_sent() { queue_.sent_urgent(now()); }

bool GatewayCommands::may_answer() { return queue_.may_answer(now()); }

void GatewayCommands::ready(bool resumed) {
    ready_ = true;
    if (!resumed) {
        // Answers belong to the session that asked.
        std::vector<Id> lost;
        for (const auto& [id, request] : requests_) {
            if (request.sent) {
                lost.push_back(id);
            }
        }
        for (const Id id : lost) {
            if (const auto found = requests_.find(id); found != requests_.end()) {
                finish(found, Error(ErrorKind::unavailable,
                                    "the session that was asked has been lost: ask again"));
            }
        }
    }
    pump();
}

void GatewayCommands::not_ready() { ready_ = false; }

GatewayCommands::Requests::iterator GatewayCommands::awaiting(int op, std::uint64_t guild,
                                                              std::string_view nonce) {
    return std::find_if(requests_.begin(), requests_.end(), [&](const auto& one) {
        const Request& request = one.second;
        return request.sent && request.op == op &&
               (nonce.empty() ? request.guild == guild : request.nonce == nonce);
    });
}

bool GatewayCommands::understands(std::string_view type) noexcept {
    return type == kChunk || type == kLimited || type == kSoundList || type == kChannel;
}

void GatewayCommands::dispatch(std::string_view type, std::string_view data) {
    const auto index =
        understands(type) ? model::JsonIndex::build(data) : Result<model::JsonIndex>(Error());
    if (!index) {
        return;
    }
    if (type == kChunk) {
        take_chunk(index->root());
    } else if (type == kLimited) {
        take_rate_limit(index->root());
    } else {
        take_answer(type == kSoundList ? kSounds : kChannelInfo, index->root());
    }
    pump();
}

void GatewayCommands::take_chunk(const model::JsonNode& data) {
    const auto which =
        awaiting(kMembers, data["guild_id"].as_id().value_or(0), data["nonce"].raw_string());
    if (which == requests_.end()) {
        return;
    }
    switch (which->second.chunks.take(data)) {
        case MemberChunks::Taken::useless:
            return;
        case MemberChunks::Taken::too_much:
            finish(which, Error(ErrorKind::limit,
                                "the members are more than " +
                                    std::to_string(MemberChunks::kMostBytes >> 20U) +
                                    " MiB: ask with collect = false and take them from the events "
                                    "guildMembersChunk"));
            return;
        case MemberChunks::Taken::more:
            which->second.quiet_until = now() + kAnswerTimeout;
            return;
        case MemberChunks::Taken::complete:
            finish(which,
                   json::parse(which->second.chunks.document(std::to_string(which->second.guild)),
                               nullptr, false));
    }
}

void GatewayCommands::take_rate_limit(const model::JsonNode& data) {
    const auto which = awaiting(static_cast<int>(data["opcode"].as_integer().value_or(0)),
                                data.path("meta.guild_id").as_id().value_or(0),
                                data.path("meta.nonce").raw_string());
    if (which == requests_.end()) {
        return;
    }
    const auto retry_after = seconds(data["retry_after"].as_number().value_or(1.0));
    Request& request = which->second;
    const auto again = now() + retry_after;
    if (again >= request.deadline) {
        finish(which, Error(ErrorKind::limit, "limited by the gateway: possible again in " +
                                                  std::to_string(retry_after.count()) + " ms"));
        return;
    }
    request.sent = false;
    request.not_before = again;
    request.quiet_until = SteadyTime::max();
    --awaited_;
}

void GatewayCommands::take_answer(int op, const model::JsonNode& data) {
    const auto which = awaiting(op, data["guild_id"].as_id().value_or(0), "");
    if (which != requests_.end()) {
        finish(which, json::parse(data.raw(), nullptr, false));
    }
}

}  // namespace rookery::discord
