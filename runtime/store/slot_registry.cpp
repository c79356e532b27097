#include "store/slot_registry.hpp"

#include "base/log.hpp"
#include "store/delivery_ledger.hpp"
#include "store/files.hpp"

#include <charconv>
#include <set>

namespace rookery::store {

namespace {

constexpr std::size_t kMaxFile = std::size_t{1} << 20U;
constexpr std::size_t kMaxName = 200;

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= kMaxName &&
           name.find_first_of("\n\r") == std::string_view::npos;
}

/// Lines of "SLOT NAME"; false when one is not, or a slot is given twice.
bool parse(std::string_view text, std::map<std::string, unsigned, std::less<>>& slots) {
    std::set<unsigned> taken;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        unsigned slot = 0;
        const auto* const end = line.data() + line.size();
        const auto [rest, ec] = std::from_chars(line.data(), end, slot);
        if (ec != std::errc() || rest == end || *rest != ' ' || slot >= DeliveryLedger::kMaxSlots) {
            return false;
        }
        const std::string_view name(rest + 1, static_cast<std::size_t>(end - rest - 1));
        if (!is_name(name) || !taken.insert(slot).second || !slots.emplace(name, slot).second) {
            return false;
        }
    }
    return true;
}

}  // namespace

Result<SlotRegistry> SlotRegistry::open(std::filesystem::path path) {
    SlotRegistry registry(std::move(path));
    const auto text = read_file(registry.path_, kMaxFile);
    if (!text && text.error().kind() != ErrorKind::limit) {
        return text.error();
    }
    if (text && !*text) {
        return registry;
    }
    if (!text || !parse(**text, registry.slots_)) {
        registry.slots_.clear();
        auto aside = set_aside(registry.path_);
        if (!aside) {
            return aside.error();
        }
        log::get("store")->warn("{} is damaged; it was moved to {}", registry.path_.string(),
                                aside->string());
    }
    return registry;
}

Result<unsigned> SlotRegistry::slot(std::string_view name) {
    if (!is_name(name)) {
        return Error(ErrorKind::invalid, "subscriber name \"" + log::clipped(name) + "\"");
    }
    if (const auto known = slots_.find(name); known != slots_.end()) {
        return known->second;
    }
    std::set<unsigned> taken;
    for (const auto& [other, slot] : slots_) {
        taken.insert(slot);
    }
    unsigned free = 0;
    while (taken.contains(free)) {
        ++free;
    }
    if (free >= DeliveryLedger::kMaxSlots) {
        return Error(ErrorKind::limit, "all " + std::to_string(DeliveryLedger::kMaxSlots) +
                                           " places for subscribers are taken; none is left for " +
                                           std::string(name));
    }
    const auto added = slots_.emplace(name, free).first;
    if (auto saved = save(); !saved) {
        slots_.erase(added);
        return saved.error();
    }
    return free;
}

Result<> SlotRegistry::release(std::string_view name) {
    const auto known = slots_.find(name);
    if (known == slots_.end()) {
        return Error(ErrorKind::not_found, "no subscriber named " + log::clipped(name));
    }
    slots_.erase(known);
    return save();
}

Result<> SlotRegistry::save() const {
    std::string text;
    for (const auto& [name, slot] : slots_) {
        text += std::to_string(slot) + " " + name + "\n";
    }
    return replace_file(path_, text);
}

}  // namespace rookery::store
