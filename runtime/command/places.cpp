#include "command/places.hpp"

#include <utility>

namespace rookery::command {

Places::Place Places::take(const std::string& key, unsigned limit, std::string_view event,
                           std::uint64_t holder) {
    std::string name(event);
    std::uint64_t number = 0;
    {
        const std::scoped_lock lock(mutex_);
        auto& places = keys_[key];
        const auto own = places.find(event);
        if (own == places.end() && places.size() >= limit) {
            return nullptr;
        }
        Taken& taken = places[name];
        if (taken.number == 0 || taken.holder != holder) {
            taken = {holder, ++numbers_, 0};
        }
        ++taken.owners;
        number = taken.number;
    }
    const auto leave = [weak = weak_from_this(), key, name = std::move(name), number](void*) {
        if (const auto self = weak.lock()) {
            self->leave(key, name, number);
        }
    };
    return {this, leave};
}

bool Places::free(const std::string& key, unsigned limit, std::string_view event) const {
    const std::scoped_lock lock(mutex_);
    const auto places = keys_.find(key);
    return places == keys_.end() ? limit > 0
                                 : places->second.size() < limit || places->second.contains(event);
}

void Places::leave(const std::string& key, const std::string& event, std::uint64_t number) {
    const std::scoped_lock lock(mutex_);
    const auto places = keys_.find(key);
    if (places == keys_.end()) {
        return;
    }
    const auto own = places->second.find(event);
    if (own == places->second.end() || own->second.number != number) {
        return;
    }
    if (--own->second.owners == 0) {
        places->second.erase(own);
        if (places->second.empty()) {
            keys_.erase(places);
        }
    }
}

void Places::release(std::uint64_t holder) {
    const std::scoped_lock lock(mutex_);
    for (auto places = keys_.begin(); places != keys_.end();) {
        std::erase_if(places->second, [&](const auto& one) { return one.second.holder == holder; });
        places = places->second.empty() ? keys_.erase(places) : std::next(places);
    }
}

std::size_t Places::taken(const std::string& key) const {
    const std::scoped_lock lock(mutex_);
    const auto places = keys_.find(key);
    return places == keys_.end() ? 0 : places->second.size();
}

}  // namespace rookery::command
