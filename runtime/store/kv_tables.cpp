#include "store/kv_tables.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace rookery::store {
namespace {

constexpr std::int64_t kVersion = 1;
constexpr std::int64_t kMostSwept = 500;

constexpr const char* kCreate = R"sql(
    BEGIN;
    CREATE TABLE spaces(
        id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, bytes INTEGER NOT NULL);
    CREATE TABLE entries(
        id INTEGER PRIMARY KEY, space INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL,
        expires INTEGER, UNIQUE(space, key));
    CREATE INDEX entries_by_expiry ON entries(expires) WHERE expires IS NOT NULL;
    PRAGMA user_version = 1;
    COMMIT;
)sql";

std::int64_t size_of(std::string_view text) { return static_cast<std::int64_t>(text.size()); }

/// A copy of the text that compares greater than every key that begins with it.
std::string behind(std::string prefix) {
    while (!prefix.empty() && static_cast<unsigned char>(prefix.back()) == 0xFF) {
        prefix.pop_back();
    }
    if (prefix.empty()) {
        return std::string(kLongestKvKey + 1, '\xFF');
    }
    ++prefix.back();
    return prefix;
}

Result<std::int64_t> whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        return Error(ErrorKind::invalid, "the key holds something else than a whole number");
    }
    return value;
}

}  // namespace

Result<KvTables> KvTables::open(const std::filesystem::path& file, std::int64_t now) {
    auto database = Database::open(file);
    if (!database) {
        return database.error();
    }
    std::int64_t version = 0;
    {
        auto statement = database->prepare("PRAGMA user_version");
        if (!statement) {
            return statement.error();
        }
        if (auto row = (*statement)->step(); !row) {
            return row.error();
        }
        version = (*statement)->integer_at(0);
    }
    if (version > kVersion) {
        return Error(ErrorKind::unsupported,
                     file.string() + ": it was written by a later version of Rookery");
    }
    if (version == 0) {
        if (auto made = database->run(kCreate); !made) {
            return made.error();
        }
    }
    KvTables tables(*std::move(database));
    tables.now_ = now;
    auto read = tables.effects_.open(tables.database_, now);
    return read ? Result<KvTables>(std::move(tables)) : read.error();
}

Result<KvTables::Space*> KvTables::space_of(const KvSpace& space) {
    if (const auto found = spaces_.find(space.name); found != spaces_.end()) {
        return &found->second;
    }
    auto select = database_.prepare("SELECT id, bytes FROM spaces WHERE name = ?");
    if (!select) {
        return select.error();
    }
    auto row = (*select)->blob(space.name).step();
    if (!row) {
        return row.error();
    }
    Space state;
    if (*row) {
        state.id = (*select)->integer_at(0);
        state.bytes = (*select)->integer_at(1);
    }
    return &spaces_.emplace(space.name, state).first->second;
}

Result<KvTables::Row> KvTables::find(const Space& space, const std::string& key) {
    Row out;
    if (space.id == 0) {
        return out;
    }
    auto select = database_.prepare(
        "SELECT id, length(value), expires FROM entries WHERE space = ? AND key = ?");
    if (!select) {
        return select.error();
    }
    auto row = (*select)->integer(space.id).blob(key).step();
    if (!row) {
        return row.error();
    }
    if (*row) {
        out.id = (*select)->integer_at(0);
        out.bytes = (*select)->integer_at(1);
        out.expires = (*select)->is_null(2) ? 0 : (*select)->integer_at(2);
        out.live = out.expires == 0 || out.expires > now_;
    }
    return out;
}

Result<std::optional<std::string>> KvTables::value_of(const Space& space, const std::string& key) {
    if (space.id == 0) {
        return std::nullopt;
    }
    auto select = database_.prepare(
        "SELECT value FROM entries WHERE space = ? AND key = ? AND (expires IS NULL OR expires > "
        "?)");
    if (!select) {
        return select.error();
    }
    auto row = (*select)->integer(space.id).blob(key).integer(now_).step();
    if (!row) {
        return row.error();
    }
    return *row ? std::optional(std::string((*select)->blob_at(0))) : std::nullopt;
}

