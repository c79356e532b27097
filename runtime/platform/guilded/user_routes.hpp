#pragma once

#include <string_view>

namespace rookery::guilded {

/// How the API of people's clients carries out an operation.
struct UserRoute {
    std::string_view operation;  ///< "reactions.add"
    std::string_view method;
    std::string_view path;  ///< holes as those of the bot's route: {channel}, {server}, {user}, ...
};

/// Null: it had nothing of the kind.
[[nodiscard]] const UserRoute* find_user_route(std::string_view operation) noexcept;

}  // namespace rookery::guilded
