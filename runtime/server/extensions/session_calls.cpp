#include "server/extensions/registry.hpp"
#include "server/extensions/stage.hpp"

#include <utility>

namespace rookery::server::extensions {

using hostapi::ServedArguments;
using hostapi::SocketNumber;

Result<Session::Address> Session::address(SocketNumber socket) const {
    const std::scoped_lock lock(registry_->mutex_);
    const Member* const found = gate_.active.get() == this ? member(socket) : nullptr;
    if (found == nullptr || channel(found->channel) == nullptr) {
        return Error(ErrorKind::stale, "the socket has left");
    }
    return Address{found->channel, found->id};
}

Result<std::shared_ptr<const void>> Session::room_for(const ServedArguments& arguments) {
    constexpr std::size_t kOverhead = 200;
    std::size_t bytes = kOverhead + arguments.json.size();
    for (const std::string& one : arguments.attachments) {
        bytes += one.size();
    }
    if (outgoing_->fetch_add(bytes) + bytes > Registry::kMostOutgoing) {
        outgoing_->fetch_sub(bytes);
        return Error(ErrorKind::limit, "16 MiB of events wait to be sent already");
    }
    return std::shared_ptr<const void>(
        this, [outgoing = outgoing_, bytes](const void*) { outgoing->fetch_sub(bytes); });
}

Result<> Session::emit(SocketNumber socket, std::string event, ServedArguments arguments) {
    auto to = address(socket);
    if (!to) {
        return to.error();
    }
    auto room = room_for(arguments);
    if (!room) {
        return room.error();
    }
    registry_->on_stage([to = *std::move(to), event = std::move(event),
                         arguments = std::move(arguments), room = *std::move(room)](Stage& stage) {
        stage.emit(to.channel, to.id, event, arguments);
    });
    return {};
}

Result<> Session::broadcast(hostapi::ClaimId channel, Audience audience, std::string event,
                            ServedArguments arguments) {
    std::string name;
    std::vector<std::uint64_t> except;
    {
        const std::scoped_lock lock(registry_->mutex_);
        for (const Claimed& one : channels_) {
            if (one.claim == channel &&
                one.form.kind == hostapi::ChannelForm::Kind::socket_namespace) {
                name = one.form.name;
            }
        }
        for (const SocketNumber socket : audience.except) {
            if (const Member* const found = member(socket)) {
                except.push_back(found->id);
            }
        }
        // A version that is only starting speaks to nobody yet.
        if (name.empty() || gate_.active.get() != this) {
            return Error(ErrorKind::stale, "the namespace is not open (yet)");
        }
    }
    auto room = room_for(arguments);
    if (!room) {
        return room.error();
    }
    registry_->on_stage([name = std::move(name), rooms = std::move(audience.rooms),
                         except = std::move(except), event = std::move(event),
                         arguments = std::move(arguments), room = *std::move(room)](Stage& stage) {
        stage.broadcast(name, rooms, except, event, arguments);
    });
    return {};
}

void Session::call(SocketNumber socket, std::string event, ServedArguments arguments,
                   Millis timeout, std::function<void(Result<ServedArguments>)> done) {
    auto answer = std::make_shared<hostapi::Answer<ServedArguments>>(
        [worker = worker_, done = std::move(done)](Result<ServedArguments> result) {
            if (const auto alive = worker.lock()) {
                alive->post(
                    [done, result = std::move(result)]() mutable { done(std::move(result)); });
            }
        });
    auto to = address(socket);
    auto room = to ? room_for(arguments) : Result<std::shared_ptr<const void>>(to.error());
    if (!room) {
        answer->finish(room.error());
        return;
    }
    registry_->on_stage([to = *std::move(to), event = std::move(event),
                         arguments = std::move(arguments), timeout, answer = std::move(answer),
                         room = *std::move(room)](Stage& stage) {
        stage.call(to.id, event, arguments, timeout, answer);
    });
}

Result<> Session::join(SocketNumber socket, std::string room) {
    auto to = address(socket);
    if (!to) {
        return to.error();
    }
    {
        const std::scoped_lock lock(registry_->mutex_);
        Member* const found = member(socket);
        if (found == nullptr) {
            return Error(ErrorKind::stale, "the socket has left");
        }
        if (found->rooms.size() >= hostapi::ServerSession::kMostRooms) {
            return Error(ErrorKind::limit, "a socket is in at most 1000 rooms");
        }
        found->rooms.insert(room);
    }
    registry_->on_stage(
        [id = to->id, room = std::move(room)](Stage& stage) { stage.join(id, room); });
    return {};
}

Result<> Session::leave(SocketNumber socket, const std::string& room) {
    auto to = address(socket);
    if (!to) {
        return to.error();
    }
    {
        const std::scoped_lock lock(registry_->mutex_);
        if (Member* const found = member(socket)) {
            found->rooms.erase(room);
        }
    }
    registry_->on_stage([id = to->id, room](Stage& stage) { stage.leave(id, room); });
    return {};
}

Result<> Session::disconnect(SocketNumber socket) {
    auto to = address(socket);
    if (!to) {
        return to.error();
    }
    registry_->on_stage(
        [to = *std::move(to)](Stage& stage) { stage.disconnect(to.channel, to.id); });
    return {};
}

}  // namespace rookery::server::extensions