Result<std::int64_t> KvTables::number_of(const Row& row) {
    auto select = database_.prepare("SELECT value FROM entries WHERE id = ?");
    if (!select) {
        return select.error();
    }
    auto there = (*select)->integer(row.id).step();
    return there ? whole_number((*select)->blob_at(0)) : Result<std::int64_t>(there.error());
}

Result<std::optional<std::string>> KvTables::get(const KvSpace& space, const std::string& key) {
    auto state = space_of(space);
    return state ? value_of(**state, key) : Result<std::optional<std::string>>(state.error());
}

Result<bool> KvTables::holds(const Space& space, const KvCheck& check) {
    auto value = value_of(space, check.key);
    return value ? Result<bool>(*value == check.value) : value.error();
}

Result<bool> KvTables::make_room(const KvSpace& space, Space& state, std::int64_t growth) {
    const auto limit = static_cast<std::int64_t>(space.limit);
    const auto fits = [&] { return growth <= 0 || limit == 0 || state.bytes + growth <= limit; };
    if (fits()) {
        return false;
    }
    // What has expired must not stand in the way.
    Result<bool> more = true;
    while (*more && !fits()) {
        if (more = sweep(); !more) {
            return more.error();
        }
    }
    return fits() ? Result<bool>(true)
                  : Error(ErrorKind::limit, "the storage is full: " + std::to_string(state.bytes) +
                                                " of " + std::to_string(limit) +
                                                " bytes are used (kv_limit)");
}

Result<> KvTables::create(const KvSpace& space, Space& state) {
    auto insert = database_.prepare("INSERT INTO spaces(name, bytes) VALUES(?, 0) RETURNING id");
    if (!insert) {
        return insert.error();
    }
    if (auto made = (*insert)->blob(space.name).step(); !made) {
        return made.error();
    }
    state.id = (*insert)->integer_at(0);
    return {};
}

Result<> KvTables::put(Space& space, const Row& row, const KvWrite& write, std::int64_t expires) {
    auto statement = row.id != 0 ? database_.prepare(
                                       "UPDATE entries SET value = ?, expires = ? "
                                       "WHERE id = ?")
                                 : database_.prepare(
                                       "INSERT INTO entries(value, expires, space, "
                                       "key) VALUES(?, ?, ?, ?)");
    if (!statement) {
        return statement.error();
    }
    (*statement)->blob(*write.value);
    expires == 0 ? (*statement)->null() : (*statement)->integer(expires);
    row.id != 0 ? (*statement)->integer(row.id) : (*statement)->integer(space.id).blob(write.key);
    space.bytes += size_of(*write.value) - row.bytes + (row.id != 0 ? 0 : size_of(write.key));
    space.changed = true;
    return (*statement)->run();
}

Result<> KvTables::remove(Space& space, const Row& row, const std::string& key) {
    auto statement = database_.prepare("DELETE FROM entries WHERE id = ?");
    if (!statement) {
        return statement.error();
    }
    space.bytes -= row.bytes + size_of(key);
    space.changed = true;
    return (*statement)->integer(row.id).run();
}

Result<KvOutcome> KvTables::write(const KvSpace& space, const KvBatch& batch) {
    auto state = space_of(space);
    if (!state) {
        return state.error();
    }
    KvOutcome outcome;
    for (const KvCheck& check : batch.checks) {
        auto held = holds(**state, check);
        if (!held) {
            return held.error();
        }
        if (!*held) {
            return outcome;
        }
    }
    outcome.applied = true;
    std::int64_t growth = 0;
    std::vector<Row> rows;
    for (const KvWrite& write : batch.writes) {
        auto row = find(**state, write.key);
        if (!row) {
            return row.error();
        }
        const std::int64_t before = row->id == 0 ? 0 : row->bytes + size_of(write.key);
        growth += (write.value ? size_of(*write.value) + size_of(write.key) : 0) - before;
        outcome.existed += row->live ? 1 : 0;
        rows.push_back(*row);
    }
    const auto swept = make_room(space, **state, growth);
    if (!swept) {
        return swept.error();
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto row = *swept ? find(**state, batch.writes[i].key) : Result<Row>(rows[i]);
        if (!row) {
            return row.error();
        }
        if (auto written = carry_out(space, **state, *row, batch.writes[i]); !written) {
            return written.error();
        }
    }
    return outcome;
}

