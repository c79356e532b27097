#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rookery::server {

class Rooms;
struct Room;

/// What can be in rooms; leaves them before its end.
class RoomMember {
  public:
    RoomMember() = default;
    RoomMember(const RoomMember&) = delete;
    RoomMember& operator=(const RoomMember&) = delete;

  protected:
    ~RoomMember() = default;

  private:
    friend class Rooms;
    struct Place {
        Room* room;
        std::uint32_t index;  ///< in the room's members
    };
    std::uint64_t mark_ = 0;
    std::vector<Place> places_;
};

/// The members of a room, dense: a broadcast walks over them in order.
struct Room {
    struct Entry {
        RoomMember* member;
        std::uint32_t place;  ///< in the member's places
    };
    std::string name;
    std::vector<Entry> members;
};

/// The rooms of one namespace, and one of all its members. A room exists while somebody is in it.
/// One thread.
class Rooms {
  public:
    Rooms() = default;
    Rooms(const Rooms&) = delete;
    Rooms& operator=(const Rooms&) = delete;

    /// Into the room of all: before any other.
    void enter(RoomMember& member) { put(everybody_, member); }
    /// Nothing happens when it is there already.
    void join(std::string_view room, RoomMember& member);
    void leave(std::string_view room, RoomMember& member);
    /// Out of all, that of all included.
    void leave_all(RoomMember& member);

    /// The room of all left aside.
    [[nodiscard]] std::vector<std::string> names(const RoomMember& member) const;
    [[nodiscard]] static std::size_t count(const RoomMember& member) noexcept {
        return member.places_.size() - 1;
    }
    [[nodiscard]] bool is_in(std::string_view room, const RoomMember& member) const;

    [[nodiscard]] const std::vector<Room::Entry>& everybody() const noexcept {
        return everybody_.members;
    }
    /// Whether there is anybody in one of the rooms (none: in any).
    [[nodiscard]] bool anybody(std::span<const std::string> rooms) const;
    [[nodiscard]] std::size_t size() const noexcept { return rooms_.size(); }

    /// Each member of one of the rooms (none: everybody) once, without those in `except`. `visit`
    /// must not change who is where.
    template <class Visit>
    void visit(std::span<const std::string> rooms, std::span<RoomMember* const> except,
               Visit visit) {
        ++mark_;
        for (auto* member : except) {
            member->mark_ = mark_;
        }
        if (rooms.empty()) {
            visit_room(everybody_, visit);
        }
        for (const auto& name : rooms) {
            if (const auto found = rooms_.find(name); found != rooms_.end()) {
                visit_room(*found->second, visit);
            }
        }
    }

  private:
    template <class Visit>
    void visit_room(const Room& room, Visit& visit) {
        for (const auto& entry : room.members) {
            if (entry.member->mark_ != mark_) {
                entry.member->mark_ = mark_;
                visit(*entry.member);
            }
        }
    }
    static void put(Room& room, RoomMember& member);
    void take(RoomMember& member, std::size_t place);

    Room everybody_;
    std::unordered_map<std::string_view, std::unique_ptr<Room>> rooms_;  ///< views of their names
    std::uint64_t mark_ = 0;
};

}  // namespace rookery::server
