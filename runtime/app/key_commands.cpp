#include "app/key_commands.hpp"

#include "app/text_table.hpp"
#include "base/id_text.hpp"
#include "base/log.hpp"
#include "config/times.hpp"
#include "config/values.hpp"
#include "model/event_names.hpp"
#include "server/access/key_store.hpp"
#include "server/access/scopes.hpp"
#include "store/state_dir.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <optional>

namespace rookery::app {
namespace {

using nlohmann::json;
using server::KeyRecord;
using server::KeyStore;

constexpr std::size_t kMostListed = 10'000;
/// Of letters that a machine chose, what nobody guesses.
constexpr std::size_t kShortestHashed = 24;

std::string text_in(const json& request, const char* name) {
    const auto found = request.find(name);
    return found != request.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// Nothing when the request has no such list, or an empty one.
Result<std::optional<std::vector<std::string>>> list_in(const json& request, const char* name) {
    const auto found = request.find(name);
    if (found == request.end() || found->empty()) {
        return std::optional<std::vector<std::string>>();
    }
    std::vector<std::string> texts;
    for (const auto& item : *found) {
        if (!item.is_string() || texts.size() >= kMostListed) {
            return Error(ErrorKind::invalid, fmt::format("{}: expected a list of texts", name));
        }
        texts.push_back(item.get<std::string>());
    }
    return std::optional(std::move(texts));
}

/// "90d", "12h", or a time.
Result<std::optional<WallTime>> expiry(const std::string& text, WallTime now) {
    if (text.empty()) {
        return std::optional<WallTime>();
    }
    std::optional<WallTime> time = config::parse_time(text);
    if (!time && text.ends_with('d')) {
        if (const auto hours = config::parse_duration(text.substr(0, text.size() - 1) + "h")) {
            time = now + 24 * *hours;
        }
    } else if (const auto duration = config::parse_duration(text); !time && duration) {
        time = now + *duration;
    }
    if (!time) {
        return Error(ErrorKind::invalid,
                     fmt::format("--expires: expected a time from now (\"90d\", \"12h\") or a date "
                                 "(2027-01-31, 2027-01-31T12:00:00Z), got \"{}\"",
                                 log::clipped(text, 40)));
    }
    if (*time <= now) {
        return Error(ErrorKind::invalid, "--expires: this time is over");
    }
    return time;
}

Result<server::KeyWish> wish_of(const json& request, WallTime now) {
    server::KeyWish wish;
    wish.name = text_in(request, "name");
    auto scopes = list_in(request, "scopes");
    auto guilds = list_in(request, "guilds");
    auto events = list_in(request, "events");
    auto expires = expiry(text_in(request, "expires"), now);
    for (const auto* list : {&scopes, &guilds, &events}) {
        if (!*list) {
            return list->error();
        }
    }
    if (!expires) {
        return expires.error();
    }
    if (!*scopes) {
        return Error(ErrorKind::invalid,
                     fmt::format("a key needs scopes: --scopes read:guilds,events; there are: {}",
                                 fmt::join(server::known_scopes(), ", ")));
    }
    for (const auto& scope : **scopes) {
        if (auto checked = server::check_scope(scope); !checked) {
            return checked.error();
        }
    }
    wish.scopes = **std::move(scopes);
    if (*guilds) {
        for (const auto& text : **guilds) {
            if (!is_id(text)) {
                return Error(ErrorKind::invalid,
                             fmt::format("--guilds: expected ids of guilds, got \"{}\"",
                                         log::clipped(text, 40)));
            }
        }
        wish.guilds = **std::move(guilds);
    }
    if (*events) {
        for (const auto& name : **events) {
            if (auto known = model::EventNames::intern(name); !known) {
                return known.error();
            }
        }
        wish.events = **std::move(events);
    }
    wish.expires = *expires;
    return wish;
}

std::string joined(const std::optional<std::vector<std::string>>& names) {
    return names ? fmt::format("{}", fmt::join(*names, ",")) : "all";
}
std::string shown(const std::optional<WallTime>& time, const char* none) {
    return time ? config::format_time(*time) : none;
}

/// A line that shows that the key works.
std::string trial(const server::Key& key, const std::string& secret, const std::string& url) {
    const std::string at = url.empty() ? "http://127.0.0.1:3000" : url;
    const auto curl = [&](const char* path) {
        return fmt::format("    curl -H \"X-API-Key: {}\" {}{}\n", secret, at, path);
    };
    return key.has("read:guilds")    ? curl("/api/guilds")
           : key.has("read:metrics") ? curl("/metrics")
           : key.has("events")
               ? fmt::format("    io(\"{}\", {{ auth: {{ apiKey: \"{}\" }} }})\n", at, secret)
               : curl("/api/health");
}

json to_json(const server::Key& key) {
    json out{{"id", key.id}, {"name", key.name}, {"scopes", key.scopes}};
    out["guilds"] = key.guilds ? json(*key.guilds) : json();
    out["events"] = key.events ? json(*key.events) : json();
    out["expires"] = key.expires ? json(config::format_time(*key.expires)) : json();
    return out;
}

Result<KeyAnswer> make(const json& request, const KeyPlace& place) {
    auto wish = wish_of(request, place.now);
    if (!wish) {
        return wish.error();
    }
    std::vector<std::string> taken;
    for (const auto& given : place.given) {
        taken.push_back(given.id);
    }
    auto made = KeyStore(place.state).make(*std::move(wish), taken, place.now);
    if (!made) {
        return made.error();
    }
    const server::Key& key = made->record.key;
    KeyAnswer answer;
    answer.changed = true;
    answer.text = fmt::format(
        "The key \"{}\"; it is shown this once:\n\n    {}\n\n  scopes   {}\n  guilds   {}\n  "
        "events "
        "  {}\n  expires  {}\n\nTry it:\n\n{}",
        key.id, made->secret, fmt::join(key.scopes, ","), joined(key.guilds), joined(key.events),
        shown(key.expires, "never"), trial(key, made->secret, place.url));
    answer.data = to_json(key);
    answer.data["key"] = made->secret;
    return answer;
}

Result<KeyAnswer> list(const KeyPlace& place) {
    const KeyStore store(place.state);
    auto records = store.read();
    if (!records) {
        return records.error();
    }
    const auto uses = store.read_uses();
    KeyAnswer answer;
    answer.data = json::array();
    std::vector<Row> rows{{"ID", "PREFIX", "SCOPES", "GUILDS", "EVENTS", "EXPIRES", "LAST USED",
                           "REQUESTS", "STATE"}};
    const auto add = [&](const server::Key& key, const std::string& prefix, std::string state) {
        const auto found = uses.find(key.id);
        const auto use = found == uses.end() ? server::KeyUse{} : found->second;
        if (state != "revoked" && key.expires && *key.expires <= place.now) {
            state = "expired";
        }
        rows.push_back({key.id, prefix.empty() ? "-" : prefix,
                        fmt::format("{}", fmt::join(key.scopes, ",")), joined(key.guilds),
                        joined(key.events), shown(key.expires, "never"), shown(use.last, "never"),
                        std::to_string(use.requests), state});
        json one = to_json(key);
        one["prefix"] = prefix;
        one["lastUsed"] = use.last ? json(config::format_time(*use.last)) : json();
        one["requests"] = use.requests;
        one["state"] = state;
        answer.data.push_back(std::move(one));
    };
    for (const auto& given : place.given) {
        add({given.id, given.name, given.scopes, given.guilds, given.events, given.expires},
            std::string(server::prefix_of(given.key.reveal())), "of the config");
    }
    for (const KeyRecord& record : *records) {
        add(record.key, record.prefix, record.revoked ? "revoked" : "active");
    }
    answer.text = rows.size() == 1 ? "no keys: `rookery keys new NAME --scopes ...` makes one\n"
                                   : table(rows);
    return answer;
}

Result<KeyAnswer> revoke(const json& request, const KeyPlace& place) {
    const auto id = text_in(request, "id");
    const auto of_toml = std::any_of(place.given.begin(), place.given.end(),
                                     [&](const auto& given) { return given.id == id; });
    if (of_toml) {
        return Error(ErrorKind::unsupported,
                     fmt::format("\"{}\" is a [[server.key]] of the config: take its section out "
                                 "and `rookery reload`",
                                 id));
    }
    auto revoked = KeyStore(place.state).revoke(id, place.now);
    if (!revoked) {
        return revoked.error();
    }
    KeyAnswer answer;
    answer.changed = true;
    answer.text = fmt::format("the key \"{}\" is revoked{}\n", id,
                              place.url.empty() ? "" : "; its sockets are closed");
    answer.data = to_json(revoked->key);
    return answer;
}

}  // namespace

Result<KeyAnswer> answer_keys(const json& request, const KeyPlace& place) {
    const auto what = text_in(request, "what");
    if (what == "new") {
        return make(request, place);
    }
    if (what == "list") {
        return list(place);
    }
    if (what == "revoke") {
        return revoke(request, place);
    }
    return Error(ErrorKind::invalid, "keys: expected new, list or revoke");
}

Result<KeyAnswer> answer_keys_alone(const json& request, const std::filesystem::path& state) {
    const auto lock = store::StateDir::open(state);
    if (!lock) {
        return lock.error();
    }
    return answer_keys(request, {lock->path(), {}, {}, std::chrono::system_clock::now()});
}

Result<std::string> hash_of_key(const std::string& secret) {
    if (secret.size() < kShortestHashed) {
        return Error(ErrorKind::invalid,
                     fmt::format("a key of fewer than {} characters is found out from its hash by "
                                 "trying; `rookery keys new` makes one that is not",
                                 kShortestHashed));
    }
    return server::to_text(server::digest_of(secret));
}

}  // namespace rookery::app