Result<> KvTables::carry_out(const KvSpace& space, Space& state, const Row& row,
                             const KvWrite& write) {
    if (!write.value) {
        return row.id == 0 ? Result<>() : remove(state, row, write.key);
    }
    if (state.id == 0) {
        if (auto made = create(space, state); !made) {
            return made;
        }
    }
    return put(state, row, write, write.ttl.count() == 0 ? 0 : now_ + write.ttl.count());
}

Result<std::int64_t> KvTables::sum(const KvSpace& space, const std::string& key,
                                   std::int64_t amount) {
    auto state = space_of(space);
    if (!state) {
        return state.error();
    }
    auto row = find(**state, key);
    if (!row) {
        return row.error();
    }
    std::int64_t sum = 0;
    if (row->live) {
        auto before = number_of(*row);
        if (!before) {
            return before.error();
        }
        sum = *before;
    }
    if (__builtin_add_overflow(sum, amount, &sum)) {
        return Error(ErrorKind::limit, "the sum is beyond 64 bits");
    }
    const Millis left{row->live && row->expires != 0 ? row->expires - now_ : 0};
    const KvWrite write{key, std::to_string(sum), left};
    const auto swept = make_room(
        space, **state, size_of(*write.value) - (row->id != 0 ? row->bytes : -size_of(key)));
    if (!swept) {
        return swept.error();
    }
    if (*swept) {
        if (row = find(**state, key); !row) {
            return row.error();
        }
    }
    auto written = carry_out(space, **state, *row, write);
    return written ? Result<std::int64_t>(sum) : written.error();
}

Result<std::int64_t> KvTables::add(const KvSpace& space, const std::string& key,
                                   std::int64_t amount, const std::optional<KvEffect>& effect) {
    const auto begin = [&] { return sum(space, key, amount); };
    return effect ? once<std::int64_t>(
                        space, *effect, begin,
                        [](std::int64_t result) {
                            return KvRecord{true, result, {}};
                        },
                        [](const KvRecord& record) { return record.number; })
                  : begin();
}

Result<KvOutcome> KvTables::apply(const KvSpace& space, const KvBatch& batch,
                                  const std::optional<KvEffect>& effect) {
    const auto begin = [&] { return write(space, batch); };
    return effect
               ? once<KvOutcome>(
                     space, *effect, begin,
                     [](const KvOutcome& result) {
                         return KvRecord{
                             result.applied, static_cast<std::int64_t>(result.existed), {}};
                     },
                     [](const KvRecord& record) {
                         return KvOutcome{record.applied, static_cast<std::size_t>(record.number)};
                     })
               : begin();
}

/// What has been done for the event already is told, and what is done now is recorded.
template <class T, class Begin, class ToRecord, class FromRecord>
Result<T> KvTables::once(const KvSpace& space, const KvEffect& effect, const Begin& begin,
                         const ToRecord& to_record, const FromRecord& from_record) {
    if (effect.repeat) {
        auto record = effects_.find(database_, space.name, effect);
        if (!record) {
            return record.error();
        }
        if (*record) {
            return from_record(**record);
        }
    }
    Result<T> result = begin();
    if (!result) {
        return result;
    }
    KvRecord record = to_record(*result);
    if (effect.note) {
        if (!record.applied) {
            return result;
        }
        record.note = effect.note;
    }
    auto recorded = effects_.add(database_, space.name, effect, record, now_);
    return recorded ? std::move(result) : Result<T>(recorded.error());
}

