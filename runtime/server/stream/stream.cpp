#include "server/stream/stream.hpp"

#include "model/event_names.hpp"
#include "server/stream/chat_events.hpp"

#include <algorithm>
#include <utility>

namespace rookery::server {
namespace {

bool is_on(const config::ServerSection& section, std::string_view ns) {
    const auto found = section.namespaces.find(std::string(ns));
    return found == section.namespaces.end() || found->second;
}

void add_types(const std::vector<model::EventType>& types, std::vector<model::EventType>& to) {
    for (const model::EventType type : types) {
        if (std::find(to.begin(), to.end(), type) == to.end()) {
            to.push_back(type);
        }
    }
}

/// Of what [server] events allows, what the namespace has a use for; and its own platform's.
void add_chat_types(const std::vector<model::EventType>& wanted,
                    std::vector<model::EventType>& to) {
    const bool any = std::find(wanted.begin(), wanted.end(), model::kAnyEvent) != wanted.end();
    for (const ChatRule& rule : chat_rules()) {
        const auto type = model::EventNames::find(rule.event);
        if (type && (any || std::find(wanted.begin(), wanted.end(), *type) != wanted.end())) {
            add_types({*type}, to);
        }
    }
    for (const ChatName& name : chat_names()) {
        // An error: there is no such platform in this runtime.
        if (const auto type = model::EventNames::intern("whatsapp:" + std::string(name.name))) {
            add_types({*type}, to);
        }
    }
}

}  // namespace

Result<std::vector<model::EventType>> Stream::types(const config::ServerSection& section) {
    std::vector<model::EventType> all;
    if (section.events.empty()) {
        for (std::size_t type = 0; type < model::event_infos().size(); ++type) {
            all.push_back(static_cast<model::EventType>(type));
        }
    }
    for (const std::string& name : section.events) {
        const auto type = model::EventNames::intern(name);
        if (!type) {
            return type.error().within("[server] events");
        }
        all.push_back(*type);
    }
    return all;
}

Stream::Stream(const Parts& parts, const config::ServerSection& section)
    : sockets_(parts.sockets),
      guilds_(parts.runtime),
      history_({parts.state, is_on(section, EventNamespace::kName) ? section.replay : 0,
                section.replay_age},
               parts.clock),
      self_(std::make_shared<Stream*>(this)) {}

Result<std::unique_ptr<Stream>> Stream::open(const Parts& parts,
                                             const config::ServerSection& section) {
    std::unique_ptr<Stream> stream(new Stream(parts, section));
    if (auto started = stream->start(parts, section); !started) {
        return started.error();
    }
    return stream;
}

Result<> Stream::start(const Parts& parts, const config::ServerSection& section) {
    const auto wanted = types(section);
    if (!wanted) {
        return wanted.error();
    }
    Feed::Options feed;
    feed.slot = parts.slot;
    feed.limits.spill_dir = parts.state;
    if (history_.log() != nullptr) {
        history_.log()->each_newest([this](const store::LogEntry& entry) {
            // Bots that are not ready yet know of no guild.
            if (!entry.thing.empty() && entry.name != "guildDelete") {
                guilds_.saw(entry.thing);
            }
        });
    }
    if (is_on(section, ChatNamespace::kName)) {
        if (auto opened = open_chat(parts, section); !opened) {
            return opened;
        }
        add_chat_types(*wanted, feed.types);
    }
    if (is_on(section, EventNamespace::kName)) {
        if (auto opened = open_events(parts, section, *wanted); !opened) {
            return opened;
        }
        add_types(*wanted, feed.types);
    }
    parts.guard.on_gone([self = self_](const std::string& id) {
        if (*self != nullptr) {
            (*self)->key_gone(id);
        }
    });
    if (!feed.types.empty()) {
        feed.finished = [this] { history_.finished(place_); };
        feed_ = std::make_unique<Feed>(parts.runtime.bus(), parts.executor, std::move(feed),
                                       [this](const model::Event& event) { take(event); });
    }
    return {};
}

Result<> Stream::open_events(const Parts& parts, const config::ServerSection& section,
                             const std::vector<model::EventType>& wanted) {
    EventNamespace::Options options;
    options.chat = chat_.get();
    options.holobridge = section.holobridge;
    options.recovery = section.socketio.recovery;
    options.largest = section.socketio.buffer_bytes;
    for (const model::EventType type : wanted) {
        options.any = options.any || type == model::kAnyEvent;
        options.events.emplace(model::EventNames::name(type));
    }
    if (options.any) {
        for (const model::EventInfo& info : model::event_infos()) {
            options.events.emplace(info.name);
        }
    }
    auto made = std::make_unique<EventNamespace>(sockets_, parts.guard, guilds_, parts.runtime,
                                                 history_, parts.executor, std::move(options));
    auto opened = sockets_.open(std::string(EventNamespace::kName), *made,
                                {.recovery = section.socketio.recovery});
    if (opened) {
        events_ = std::move(made);
        if (chat_ != nullptr) {
            chat_->adopt(std::string(EventNamespace::kName));
        }
    }
    return opened;
}

Result<> Stream::open_chat(const Parts& parts, const config::ServerSection& section) {
    ChatNamespace::Options options;
    options.holobridge = section.holobridge;
    options.recovery = section.socketio.recovery;
    auto made = std::make_unique<ChatNamespace>(sockets_, parts.guard, parts.runtime,
                                                parts.executor, options);
    auto opened = sockets_.open(std::string(ChatNamespace::kName), *made,
                                {.recovery = section.socketio.recovery});
    if (opened) {
        chat_ = std::move(made);
    }
    return opened;
}

Stream::~Stream() {
    *self_ = nullptr;
    feed_.reset();
    if (events_ != nullptr) {
        sockets_.close(EventNamespace::kName);
    }
    if (chat_ != nullptr) {
        sockets_.close(ChatNamespace::kName);
    }
}

/// The number counts what the bot has seen of that guild, whether anybody listens or not.
void Stream::take(const model::Event& event) {
    const std::string_view guild = event.guild_text();
    const std::string_view name = event.name();
    if (name == "guildDelete") {
        guilds_.lost(guild);
    } else if (!guild.empty()) {
        guilds_.saw(guild);
    }
    Outgoing outgoing(event, 0);
    place_ = history_.add(event, event.guild_text(), [&](std::uint64_t seq) {
        outgoing.place(seq, false);
        const auto& interaction = outgoing.interaction();
        return std::pair<std::string_view, std::string_view>(
            outgoing.envelope().json, interaction ? interaction->json : std::string_view());
    });
    outgoing.place(place_.seq, place_.again);
    if (events_ != nullptr) {
        events_->stream(outgoing);
    }
    if (chat_ != nullptr) {
        chat_->stream(event);
    }
}

void Stream::key_gone(const std::string& id) {
    std::vector<SocketId> gone;
    for (const std::string_view ns : {EventNamespace::kName, ChatNamespace::kName}) {
        const bool ours = ns == EventNamespace::kName ? events_ != nullptr : chat_ != nullptr;
        if (!ours) {
            continue;  // somebody else's, if anybody's
        }
        sockets_.each(ns, [&](SocketId socket) {
            const StreamClient* const client = stream_client(sockets_, socket);
            if (client != nullptr && client->key->id == id) {
                gone.push_back(socket);
            }
        });
    }
    for (const SocketId socket : gone) {
        sockets_.disconnect(socket, true);
    }
}

}  // namespace rookery::server
