#include "server/stream/stream.hpp"

#include "model/event_names.hpp"

#include <algorithm>
#include <any>
#include <utility>

namespace rookery::server {
namespace {

bool is_on(const config::ServerSection& section, std::string_view ns) {
    const auto found = section.namespaces.find(std::string(ns));
    return found == section.namespaces.end() || found->second;
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

Stream::Stream(const Parts& parts)
    : sockets_(parts.sockets),
      guilds_(parts.runtime),
      counters_(parts.counters),
      self_(std::make_shared<Stream*>(this)) {}

Result<std::unique_ptr<Stream>> Stream::open(const Parts& parts,
                                             const config::ServerSection& section) {
    std::unique_ptr<Stream> stream(new Stream(parts));
    if (auto started = stream->start(parts, section); !started) {
        return started.error();
    }
    return stream;
}

Result<> Stream::start(const Parts& parts, const config::ServerSection& section) {
    Feed::Options feed;
    feed.slot = parts.slot;
    auto wanted = types(section);
    if (!wanted) {
        return wanted.error();
    }
    if (is_on(section, EventNamespace::kName)) {
        EventNamespace::Options options;
        options.holobridge = section.holobridge;
        options.recovery = section.socketio.recovery;
        for (const model::EventType type : *wanted) {
            options.any = options.any || type == model::kAnyEvent;
            options.events.emplace(model::EventNames::name(type));
        }
        if (options.any) {
            for (const model::EventInfo& info : model::event_infos()) {
                options.events.emplace(info.name);
            }
        }
        feed.types = *wanted;
        auto made =
            std::make_unique<EventNamespace>(sockets_, parts.guard, guilds_, std::move(options));
        if (auto opened = sockets_.open(std::string(EventNamespace::kName), *made,
                                        {section.socketio.recovery});
            !opened) {
            return opened.error();
        }
        events_ = std::move(made);
    }
    if (feed.types.empty()) {
        return {};
    }
    parts.guard.on_gone([self = self_](const std::string& id) {
        if (*self != nullptr) {
            (*self)->key_gone(id);
        }
    });
    feed_ = std::make_unique<Feed>(parts.runtime.bus(), parts.executor, std::move(feed),
                                   [this](const model::Event& event) { take(event); });
    return {};
}

Stream::~Stream() {
    *self_ = nullptr;
    feed_.reset();
    if (events_ != nullptr) {
        sockets_.close(EventNamespace::kName);
    }
}

/// The number counts what the bot has seen of that guild, whether anybody listens or not.
void Stream::take(const model::Event& event) {
    const std::uint64_t guild = event.guild_id();
    const std::string_view name = event.name();
    if (name == "guildDelete") {
        guilds_.lost(guild);
    } else if (guild != 0) {
        guilds_.saw(guild);
    }
    const std::uint64_t seq = counters_.next(event.bot_name(), guild);
    if (events_ != nullptr) {
        events_->stream(event, seq);
    }
}

void Stream::key_gone(const std::string& id) {
    std::vector<SocketId> gone;
    sockets_.each(EventNamespace::kName, [&](SocketId socket) {
        std::any* const who = sockets_.who(socket);
        const auto* const client = who == nullptr ? nullptr : std::any_cast<StreamClient>(who);
        if (client != nullptr && client->key->id == id) {
            gone.push_back(socket);
        }
    });
    for (const SocketId socket : gone) {
        sockets_.disconnect(socket, true);
    }
}

}  // namespace rookery::server
