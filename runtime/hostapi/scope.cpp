#include "hostapi/scope.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <utility>

namespace rookery::hostapi {

Scope::~Scope() { RK_ASSERT(effects_.empty()); }

EffectId Scope::add(std::string label, std::function<void()> undo, EffectId parent) {
    effects_.push_back({next_, parent, std::move(label), std::move(undo)});
    return next_++;
}

bool Scope::undo(EffectId id) {
    const auto is_it = [id](const Effect& effect) { return effect.id == id; };
    if (std::none_of(effects_.begin(), effects_.end(), is_it)) {
        return false;
    }
    // Children first, the newest first. An undo may itself add or undo effects: look again each
    // time.
    while (true) {
        const auto child = std::find_if(effects_.rbegin(), effects_.rend(),
                                        [id](const Effect& effect) { return effect.parent == id; });
        if (child == effects_.rend()) {
            break;
        }
        undo(child->id);
    }
    const auto found = std::find_if(effects_.begin(), effects_.end(), is_it);
    if (found == effects_.end()) {
        return true;
    }
    const auto undo = std::move(found->undo);
    effects_.erase(found);
    if (undo) {
        undo();
    }
    return true;
}

bool Scope::forget(EffectId id) {
    return std::erase_if(effects_, [id](const Effect& effect) { return effect.id == id; }) > 0;
}

void Scope::undo_all() {
    while (!effects_.empty()) {
        undo(effects_.back().id);
    }
}

std::vector<std::string> Scope::list() const {
    std::vector<std::string> labels;
    const auto walk = [&](const auto& self, EffectId parent, std::size_t depth) -> void {
        for (const Effect& effect : effects_) {
            if (effect.parent == parent) {
                labels.push_back(std::string(depth * 2, ' ') + effect.label);
                self(self, effect.id, depth + 1);
            }
        }
    };
    walk(walk, 0, 0);
    return labels;
}

}  // namespace rookery::hostapi
