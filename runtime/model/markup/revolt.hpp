#pragma once

#include "model/string_scratch.hpp"

#include <string>
#include <string_view>

namespace rookery::model::markup {

/// Revolt's text as normalised content: roles <%ID> and emoji :ULID: in their normalised form,
/// !!spoilers!! as ||spoilers||, __bold__ as **bold**. Code stays as it is. The text itself when
/// there is nothing to change.
[[nodiscard]] std::string_view revolt_inbound(std::string_view text, StringScratch& scratch);

/// The other way. An emoji that is none of Revolt's becomes :name:. There is no underlining: its
/// marks go.
[[nodiscard]] std::string revolt_outbound(std::string_view content);

}  // namespace rookery::model::markup
