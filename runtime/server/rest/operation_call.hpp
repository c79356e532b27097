#pragma once

#include "model/operations.hpp"
#include "server/rest/call.hpp"
#include "server/rest/router.hpp"

namespace rookery::server::rest {

/// POST /api/operations/NOUN/VERB: any operation of the schema, with the body as its arguments.
[[nodiscard]] const Route& operation_route() noexcept;

/// Null when there is none of that name.
[[nodiscard]] const model::OperationInfo* operation_of(const Router::Match& match);

/// Why a caller from outside may not use these arguments: files and pictures come as data, never as
/// a path of the machine. Empty when there is nothing.
[[nodiscard]] std::string forbidden_argument(const model::OperationInfo& info,
                                             const nlohmann::json& arguments);

/// The cursor of the next page of an answer that is full.
[[nodiscard]] std::optional<std::string> next_page(const model::OperationInfo& info,
                                                   const nlohmann::json& arguments,
                                                   const nlohmann::json& answer);

}  // namespace rookery::server::rest
