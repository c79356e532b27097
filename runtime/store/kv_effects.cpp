#include "store/kv_effects.hpp"

#include <algorithm>
#include <utility>

namespace rookery::store {
namespace {

constexpr std::size_t kOverhead = 128;  // bytes of a record beside its note
constexpr std::size_t kMostFree = 1'024;
constexpr std::size_t kMostRemoved = 500;

// Of kv.db's version 1 as well: a runtime that does not know the table leaves it alone.
constexpr const char* kCreate = R"sql(
    CREATE TABLE IF NOT EXISTS effects(
        id INTEGER PRIMARY KEY, space BLOB NOT NULL, event BLOB NOT NULL, number INTEGER NOT NULL,
        made INTEGER NOT NULL, applied INTEGER NOT NULL, result INTEGER NOT NULL, note BLOB);
)sql";

std::size_t size_of(const std::optional<std::string>& note) {
    return kOverhead + (note ? note->size() : 0);
}

}  // namespace

Result<> KvEffects::open(Database& database, std::int64_t now) {
    if (auto made = database.run(kCreate); !made) {
        return made;
    }
    return read(database, now);
}

Result<> KvEffects::read(Database& database, std::int64_t now) {
    auto select = database.prepare(
        "SELECT id, space, event, number, made, ifnull(length(note), 0) FROM effects");
    if (!select) {
        return select.error();
    }
    while (true) {
        auto row = (*select)->step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            return {};
        }
        const std::int64_t id = (*select)->integer_at(0);
        const std::int64_t made = (*select)->integer_at(4);
        highest_ = std::max(highest_, id);
        if (made <= now - kKept) {
            free_.push_back(id);
            continue;
        }
        Space& space = spaces_[std::string((*select)->blob_at(1))];
        Event& event = space.events[std::string((*select)->blob_at(2))];
        const std::size_t bytes = kOverhead + static_cast<std::size_t>((*select)->integer_at(5));
        event.rows.insert_or_assign(static_cast<std::uint64_t>((*select)->integer_at(3)), id);
        event.made = std::max(event.made, made);
        event.bytes += bytes;
        space.bytes += bytes;
    }
}

Result<std::optional<KvRecord>> KvEffects::find(Database& database, const std::string& space,
                                                const KvEffect& effect) {
    const auto in = spaces_.find(space);
    if (in == spaces_.end()) {
        return std::nullopt;
    }
    const auto event = in->second.events.find(effect.event);
    if (event == in->second.events.end()) {
        return std::nullopt;
    }
    const auto row = event->second.rows.find(effect.number);
    if (row == event->second.rows.end()) {
        return std::nullopt;
    }
    auto select = database.prepare("SELECT applied, result, note FROM effects WHERE id = ?");
    if (!select) {
        return select.error();
    }
    auto there = (*select)->integer(row->second).step();
    if (!there) {
        return there.error();
    }
    if (!*there) {
        return std::nullopt;
    }
    KvRecord record{(*select)->integer_at(0) != 0, (*select)->integer_at(1), std::nullopt};
    if (!(*select)->is_null(2)) {
        record.note.emplace((*select)->blob_at(2));
    }
    return std::optional(std::move(record));
}

Result<> KvEffects::add(Database& database, const std::string& space, const KvEffect& effect,
                        const KvRecord& record, std::int64_t now) {
    Space& in = spaces_[space];
    const std::size_t bytes = size_of(record.note);
    if (in.bytes + bytes > kMostBytes) {
        return {};
    }
    Event& event = in.events[effect.event];
    const auto [row, fresh] = event.rows.try_emplace(effect.number, 0);
    if (fresh && !free_.empty()) {
        row->second = free_.back();
        free_.pop_back();
    } else if (fresh) {
        row->second = ++highest_;
    }
    event.made = now;
    event.bytes += bytes;
    in.bytes += bytes;
    added_.push_back({space, effect.event, effect.number});
    auto replace = database.prepare(
        "INSERT OR REPLACE INTO effects(id, space, event, number, made, applied, result, note) "
        "VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
    if (!replace) {
        return replace.error();
    }
    (*replace)->integer(row->second).blob(space).blob(effect.event);
    (*replace)->integer(static_cast<std::int64_t>(effect.number)).integer(now);
    (*replace)->integer(record.applied ? 1 : 0).integer(record.number);
    record.note ? (*replace)->blob(*record.note) : (*replace)->null();
    return (*replace)->run();
}

void KvEffects::forget(const std::string& space, const std::string& event) {
    const auto in = spaces_.find(space);
    if (in == spaces_.end()) {
        return;
    }
    const auto found = in->second.events.find(event);
    if (found == in->second.events.end()) {
        return;
    }
    for (const auto& [number, row] : found->second.rows) {
        free_.push_back(row);
    }
    in->second.bytes -= found->second.bytes;
    in->second.events.erase(found);
}

void KvEffects::forget_at(std::int64_t due, std::string space, std::string event) {
    due_.push_back({due, std::move(space), std::move(event)});
}

Result<> KvEffects::sweep(Database& database, std::int64_t now) {
    while (!due_.empty() && due_.front().when <= now) {
        forget(due_.front().space, due_.front().event);
        due_.pop_front();
    }
    for (auto& [name, space] : spaces_) {
        std::vector<std::string> old;
        for (const auto& [event, state] : space.events) {
            if (state.made <= now - kKept) {
                old.push_back(event);
            }
        }
        for (const std::string& event : old) {
            forget(name, event);
        }
    }
    for (std::size_t i = 0; i < kMostRemoved && free_.size() > kMostFree; ++i) {
        auto remove = database.prepare("DELETE FROM effects WHERE id = ?");
        if (!remove) {
            return remove.error();
        }
        // A row that stays although it is not listed any more is found at the next start.
        if (auto done = (*remove)->integer(free_.back()).run(); !done) {
            return done;
        }
        free_.pop_back();
    }
    return {};
}

void KvEffects::rolled_back() {
    for (const Added& one : added_) {
        const auto in = spaces_.find(one.space);
        if (in == spaces_.end()) {
            continue;
        }
        const auto event = in->second.events.find(one.event);
        if (event == in->second.events.end()) {
            continue;
        }
        if (const auto row = event->second.rows.extract(one.number); !row.empty()) {
            free_.push_back(row.mapped());
        }
        if (event->second.rows.empty()) {
            in->second.bytes -= event->second.bytes;
            in->second.events.erase(event);
        }
    }
    added_.clear();
}

}  // namespace rookery::store
