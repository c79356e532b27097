#pragma once

#include "base/result.hpp"
#include "sim/discord/core.hpp"

#include <string>

namespace rookery::sim::discord {

/// The component in `components` with that custom id, else with that written on it; null when
/// there is none.
[[nodiscard]] Json component_named(const Json& components, const std::string& name);

/// What was used of `component`, as the interaction carries it; `values` are what was chosen in a
/// select, by the options' values or labels, or the names of people, roles and channels.
[[nodiscard]] Result<Json> use_of(Core& core, Id guild, const Json& component, const Json& values);

/// What a form sends back. `fields` has the texts by the fields' custom ids or by what is written
/// on them; those that are not in it keep what they begin with. Refused as a client does: no such
/// field, nothing in one that is required, too short or too long.
[[nodiscard]] Result<Json> filled_form(const Json& form, const Json& fields);

/// What people see of a message, to be compared.
[[nodiscard]] Json looks_of(const Message& message);
/// Whether something changed that people would notice: components that can no longer be used, or
/// have gone, are not enough.
[[nodiscard]] bool looks_changed(const Json& before, const Json& now);

}  // namespace rookery::sim::discord
