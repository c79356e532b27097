#include "hostapi/event_paths.hpp"

#include <array>
#include <string>
#include <utility>

namespace rookery::hostapi {
namespace {

constexpr std::size_t kDeepest = 8;

constexpr std::array<std::string_view, 5> kUserIds = {"author.id", "user.id", "userId",
                                                      "member.user.id", "creatorId"};
constexpr std::array<std::string_view, 3> kUserIsBot = {"author.bot", "user.bot",
                                                        "member.user.bot"};

constexpr std::array<std::string_view, 1> kContent = {"content"};

/// The first of the names that the shape has; the pair of an update shows its newer half.
template <std::size_t Count>
std::optional<FoundField> first_of(const model::Shape& shape,
                                   const std::array<std::string_view, Count>& names) {
    for (const std::string_view name : names) {
        for (const std::string_view half : {"", "new."}) {
            if (auto there = look_up_field(shape, std::string(half) + std::string(name)).found) {
                return there;
            }
        }
    }
    return std::nullopt;
}

}  // namespace

FieldLookup look_up_field(const model::Shape& shape, std::string_view dotted) {
    FoundField found;
    const model::Shape* level = &shape;
    while (true) {
        const std::size_t dot = dotted.find('.');
        const std::string_view name = dotted.substr(0, dot);
        const auto index =
            level == nullptr || found.path.size() >= kDeepest ? std::nullopt : level->find(name);
        if (!index) {
            return {std::nullopt, level, name};
        }
        found.path.push_back(*index);
        found.info = &level->fields[*index];
        if (dot == std::string_view::npos) {
            return {std::move(found), nullptr, {}};
        }
        level = found.info->type == model::FieldType::object ? found.info->shape : nullptr;
        dotted.remove_prefix(dot + 1);
    }
}

std::optional<FoundField> find_user(const model::Shape& shape) {
    auto found = first_of(shape, kUserIds);
    if (!found) {
        const auto pair = look_up_field(shape, "new");
        const bool is_user = pair.found && pair.found->info->shape != nullptr &&
                             pair.found->info->shape->name == "User";
        found = is_user ? look_up_field(shape, "new.id").found : std::nullopt;
    }
    return found;
}

std::optional<FoundField> find_user_is_bot(const model::Shape& shape) {
    return first_of(shape, kUserIsBot);
}

std::optional<FoundField> find_content(const model::Shape& shape) {
    return first_of(shape, kContent);
}

const UserPaths& user_paths() {
    static const UserPaths all = [] {
        UserPaths made;
        const auto path = [](std::optional<FoundField> found) {
            return found ? std::move(found->path) : FieldPath();
        };
        for (const model::EventInfo& info : model::event_infos()) {
            const model::Shape* shape = info.shape;
            made.user.push_back(shape != nullptr ? path(find_user(*shape)) : FieldPath());
            made.is_bot.push_back(shape != nullptr ? path(find_user_is_bot(*shape)) : FieldPath());
        }
        return made;
    }();
    return all;
}

}  // namespace rookery::hostapi
