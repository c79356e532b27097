#include "server/socketio/rooms.hpp"

#include <algorithm>

namespace rookery::server {

void Rooms::put(Room& room, RoomMember& member) {
    const auto place = static_cast<std::uint32_t>(member.places_.size());
    member.places_.push_back({&room, static_cast<std::uint32_t>(room.members.size())});
    room.members.push_back({&member, place});
}

/// The last one of either list moves to where there is a hole.
void Rooms::take(RoomMember& member, std::size_t place) {
    const auto [room, index] = member.places_[place];
    auto& members = room->members;
    members[index] = members.back();
    members[index].member->places_[members[index].place].index = index;
    members.pop_back();

    auto& places = member.places_;
    if (place + 1 < places.size()) {
        places[place] = places.back();
        places[place].room->members[places[place].index].place = static_cast<std::uint32_t>(place);
    }
    places.pop_back();
    if (members.empty() && room != &everybody_) {
        rooms_.erase(room->name);
    }
}

void Rooms::join(std::string_view name, RoomMember& member) {
    if (is_in(name, member)) {
        return;
    }
    auto found = rooms_.find(name);
    if (found == rooms_.end()) {
        auto room = std::make_unique<Room>();
        room->name = name;
        const std::string_view key = room->name;
        found = rooms_.emplace(key, std::move(room)).first;
    }
    put(*found->second, member);
}

void Rooms::leave(std::string_view name, RoomMember& member) {
    for (std::size_t place = 1; place < member.places_.size(); ++place) {
        if (member.places_[place].room->name == name) {
            take(member, place);
            return;
        }
    }
}

void Rooms::leave_all(RoomMember& member) {
    while (!member.places_.empty()) {
        take(member, member.places_.size() - 1);
    }
}

std::vector<std::string> Rooms::names(const RoomMember& member) const {
    std::vector<std::string> names;
    for (const auto& place : member.places_) {
        if (place.room != &everybody_) {
            names.push_back(place.room->name);
        }
    }
    return names;
}

bool Rooms::is_in(std::string_view name, const RoomMember& member) const {
    const auto found = rooms_.find(name);
    if (found == rooms_.end()) {
        return false;
    }
    const auto* room = found->second.get();
    // The shorter of the two lists.
    if (room->members.size() < member.places_.size()) {
        return std::ranges::any_of(
            room->members, [&](const Room::Entry& entry) { return entry.member == &member; });
    }
    return std::ranges::any_of(member.places_,
                               [&](const auto& place) { return place.room == room; });
}

bool Rooms::anybody(std::span<const std::string> rooms) const {
    if (rooms.empty()) {
        return !everybody_.members.empty();
    }
    return std::ranges::any_of(rooms,
                               [this](const std::string& room) { return rooms_.contains(room); });
}

}  // namespace rookery::server
