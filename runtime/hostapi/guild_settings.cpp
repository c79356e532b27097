#include "hostapi/guild_settings.hpp"

#include "base/id_text.hpp"
#include "base/log.hpp"
#include "hostapi/on_worker.hpp"

#include <algorithm>
#include <future>
#include <utility>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

constexpr std::size_t kLargestBook = std::size_t{64} << 20U;
constexpr std::size_t kLargestValue = std::size_t{64} << 10U;

Result<> check_guild(std::string_view guild) {
    return guild.empty() || is_id(guild)
               ? Result<>()
               : Error(ErrorKind::invalid, "guild must be an id, got " + log::clipped(guild, 40));
}

}  // namespace

json GuildBook::find(const std::string& guild, const std::string& key) const {
    const std::scoped_lock lock(mutex_);
    const auto found = guilds_.find(guild);
    if (found == guilds_.end()) {
        return nullptr;
    }
    const auto value = found->second.find(key);
    return value == found->second.end() ? json(nullptr) : value->second;
}

std::vector<std::string> GuildBook::keys(const std::string& guild) const {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> keys;
    if (const auto found = guilds_.find(guild); found != guilds_.end()) {
        for (const auto& [key, value] : found->second) {
            keys.push_back(key);
        }
    }
    return keys;
}

void GuildBook::put(const std::string& guild, const std::string& key, json value) {
    const std::scoped_lock lock(mutex_);
    if (!value.is_null()) {
        guilds_[guild].insert_or_assign(key, std::move(value));
        return;
    }
    if (const auto found = guilds_.find(guild); found != guilds_.end()) {
        found->second.erase(key);
        if (found->second.empty()) {
            guilds_.erase(found);
        }
    }
}

store::KvSpace GuildBooks::space_of(const std::string& title) {
    return {"settings of " + title, kLargestBook};
}

Result<std::shared_ptr<GuildBook>> GuildBooks::of(const std::string& title) {
    if (const auto found = books_.find(title); found != books_.end()) {
        return found->second;
    }
    auto book = std::make_shared<GuildBook>();
    store::KvRange range;
    range.limit = store::kMostKvListed;
    while (true) {
        std::promise<Result<store::KvPage>> promise;
        store_.list(space_of(title), range,
                    [&promise](Result<store::KvPage> page) { promise.set_value(std::move(page)); });
        const auto page = promise.get_future().get();
        if (!page) {
            return page.error().within("its settings of guilds");
        }
        for (const store::KvItem& item : page->items) {
            const std::size_t slash = item.key.find('/');
            auto value = json::parse(item.value, nullptr, false);
            if (slash != std::string::npos && !value.is_discarded()) {
                book->put(item.key.substr(0, slash), item.key.substr(slash + 1), std::move(value));
            }
        }
        if (!page->more) {
            return books_.emplace(title, std::move(book)).first->second;
        }
        range.after = page->items.back().key;
    }
}

GuildSettings::GuildSettings(store::KvStore& store, store::KvSpace space,
                             std::shared_ptr<GuildBook> book, const Capabilities& capabilities,
                             const std::shared_ptr<Worker>& worker)
    : store_(store),
      space_(std::move(space)),
      book_(std::move(book)),
      capabilities_(capabilities),
      worker_(worker) {}

Result<> GuildSettings::declare(const json& forms) {
    auto rules = read_value_rules(forms);
    if (!rules) {
        return rules.error();
    }
    rules_ = *std::move(rules);
    return {};
}

Result<const ValueRule*> GuildSettings::find(std::string_view guild, std::string_view key) const {
    if (auto allowed = capabilities_.check("settings"); !allowed) {
        return allowed.error();
    }
    if (auto checked = check_guild(guild); !checked) {
        return checked.error();
    }
    const ValueRule* const rule = find_rule(rules_, key);
    if (rule == nullptr) {
        return Error(ErrorKind::not_found,
                     "there is no setting " + log::clipped(key, 60) + ": declared are " +
                         (rules_.empty() ? std::string("none") : names_of(rules_)));
    }
    return rule;
}

json GuildSettings::value_of(const std::string& guild, const ValueRule& rule) const {
    json value = book_->find(guild, rule.name);
    return value.is_null() || !check_value(rule, value) ? rule.fallback : value;
}

Result<json> GuildSettings::get(std::string_view guild, std::string_view key) const {
    const auto rule = find(guild, key);
    return rule ? Result<json>(value_of(std::string(guild), **rule)) : rule.error();
}

Result<json> GuildSettings::all(std::string_view guild) const {
    if (auto allowed = capabilities_.check("settings"); !allowed) {
        return allowed.error();
    }
    if (auto checked = check_guild(guild); !checked) {
        return checked.error();
    }
    json all = json::object();
    for (const ValueRule& rule : rules_) {
        if (json value = value_of(std::string(guild), rule); !value.is_null()) {
            all[rule.name] = std::move(value);
        }
    }
    return all;
}

void GuildSettings::write(const std::string& guild, std::map<std::string, json> values, Done done) {
    auto answer = on_worker<void>(worker_, std::move(done));
    store::KvBatch batch;
    for (const auto& [key, value] : values) {
        std::optional<std::string> text;
        if (!value.is_null()) {
            text = value.dump(-1, ' ', false, json::error_handler_t::replace);
            if (text->size() > kLargestValue) {
                answer(Error(ErrorKind::limit, key + " is larger than 64 KiB"));
                return;
            }
        }
        batch.writes.push_back({guild + "/" + key, std::move(text), Millis{0}});
    }
    store_.apply(space_, std::move(batch),
                 [book = book_, guild, values = std::move(values),
                  answer = std::move(answer)](const Result<store::KvOutcome>& outcome) mutable {
                     if (!outcome) {
                         answer(outcome.error());
                         return;
                     }
                     for (auto& [key, value] : values) {
                         book->put(guild, key, std::move(value));
                     }
                     answer(Result<>());
                 });
}

void GuildSettings::set(std::string_view guild, std::string_view key, json value, Done done) {
    const auto rule = find(guild, key);
    Result<> checked = rule ? check_value(**rule, value) : Result<>(rule.error());
    if (checked && guild.empty()) {
        checked = Error(ErrorKind::invalid, "a setting belongs to a guild: its id is missing");
    }
    if (!checked) {
        on_worker<void>(worker_, std::move(done))(checked);
        return;
    }
    write(std::string(guild), {{std::string(key), std::move(value)}}, std::move(done));
}

void GuildSettings::reset(std::string_view guild, std::string_view key, Done done) {
    const std::string id(guild);
    std::map<std::string, json> values;
    Result<> checked = key.empty() ? check_guild(guild) : Result<>();
    if (!key.empty()) {
        const auto rule = find(guild, key);
        checked = rule ? Result<>() : rule.error();
    }
    if (checked) {
        checked = capabilities_.check("settings");
    }
    if (!checked) {
        on_worker<void>(worker_, std::move(done))(checked);
        return;
    }
    if (!key.empty()) {
        values.emplace(key, nullptr);
    } else {
        for (std::string& one : book_->keys(id)) {
            if (values.size() < store::kMostKvBatch) {
                values.emplace(std::move(one), nullptr);
            }
        }
    }
    write(id, std::move(values), std::move(done));
}

}  // namespace rookery::hostapi