Result<std::optional<std::string>> KvTables::recall(const KvSpace& space, const KvEffect& effect) {
    auto record = effects_.find(database_, space.name, effect);
    if (!record) {
        return record.error();
    }
    return *record ? std::move((*record)->note) : std::nullopt;
}

void KvTables::forget(std::string space, std::string event, Millis later) {
    if (later.count() == 0) {
        effects_.forget(space, event);
    } else {
        effects_.forget_at(now_ + later.count(), std::move(space), std::move(event));
    }
}

Result<KvPage> KvTables::list(const KvSpace& space, const KvRange& range) {
    KvPage page;
    auto state = space_of(space);
    if (!state) {
        return state.error();
    }
    if ((*state)->id == 0) {
        return page;
    }
    auto select = database_.prepare(
        "SELECT key, value FROM entries WHERE space = ? AND key >= ? AND key < ? AND (expires IS "
        "NULL OR expires > ?) ORDER BY key");
    if (!select) {
        return select.error();
    }
    const std::string first = std::max(range.prefix, range.after + '\0');
    const std::string from = range.after.empty() ? range.prefix : first;
    const std::string to = behind(range.prefix);
    (*select)->integer((*state)->id).blob(from).blob(to).integer(now_);
    std::size_t bytes = 0;
    while (true) {
        auto row = (*select)->step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            return page;
        }
        if (page.items.size() >= range.limit || bytes > kLargestKvPage) {
            page.more = true;
            return page;
        }
        page.items.push_back(
            {std::string((*select)->blob_at(0)), std::string((*select)->blob_at(1))});
        bytes += page.items.back().key.size() + page.items.back().value.size();
    }
}

Result<bool> KvTables::sweep() {
    auto removed = database_.prepare(
        "DELETE FROM entries WHERE id IN (SELECT id FROM entries WHERE expires <= ? LIMIT ?) "
        "RETURNING space, length(key) + length(value)");
    if (!removed) {
        return removed.error();
    }
    (*removed)->integer(now_).integer(kMostSwept);
    std::map<std::int64_t, std::int64_t> freed;
    std::int64_t count = 0;
    while (true) {
        auto row = (*removed)->step();
        if (!row) {
            return row.error();
        }
        if (!*row) {
            break;
        }
        freed[(*removed)->integer_at(0)] += (*removed)->integer_at(1);
        ++count;
    }
    for (const auto& [id, bytes] : freed) {
        const auto known = std::find_if(spaces_.begin(), spaces_.end(),
                                        [id](const auto& one) { return one.second.id == id; });
        if (known != spaces_.end()) {
            known->second.bytes -= bytes;
            known->second.changed = true;
            continue;
        }
        auto update = database_.prepare("UPDATE spaces SET bytes = bytes - ? WHERE id = ?");
        if (!update) {
            return update.error();
        }
        if (auto done = (*update)->integer(bytes).integer(id).run(); !done) {
            return done.error();
        }
    }
    auto gone = effects_.sweep(database_, now_);
    return gone ? Result<bool>(count == kMostSwept) : gone.error();
}

Result<> KvTables::commit() {
    for (auto& [name, space] : spaces_) {
        if (!space.changed) {
            continue;
        }
        auto update = database_.prepare("UPDATE spaces SET bytes = ? WHERE id = ?");
        if (!update) {
            return update.error();
        }
        if (auto done = (*update)->integer(space.bytes).integer(space.id).run(); !done) {
            return done.error();
        }
        space.changed = false;
    }
    auto done = database_.run("COMMIT");
    if (done) {
        effects_.committed();
    }
    return done;
}

void KvTables::roll_back() {
    // What is remembered of the spaces may never have been written.
    spaces_.clear();
    effects_.rolled_back();
    if (database_.in_transaction()) {
        (void)database_.run("ROLLBACK");
    }
}

}  // namespace rookery::store
