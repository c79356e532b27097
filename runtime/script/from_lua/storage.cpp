#include "model/json_index.hpp"
#include "script/from_lua/api.hpp"
#include "script/script.hpp"
#include "script/values.hpp"

#include <cstring>
#include <initializer_list>
#include <optional>
#include <utility>
#include <vector>

namespace rookery::script {

namespace {

using nlohmann::json;

/// Before what JSON cannot hold, texts that are not UTF-8: the same as MessagePack. No JSON begins
/// with it.
constexpr char kBinary = '\0';

/// How a value is stored: as JSON, where it can be, so that other tools read it too.
Result<std::string> encode(lua_State* lua, int index) {
    std::size_t budget = kMaxBytes;
    auto value = to_json(lua, index, budget);
    if (!value) {
        return value.error();
    }
    try {
        return value->dump();
    } catch (const json::type_error&) {  // not UTF-8
        std::string binary(1, kBinary);
        json::to_msgpack(*value, binary);
        return binary;
    }
}

int kv_encode(lua_State* lua, Script& /*script*/) {
    if (lua_isnil(lua, 1)) {
        return fail(lua, "rookery.kv: the value must not be nil; delete removes a key");
    }
    const auto text = encode(lua, 1);
    if (!text) {
        return fail(lua, "rookery.kv: " + text.error().message());
    }
    push_text(lua, *text);
    return 1;
}

int kv_decode(lua_State* lua, Script& /*script*/) {
    const std::string_view text = text_at(lua, 1);
    if (text.starts_with(kBinary)) {
        push_json(lua, json::from_msgpack(text.substr(1)));
        return 1;
    }
    const auto index = model::JsonIndex::build(text);
    if (!index) {
        return fail(lua, "the stored value is not readable: " + index.error().message());
    }
    push_node(lua, index->root());
    return 1;
}

/// Waits for what `begin` starts in the store; `to_lua` makes the answer.
template <class T, class Begin, class Convert>
int wait_for(lua_State* lua, Script& script, std::size_t bytes, const Begin& begin,
             const Convert& to_lua) {
    const hostapi::Kv* const kv = script.context().kv;
    if (kv == nullptr) {
        return fail(lua, "rookery.kv: this runtime stores nothing");
    }
    if (const auto refusal = script.tasks().refusal_to_wait(lua); !refusal.empty()) {
        return fail(lua, "rookery.kv: " + std::string(refusal));
    }
    const auto begun = script.tasks().begin_answer(
        *script.tasks().running(lua), bytes, [&](hostapi::OperationDone done) {
            begin(*kv, [done = std::move(done), to_lua](const Result<T>& result) {
                done(result ? Result<json>(to_lua(*result)) : Result<json>(result.error()));
            });
        });
    return begun ? kYield : fail(lua, "rookery.kv: " + begun.error().message());
}

/// What is stored on behalf of the running task's event; null when it has none.
hostapi::EventEffects* effects_of(lua_State* lua, Script& script) {
    Task* const task = script.tasks().running(lua);
    return task == nullptr || task->flight == nullptr ? nullptr : task->flight->ticket.effects();
}

/// A number of an effect as a script has it.
std::string_view bytes_of(const std::uint64_t& number) {
    return {reinterpret_cast<const char*>(&number), sizeof(number)};
}

/// That at `index`, of bytes_of(); nothing when there is none.
std::optional<std::uint64_t> number_at(lua_State* lua, int index) {
    const std::string_view text = text_at(lua, index);
    std::uint64_t number = 0;
    if (text.data() == nullptr || text.size() != sizeof(number)) {
        return std::nullopt;
    }
    std::memcpy(&number, text.data(), sizeof(number));
    return number;
}

/// The number of the task's next transaction, and whether it may have been carried out already;
/// nothing outside of events.
int kv_number(lua_State* lua, Script& script) {
    hostapi::EventEffects* const effects = effects_of(lua, script);
    if (effects == nullptr) {
        return 0;
    }
    const Task& task = *script.tasks().running(lua);
    const auto effect = effects->next("transaction " + std::to_string(task.ordinal));
    push_text(lua, bytes_of(effect.number));
    lua_pushboolean(lua, effect.repeat ? 1 : 0);
    return 2;
}

/// The key at `index`; nothing with the error pushed.
std::optional<std::string> key_at(lua_State* lua, int index) {
    const std::string_view key = text_at(lua, index);
    if (key.data() == nullptr) {
        (void)fail_argument(lua, "rookery.kv: key", "a string", index);
        return std::nullopt;
    }
    return std::string(key);
}

int begin_get(lua_State* lua, Script& script) {
    auto key = key_at(lua, 1);
    if (!key) {
        return kRaise;
    }
    using Value = std::optional<std::string>;
    return wait_for<Value>(
        lua, script, key->size(),
        [&](const hostapi::Kv& kv, auto done) { kv.get(*std::move(key), std::move(done)); },
        [](const Value& value) { return value ? json(*value) : json(false); });
}

int begin_add(lua_State* lua, Script& script) {
    auto key = key_at(lua, 1);
    if (!key) {
        return kRaise;
    }
    const double amount = lua_isnoneornil(lua, 2) ? 1 : lua_tonumber(lua, 2);
    constexpr double kMost = 9007199254740992.0;  // 2^53: beyond it numbers have gaps
    if ((!lua_isnoneornil(lua, 2) && lua_type(lua, 2) != LUA_TNUMBER) || !(amount >= -kMost) ||
        amount > kMost || amount != static_cast<double>(static_cast<std::int64_t>(amount))) {
        return fail_argument(lua, "rookery.kv.incr: amount", "a whole number", 2);
    }
    return wait_for<std::int64_t>(
        lua, script, key->size(),
        [&](const hostapi::Kv& kv, auto done) {
            kv.add(*std::move(key), static_cast<std::int64_t>(amount), std::move(done),
                   effects_of(lua, script));
        },
        [](std::int64_t sum) { return json(sum); });
}

/// Fields of the table at `index`: texts by key, or `false` for none.
std::optional<std::vector<std::pair<std::string, std::optional<std::string>>>> read_values(
    lua_State* lua, int index) {
    std::vector<std::pair<std::string, std::optional<std::string>>> values;
    for (lua_pushnil(lua); lua_next(lua, index) != 0; lua_pop(lua, 1)) {
        const std::string_view key = text_at(lua, -2);
        if (key.data() == nullptr) {
            lua_pop(lua, 2);
            (void)fail(lua, "rookery.kv: key must be a string");
            return std::nullopt;
        }
        const std::string_view value = text_at(lua, -1);
        values.emplace_back(
            key, value.data() == nullptr ? std::nullopt : std::optional(std::string(value)));
    }
    return values;
}

/// Seconds for a key of the table at `index`, which may be nil; 0 for none, -1 with the error
/// pushed.
Millis ttl_of(lua_State* lua, int index, const std::string& key) {
    if (!lua_istable(lua, index)) {
        return Millis{0};
    }
    push_text(lua, key);
    lua_rawget(lua, index);
    Millis ttl{0};
    if (!lua_isnil(lua, -1)) {
        ttl = seconds_at(lua, lua_gettop(lua), "rookery.kv: ttl");
        if (ttl.count() == 0) {
            (void)fail(lua, "rookery.kv: ttl must be more than 0 seconds");
            return Millis{-1};
        }
        if (ttl.count() < 0) {
            return ttl;
        }
    }
    lua_pop(lua, 1);
    return ttl;
}

/// Checks, writes and times to live, each a table by key; of a transaction its number and note.
/// How many keys of the writes there were, or false.
int begin_apply(lua_State* lua, Script& script) {
    for (int index = 1; index <= 2; ++index) {
        if (!lua_istable(lua, index)) {
            return fail_argument(lua, "rookery.kv: the argument", "a table", index);
        }
    }
    auto checks = read_values(lua, 1);
    auto writes = checks ? read_values(lua, 2) : std::nullopt;
    if (!writes) {
        return kRaise;
    }
    store::KvBatch batch;
    std::size_t bytes = 0;
    for (auto& [key, value] : *checks) {
        bytes += key.size() + (value ? value->size() : 0);
        batch.checks.push_back({std::move(key), std::move(value)});
    }
    for (auto& [key, value] : *writes) {
        const Millis ttl = ttl_of(lua, 3, key);
        if (ttl.count() < 0) {
            return kRaise;
        }
        bytes += key.size() + (value ? value->size() : 0);
        batch.writes.push_back({std::move(key), std::move(value), ttl});
    }
    hostapi::EventEffects* const effects = effects_of(lua, script);
    const auto number = number_at(lua, 4);
    const std::string_view note = text_at(lua, 5);
    return wait_for<store::KvOutcome>(
        lua, script, bytes + note.size(),
        [&](const hostapi::Kv& kv, auto done) {
            if (effects == nullptr || !number) {
                kv.apply(std::move(batch), std::move(done), effects);
                return;
            }
            auto effect = effects->at(*number);
            effect.note = note;
            kv.apply(std::move(batch), std::move(done), *effects, std::move(effect));
        },
        [](const store::KvOutcome& outcome) {
            return outcome.applied ? json(outcome.existed) : json(false);
        });
}

/// What the transaction of that number has noted; false when it has not been carried out.
int begin_recall(lua_State* lua, Script& script) {
    hostapi::EventEffects* const effects = effects_of(lua, script);
    const auto number = number_at(lua, 1);
    if (effects == nullptr || !number) {
        return fail(lua, "rookery.kv: there is no such transaction");
    }
    using Note = std::optional<std::string>;
    return wait_for<Note>(
        lua, script, 0,
        [&](const hostapi::Kv& kv, auto done) { kv.recall(effects->at(*number), std::move(done)); },
        [](const Note& note) { return note ? json(*note) : json(false); });
}

/// prefix, after, limit: { more, { key, value }, ... } in `items`.
int begin_list(lua_State* lua, Script& script) {
    store::KvRange range;
    for (const auto& [index, field] :
         {std::pair(1, &store::KvRange::prefix), std::pair(2, &store::KvRange::after)}) {
        if (!lua_isnoneornil(lua, index)) {
            auto text = key_at(lua, index);
            if (!text) {
                return kRaise;
            }
            range.*field = *std::move(text);
        }
    }
    if (!lua_isnoneornil(lua, 3)) {
        const double limit = lua_tonumber(lua, 3);
        if (!(limit >= 1) || limit > static_cast<double>(store::kMostKvListed)) {
            return fail(lua, "rookery.kv.list: limit must be between 1 and 1000");
        }
        range.limit = static_cast<std::size_t>(limit);
    }
    return wait_for<store::KvPage>(
        lua, script, range.prefix.size(),
        [&](const hostapi::Kv& kv, auto done) { kv.list(std::move(range), std::move(done)); },
        [](const store::KvPage& page) {
            json items = json::array();
            for (const store::KvItem& item : page.items) {
                items.push_back({item.key, item.value});
            }
            return json{{"more", page.more}, {"items", std::move(items)}};
        });
}

}  // namespace

void set_storage(lua_State* lua) {
    static constexpr NamedBinding kBindings[] = {
        {"kv_encode", &bound<kv_encode>},        {"kv_decode", &bound<kv_decode>},
        {"begin_kv_get", &bound<begin_get>},     {"begin_kv_add", &bound<begin_add>},
        {"begin_kv_apply", &bound<begin_apply>}, {"begin_kv_list", &bound<begin_list>},
        {"kv_number", &bound<kv_number>},        {"begin_kv_recall", &bound<begin_recall>},
    };
    set_bindings(lua, kBindings);
}

}  // namespace rookery::script
