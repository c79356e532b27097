#include "hostapi/command_book.hpp"

#include "base/log.hpp"
#include "command/text.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace rookery::hostapi {
namespace {

using command::CommandType;
using command::Definition;

bool has(const std::vector<std::string>& list, std::string_view text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

bool overlap(const std::vector<std::string>& one, const std::vector<std::string>& other) {
    return one.empty() || other.empty() ||
           std::any_of(one.begin(), one.end(),
                       [&](const std::string& name) { return has(other, name); });
}

/// A guild's own commands and those for everywhere do not take each other's names.
bool same_scope(const Definition& one, const Definition& other) {
    return overlap(one.bots, other.bots) && one.guilds.empty() == other.guilds.empty() &&
           overlap(one.guilds, other.guilds);
}

bool is_for(const Definition& definition, std::string_view bot, std::string_view guild) {
    return (definition.bots.empty() || has(definition.bots, bot)) &&
           (definition.guilds.empty() || has(definition.guilds, guild));
}

/// All beginnings of its text form, folded.
std::set<std::string> texts_of(const Definition& definition) {
    std::set<std::string> words;
    if (definition.prefix) {
        words.insert(command::folded(definition.root.name));
        for (const std::string& alias : definition.root.aliases) {
            words.insert(command::folded(alias));
        }
    }
    return words;
}

std::string name_key(CommandType type, std::string_view name) {
    return std::string(command::to_string(type)) + "/" + std::string(name);
}

/// The better of two for the same name: what is for fewer guilds, then what is no built-in.
bool goes_before(const BookEntry& one, const BookEntry& other) {
    if (one.builtin != other.builtin) {
        return other.builtin;
    }
    return !one.definition->guilds.empty() && other.definition->guilds.empty();
}

template <class Names>
BookEntryPtr find_in(const Names& names, const std::string& key, std::string_view bot,
                     std::string_view guild) {
    const auto found = names.find(key);
    if (found == names.end()) {
        return nullptr;
    }
    for (const BookEntryPtr* entry : found->second) {
        if (is_for(*(*entry)->definition, bot, guild)) {
            return *entry;
        }
    }
    return nullptr;
}

}  // namespace

CommandIndex::CommandIndex(std::vector<BookEntryPtr> entries) : entries_(std::move(entries)) {
    std::stable_sort(entries_.begin(), entries_.end(),
                     [](const BookEntryPtr& one, const BookEntryPtr& other) {
                         return one->definition->root.name < other->definition->root.name;
                     });
    for (const BookEntryPtr& entry : entries_) {
        const Definition& definition = *entry->definition;
        any_ = any_ || !entry->builtin;
        for (const std::string& word : texts_of(definition)) {
            texts_[word].push_back(&entry);
        }
        if (definition.prefix) {
            for (const auto& localized : definition.root.localizations) {
                auto& named = texts_[command::folded(localized.name)];
                if (!localized.name.empty() &&
                    std::find(named.begin(), named.end(), &entry) == named.end()) {
                    named.push_back(&entry);
                }
            }
        }
        if (definition.slash) {
            names_[name_key(definition.type, definition.root.name)].push_back(&entry);
        }
    }
    for (Names* names : {&texts_, &names_}) {
        for (auto& [key, list] : *names) {
            std::stable_sort(list.begin(), list.end(),
                             [&key = key](const BookEntryPtr* one, const BookEntryPtr* other) {
                                 // A true name goes before somebody's translation of another.
                                 const auto named = [&](const BookEntryPtr* entry) {
                                     return texts_of(*(*entry)->definition).contains(key);
                                 };
                                 return named(one) != named(other) ? named(one)
                                                                   : goes_before(**one, **other);
                             });
        }
    }
}

BookEntryPtr CommandIndex::find_text(std::string_view bot, std::string_view guild,
                                     std::string_view word) const {
    return find_in(texts_, command::folded(word), bot, guild);
}

BookEntryPtr CommandIndex::find(CommandType type, std::string_view bot, std::string_view guild,
                                std::string_view name) const {
    return find_in(names_, name_key(type, name), bot, guild);
}

void CommandBook::on_change(std::function<void()> changed) {
    const std::scoped_lock lock(mutex_);
    changed_ = std::move(changed);
}

/// Whether its names are free beside those of its own version and of other extensions.
Result<> CommandBook::admit(const BookEntry& entry) const {
    const Definition& wanted = *entry.definition;
    const auto words = texts_of(wanted);
    for (const auto& [id, known] : entries_) {
        const bool own = known->session == entry.session;
        if ((!own && known->owner == entry.owner) || known->builtin != entry.builtin ||
            !same_scope(*known->definition, wanted)) {
            continue;
        }
        const auto taken = [&](const std::string& what) {
            return Error(ErrorKind::exists,
                         what + " has been declared already" + (own ? "" : " by " + known->owner) +
                             (known->where.empty() ? "" : " (" + known->where + ")"));
        };
        if (known->definition->type == wanted.type &&
            known->definition->root.name == wanted.root.name) {
            return taken("command " + log::clipped(wanted.root.name, 60));
        }
        for (const std::string& word : texts_of(*known->definition)) {
            if (words.contains(word)) {
                return taken("command " + log::clipped(wanted.root.name, 60) + ": the name " +
                             log::clipped(word, 60));
            }
        }
    }
    return {};
}

Result<CommandBook::EntryId> CommandBook::add(BookEntry entry) {
    std::function<void()> changed;
    EntryId id = 0;
    {
        const std::scoped_lock lock(mutex_);
        if (auto free = admit(entry); !free) {
            return free.error();
        }
        id = next_++;
        entries_.emplace(id, std::make_shared<const BookEntry>(std::move(entry)));
        changed = rebuild() ? changed_ : nullptr;
    }
    if (changed) {
        changed();
    }
    return id;
}

void CommandBook::remove(EntryId id) {
    std::function<void()> changed;
    {
        const std::scoped_lock lock(mutex_);
        if (entries_.erase(id) == 0) {
            return;
        }
        changed = rebuild() ? changed_ : nullptr;
    }
    if (changed) {
        changed();
    }
}

void CommandBook::activate(const std::string& owner, std::uint64_t session) {
    std::function<void()> changed;
    {
        const std::scoped_lock lock(mutex_);
        active_[owner] = session;
        changed = rebuild() ? changed_ : nullptr;
    }
    if (changed) {
        changed();
    }
}

void CommandBook::close(std::uint64_t session) {
    std::function<void()> changed;
    {
        const std::scoped_lock lock(mutex_);
        std::erase_if(entries_, [&](const auto& one) { return one.second->session == session; });
        std::erase_if(active_, [&](const auto& one) { return one.second == session; });
        changed = rebuild() ? changed_ : nullptr;
    }
    if (changed) {
        changed();
    }
}

/// Of the versions that count; whether anything has changed: declarations before the version counts
/// change nothing.
bool CommandBook::rebuild() {
    std::vector<BookEntryPtr> entries;
    for (const auto& [id, entry] : entries_) {
        const auto active = active_.find(entry->owner);
        if (active != active_.end() && active->second == entry->session) {
            entries.push_back(entry);
        }
    }
    if (entries == current_) {
        return false;
    }
    current_ = entries;
    index_ = std::make_shared<const CommandIndex>(std::move(entries));
    version_.fetch_add(1, std::memory_order_release);
    return true;
}

CommandIndexPtr CommandBook::index() const {
    const std::scoped_lock lock(mutex_);
    return index_;
}

}  // namespace rookery::hostapi
