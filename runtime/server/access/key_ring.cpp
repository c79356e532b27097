#include "server/access/key_ring.hpp"

#include "base/log.hpp"

#include <nlohmann/json.hpp>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <tuple>

namespace rookery::server {
namespace {

constexpr std::size_t kLongestSecret = 4096;
constexpr std::size_t kMostAddresses = 65'536;
constexpr Millis kUsesEvery{30'000};

struct Refused {
    std::string_view code;
    std::string_view error;
};
constexpr Refused refused(Guard::Refusal refusal) {
    switch (refusal) {
        case Guard::Refusal::missing:
            return {"MISSING_API_KEY", "Missing API key"};
        case Guard::Refusal::unknown:
            return {"INVALID_API_KEY", "Invalid API key"};
        case Guard::Refusal::expired:
            return {"EXPIRED_API_KEY", "API key has expired"};
        case Guard::Refusal::revoked:
            return {"REVOKED_API_KEY", "API key has been revoked"};
        case Guard::Refusal::limited:
            return {"RATE_LIMITED", "Too many requests"};
    }
    return {"INVALID_API_KEY", "Invalid API key"};
}

Response json_response(unsigned status, const nlohmann::ordered_json& body) {
    return Response::text(
        status, "application/json; charset=utf-8",
        body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

/// As the contract has it, or as scrapers can send it.
std::string_view secret_in(const Headers& headers) {
    constexpr std::string_view kBearer = "Bearer ";
    if (const auto key = headers.find("X-API-Key")) {
        return *key;
    }
    const auto authorization = headers.find("Authorization").value_or(std::string_view());
    return authorization.starts_with(kBearer) ? authorization.substr(kBearer.size())
                                              : std::string_view();
}

auto parts(const Key& key) {
    return std::tie(key.id, key.name, key.scopes, key.guilds, key.events, key.expires);
}

std::int64_t seconds_up(Millis time) { return (time.count() + 999) / 1000; }

}  // namespace

KeyRing::KeyRing(const Clock& clock, const std::filesystem::path& state_dir)
    : clock_(clock),
      store_(state_dir),
      audit_(state_dir / "audit.log"),
      keys_(2 * KeyStore::kMost),
      addresses_(kMostAddresses),
      guesses_(kMostAddresses),
      emits_(2 * KeyStore::kMost),
      uses_(store_.read_uses()),
      uses_written_(clock.now()) {}

KeyRing::~KeyRing() { flush(); }

void KeyRing::apply(const config::ServerSection& section) {
    keys_.set(section.rate_limit);
    addresses_.set(section.address_rate_limit);
    guesses_.set(section.address_rate_limit);
    emits_.set(section.event_rate_limit);
    enforced_ = !section.holobridge;
    given_.clear();
    for (const auto& given : section.keys) {
        Entry entry;
        entry.key = std::make_shared<const Key>(
            Key{given.id, given.name, given.scopes, given.guilds, given.events, given.expires});
        entry.digest = given.hash.empty() ? digest_of(given.key.reveal())
                                          : parse_digest(given.hash).value_or(Digest{});
        entry.prefix = prefix_of(given.key.reveal());
        given_.push_back(std::move(entry));
    }
    reread();
}

void KeyRing::reread() {
    auto entries = given_;
    auto kept = store_.read();
    if (!kept) {
        log::get("server")->error("none of the keys that `rookery keys` made is accepted: {}",
                                  kept.error().message());
    } else {
        for (auto& record : *kept) {
            entries.push_back({std::make_shared<const Key>(std::move(record.key)), record.digest,
                               std::move(record.prefix), record.revoked.has_value(), false});
        }
    }
    replace(std::move(entries));
}

void KeyRing::replace(std::vector<Entry> entries) {
    std::vector<std::string> gone;
    for (auto& old : entries_) {
        const auto now = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) {
            return same(entry.digest, old.digest) && parts(*entry.key) == parts(*old.key);
        });
        if (now != entries.end()) {
            now->key = old.key;
            now->gone = old.gone;
        }
        if ((now == entries.end() || now->revoked) && !old.gone) {
            gone.push_back(old.key->id);
        }
        if (now != entries.end() && now->revoked) {
            now->gone = true;
        }
    }
    entries_ = std::move(entries);
    by_prefix_.clear();
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        by_prefix_[entries_[i].prefix].push_back(i);
    }
    for (const auto& id : gone) {
        log::get("server")->info("key {} is gone or has changed: its sockets are closed", id);
        tell_gone(id);
    }
}

void KeyRing::tell_gone(const std::string& id) const {
    for (const auto& gone : gone_) {
        gone(id);
    }
}

bool KeyRing::expired(const Key& key) const { return key.expires && *key.expires <= clock_.wall(); }

void KeyRing::tick() {
    for (auto& entry : entries_) {
        if (!entry.gone && !entry.revoked && expired(*entry.key)) {
            entry.gone = true;
            log::get("server")->info("key {} has expired", entry.key->id);
            tell_gone(entry.key->id);
        }
    }
    if (uses_changed_ && clock_.now() - uses_written_ >= kUsesEvery) {
        flush();
    }
}

void KeyRing::flush() {
    uses_written_ = clock_.now();
    if (!std::exchange(uses_changed_, false)) {
        return;
    }
    if (auto written = store_.write_uses(uses_); !written) {
        log::get("server")->warn("when keys were last used could not be written: {}",
                                 written.error().message());
    }
}

const KeyRing::Entry* KeyRing::entry_of(std::string_view secret) const {
    const Digest digest = digest_of(secret);
    const Entry* found = nullptr;
    // Every candidate is looked at to its end, whatever the others were.
    const auto look = [&](const std::string& prefix) {
        const auto bucket = by_prefix_.find(prefix);
        if (bucket == by_prefix_.end()) {
            return;
        }
        for (const std::size_t index : bucket->second) {
            if (same(entries_[index].digest, digest)) {
                found = &entries_[index];
            }
        }
    };
    look("");
    if (const auto prefix = prefix_of(secret); !prefix.empty()) {
        look(std::string(prefix));
    }
    return found;
}

std::variant<KeyPtr, Guard::Refusal> KeyRing::find(std::string_view secret,
                                                   const std::string& peer) {
    const std::string network = network_of(peer);
    if (guesses_.spent(network, clock_.now())) {
        ++stats_.limited;
        return Refusal::limited;
    }
    auto found = look_up(secret);
    if (std::holds_alternative<Refusal>(found) && !secret.empty()) {
        static_cast<void>(guesses_.take(network, clock_.now()));
        ++stats_.unauthorised;
    }
    return found;
}

std::variant<KeyPtr, Guard::Refusal> KeyRing::look_up(std::string_view secret) {
    if (secret.empty()) {
        return Refusal::missing;
    }
    const Entry* const entry = secret.size() > kLongestSecret ? nullptr : entry_of(secret);
    if (entry == nullptr) {
        return Refusal::unknown;
    }
    if (entry->revoked || expired(*entry->key)) {
        log::get("server")->debug("key {} was tried: it is {}", entry->key->id,
                                  entry->revoked ? "revoked" : "expired");
        return entry->revoked ? Refusal::revoked : Refusal::expired;
    }
    KeyUse& use = uses_[entry->key->id];
    use.last = clock_.wall();
    ++use.requests;
    uses_changed_ = true;
    return entry->key;
}

std::variant<KeyPtr, Response> KeyRing::admit(const Request& request, Headers& headers) {
    const auto by_address = addresses_.take(network_of(request.peer), clock_.now());
    if (!by_address.allowed) {
        return refuse(by_address, headers);
    }
    auto found = look_up(secret_in(request.headers));
    if (const auto* refusal = std::get_if<Refusal>(&found)) {
        ++stats_.unauthorised;
        add_headers(by_address, headers);
        const auto [code, error] = refused(*refusal);
        return failure(401, code, error);
    }
    auto key = std::get<KeyPtr>(std::move(found));
    const auto by_key = keys_.take(key->id, clock_.now());
    add_headers(by_key, headers);
    if (!by_key.allowed) {
        ++stats_.limited;
        return too_many(by_key);
    }
    ++stats_.admitted;
    return key;
}

std::optional<Response> KeyRing::admit_stranger(const Request& request, Headers& headers) {
    const auto by_address = addresses_.take(network_of(request.peer), clock_.now());
    if (!by_address.allowed) {
        return refuse(by_address, headers);
    }
    add_headers(by_address, headers);
    return std::nullopt;
}

Response KeyRing::refuse(const RateTable::Verdict& verdict, Headers& headers) {
    ++stats_.limited;
    add_headers(verdict, headers);
    return too_many(verdict);
}

void KeyRing::add_headers(const RateTable::Verdict& verdict, Headers& headers) const {
    if (verdict.limit == 0) {
        return;
    }
    const auto reset =
        std::chrono::ceil<std::chrono::seconds>((clock_.wall() + verdict.reset).time_since_epoch());
    headers.set("X-RateLimit-Limit", std::to_string(verdict.limit));
    headers.set("X-RateLimit-Remaining", std::to_string(verdict.remaining));
    headers.set("X-RateLimit-Reset", std::to_string(reset.count()));
}

Response KeyRing::too_many(const RateTable::Verdict& verdict) const {
    const auto seconds = std::max<std::int64_t>(1, seconds_up(verdict.reset));
    auto response = json_response(429, {{"success", false},
                                        {"error", "Too many requests"},
                                        {"code", "RATE_LIMITED"},
                                        {"retryAfter", seconds}});
    response.headers.set("Retry-After", std::to_string(seconds));
    return response;
}

std::optional<Response> KeyRing::require(const Key& key, std::string_view scope) const {
    if (!enforced_ || key.has(scope)) {
        return std::nullopt;
    }
    ++stats_.forbidden;
    return json_response(403, {{"success", false},
                               {"error", fmt::format("Missing required scope(s): {}", scope)},
                               {"code", "INSUFFICIENT_SCOPE"},
                               {"required", nlohmann::ordered_json::array({scope})},
                               {"granted", key.scopes}});
}

bool KeyRing::spend(const Key& key) { return emits_.take(key.id, clock_.now()).allowed; }

void KeyRing::audit(const Key& key, std::string_view action, std::string_view outcome,
                    const std::string& peer) {
    audit_.write(clock_.wall(), key.id, action, outcome, peer);
}

void KeyRing::on_gone(std::function<void(const std::string& key_id)> gone) {
    gone_.push_back(std::move(gone));
}

KeyRing::Stats KeyRing::stats() const {
    Stats stats = stats_;
    stats.keys = static_cast<std::size_t>(
        std::count_if(entries_.begin(), entries_.end(),
                      [&](const Entry& entry) { return !entry.revoked && !expired(*entry.key); }));
    return stats;
}

}  // namespace rookery::server
