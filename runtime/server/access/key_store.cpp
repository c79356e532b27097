#include "server/access/key_store.hpp"

#include "base/id_text.hpp"
#include "config/times.hpp"
#include "config/values.hpp"
#include "store/files.hpp"

#include <nlohmann/json.hpp>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <fstream>
#include <system_error>

namespace rookery::server {
namespace {

using nlohmann::json;

constexpr std::size_t kLargestFile = std::size_t{32} << 20U;
constexpr std::size_t kLongestName = 100;
constexpr int kVersion = 1;
/// A revoked key is told from an unknown one for so long.
constexpr std::chrono::days kRemembered{90};

std::string dump(const json& value) {
    return value.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

json to_json(const KeyRecord& record) {
    json out{{"id", record.key.id},
             {"name", record.key.name},
             {"prefix", record.prefix},
             {"hash", to_text(record.digest)},
             {"scopes", record.key.scopes}};
    if (record.key.guilds) {
        out["guilds"] = *record.key.guilds;
    }
    if (record.key.events) {
        out["events"] = *record.key.events;
    }
    const auto put = [&](const char* name, const std::optional<WallTime>& time) {
        if (time) {
            out[name] = config::format_time(*time);
        }
    };
    put("created", record.created);
    put("expires", record.key.expires);
    put("revoked", record.revoked);
    return out;
}

/// Throws what nlohmann throws, or std::invalid_argument.
std::optional<WallTime> time_in(const json& object, const char* name) {
    if (!object.contains(name)) {
        return std::nullopt;
    }
    const auto time = config::parse_time(object.at(name).get<std::string>());
    if (!time) {
        throw std::invalid_argument(std::string("\"") + name + "\" is no time");
    }
    return time;
}

KeyRecord from_json(const json& object) {
    KeyRecord record;
    record.key.id = object.at("id").get<std::string>();
    record.key.name = object.at("name").get<std::string>();
    record.prefix = object.at("prefix").get<std::string>();
    record.key.scopes = object.at("scopes").get<std::vector<std::string>>();
    const auto digest = parse_digest(object.at("hash").get<std::string>());
    if (!digest) {
        throw std::invalid_argument("\"hash\" is none");
    }
    record.digest = *digest;
    if (object.contains("guilds")) {
        auto& guilds = record.key.guilds.emplace();
        guilds = object.at("guilds").get<std::vector<std::string>>();
        if (!std::all_of(guilds.begin(), guilds.end(), [](const auto& id) { return is_id(id); })) {
            throw std::invalid_argument("\"guilds\" has what is no id");
        }
        std::sort(guilds.begin(), guilds.end());
    }
    if (object.contains("events")) {
        auto& events = record.key.events.emplace();
        events = object.at("events").get<std::vector<std::string>>();
        std::sort(events.begin(), events.end());
    }
    record.created = time_in(object, "created");
    record.key.expires = time_in(object, "expires");
    record.revoked = time_in(object, "revoked");
    return record;
}

/// "The Dashboard" as an id: "the-dashboard".
std::string id_from(std::string_view name) {
    std::string id;
    for (const char c : name) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        if (letter) {
            id += c;
        } else if (c >= 'A' && c <= 'Z') {
            id += static_cast<char>(c - 'A' + 'a');
        } else if (!id.empty() && id.back() != '-') {
            id += '-';
        }
    }
    while (!id.empty() && id.back() == '-') {
        id.pop_back();
    }
    constexpr std::size_t kRoomForNumber = 58;
    id.resize(std::min(id.size(), kRoomForNumber));
    return config::is_name(id) ? id : "key";
}

template <class Value>
void sort_once(std::optional<std::vector<Value>>& values) {
    if (values) {
        std::sort(values->begin(), values->end());
        values->erase(std::unique(values->begin(), values->end()), values->end());
    }
}

}  // namespace

Result<std::vector<KeyRecord>> KeyStore::read() const {
    const auto text = store::read_file(file_, kLargestFile);
    if (!text) {
        return text.error();
    }
    std::vector<KeyRecord> records;
    if (!*text) {
        return records;
    }
    try {
        const json file = json::parse(**text);
        if (file.at("version").get<int>() != kVersion) {
            return Error(ErrorKind::unsupported,
                         file_.string() + ": written by another version of rookery");
        }
        for (const auto& object : file.at("keys")) {
            records.push_back(from_json(object));
        }
    } catch (const std::exception& error) {
        return Error(ErrorKind::invalid, file_.string() + ": " + error.what());
    }
    return records;
}

Result<> KeyStore::write(const std::vector<KeyRecord>& records) const {
    json keys = json::array();
    for (const auto& record : records) {
        keys.push_back(to_json(record));
    }
    return store::replace_file(file_, dump({{"version", kVersion}, {"keys", std::move(keys)}}));
}

Result<KeyStore::Made> KeyStore::make(KeyWish wish, std::span<const std::string> taken,
                                      WallTime now) {
    if (wish.name.empty() || wish.name.size() > kLongestName) {
        return Error(ErrorKind::invalid, "a key needs a name of at most 100 bytes");
    }
    auto records = read();
    if (!records) {
        return records.error();
    }
    std::erase_if(*records, [&](const KeyRecord& record) {
        return record.revoked && *record.revoked + kRemembered < now;
    });
    if (records->size() >= kMost) {
        return Error(ErrorKind::limit, fmt::format("there are {} keys already", kMost));
    }
    const auto known = [&](const std::string& id) {
        return std::find(taken.begin(), taken.end(), id) != taken.end() ||
               std::any_of(records->begin(), records->end(),
                           [&](const KeyRecord& record) { return record.key.id == id; });
    };
    Made made;
    Key& key = made.record.key;
    key.id = id_from(wish.name);
    const std::string base = key.id;
    for (unsigned number = 2; known(key.id); ++number) {
        key.id = base + "-" + std::to_string(number);
    }
    sort_once(wish.guilds);
    sort_once(wish.events);
    key.name = std::move(wish.name);
    key.scopes = std::move(wish.scopes);
    key.guilds = std::move(wish.guilds);
    key.events = std::move(wish.events);
    key.expires = wish.expires;
    made.secret = make_secret();
    made.record.prefix = prefix_of(made.secret);
    made.record.digest = digest_of(made.secret);
    made.record.created = now;
    records->push_back(made.record);
    if (auto written = write(*records); !written) {
        return written.error();
    }
    return made;
}

Result<KeyRecord> KeyStore::revoke(const std::string& id, WallTime now) {
    auto records = read();
    if (!records) {
        return records.error();
    }
    const auto found = std::find_if(records->begin(), records->end(),
                                    [&](const KeyRecord& record) { return record.key.id == id; });
    if (found == records->end()) {
        std::vector<std::string_view> ids;
        for (const auto& record : *records) {
            ids.emplace_back(record.key.id);
        }
        const auto near = config::nearest(id, ids);
        return Error(ErrorKind::not_found,
                     near.empty()
                         ? "there is no such key; `rookery keys list` shows them"
                         : fmt::format("there is no such key; did you mean \"{}\"?", near));
    }
    if (found->revoked) {
        return Error(ErrorKind::exists,
                     "this key was revoked at " + config::format_time(*found->revoked));
    }
    found->revoked = now;
    const KeyRecord record = *found;
    if (auto written = write(*records); !written) {
        return written.error();
    }
    return record;
}

std::map<std::string, KeyUse> KeyStore::read_uses() const {
    std::map<std::string, KeyUse> uses;
    const auto text = store::read_file(uses_file_, kLargestFile);
    const auto file = text && *text ? json::parse(**text, nullptr, false) : json();
    if (!file.is_object()) {
        return uses;
    }
    for (const auto& [id, use] : file.items()) {
        if (use.is_object()) {
            const auto last = use.find("lastUsed");
            const auto requests = use.find("requests");
            uses[id] = {last != use.end() && last->is_string()
                            ? config::parse_time(last->get_ref<const std::string&>())
                            : std::nullopt,
                        requests != use.end() && requests->is_number_unsigned()
                            ? requests->get<std::uint64_t>()
                            : 0};
        }
    }
    return uses;
}

Result<> KeyStore::write_uses(const std::map<std::string, KeyUse>& uses) const {
    json out = json::object();
    for (const auto& [id, use] : uses) {
        out[id] = {{"requests", use.requests}};
        if (use.last) {
            out[id]["lastUsed"] = config::format_time(*use.last);
        }
    }
    std::filesystem::path next = uses_file_;
    next += ".new";
    std::error_code failure;
    {
        std::ofstream stream(next, std::ios::binary | std::ios::trunc);
        stream << dump(out);
        if (!stream.flush()) {
            return Error(ErrorKind::io, "write " + next.string());
        }
    }
    std::filesystem::permissions(
        next, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, failure);
    std::filesystem::rename(next, uses_file_, failure);
    return failure ? Result<>(Error(ErrorKind::io,
                                    "replace " + uses_file_.string() + ": " + failure.message()))
                   : Result<>();
}

}  // namespace rookery::server
