#include "sim/discord/shelf.hpp"

#include <algorithm>

namespace rookery::sim::discord {

Shelf::Json& Shelf::items(std::string_view kind, Id owner) {
    auto& list = lists_[{std::string(kind), owner}];
    if (list.is_null()) {
        list = Json::array();
    }
    return list;
}

Shelf::Json Shelf::list(std::string_view kind, Id owner) const {
    const auto found = lists_.find({std::string(kind), owner});
    return found == lists_.end() ? Json::array() : found->second;
}

Shelf::Json* Shelf::find(std::string_view kind, Id owner, const char* key,
                         const std::string& value) {
    const auto list = lists_.find({std::string(kind), owner});
    if (list == lists_.end()) {
        return nullptr;
    }
    for (auto& item : list->second) {
        if (item.value(key, Json()) == value) {
            return &item;
        }
    }
    return nullptr;
}

Shelf::Json* Shelf::find_anywhere(std::string_view kind, const char* key, const std::string& value,
                                  Id& owner) {
    for (auto& [place, list] : lists_) {
        if (place.first != kind) {
            continue;
        }
        if (auto* found = find(kind, place.second, key, value)) {
            owner = place.second;
            return found;
        }
    }
    return nullptr;
}

Shelf::Json& Shelf::add(std::string_view kind, Id owner, Json item) {
    auto& list = items(kind, owner);
    list.push_back(std::move(item));
    return list.back();
}

bool Shelf::remove(std::string_view kind, Id owner, const char* key, const std::string& value) {
    auto& list = items(kind, owner);
    const auto found = std::find_if(list.begin(), list.end(), [&](const Json& item) {
        return item.value(key, Json()) == value;
    });
    if (found == list.end()) {
        return false;
    }
    list.erase(found);
    return true;
}

}  // namespace rookery::sim::discord
