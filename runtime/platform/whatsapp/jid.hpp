#pragma once

#include <string>
#include <string_view>

/// WhatsApp's addresses: "user@host", of a device "user:12@host". Pure functions; anything may come
/// in.
namespace rookery::whatsapp {

inline constexpr std::string_view kPersonHost = "s.whatsapp.net";  ///< by telephone number
inline constexpr std::string_view kHiddenHost = "lid";             ///< by hidden number
inline constexpr std::string_view kGroupHost = "g.us";

/// What stands before the device and the @; behind the @. Empty for what is no JID.
[[nodiscard]] std::string_view jid_user(std::string_view jid) noexcept;
[[nodiscard]] std::string_view jid_host(std::string_view jid) noexcept;

/// Without the device, and of the two hosts of telephone numbers ("c.us" is the old one) the
/// present. A text that is no JID stays as it is.
[[nodiscard]] std::string bare_jid(std::string_view jid);

[[nodiscard]] bool is_group(std::string_view jid) noexcept;
[[nodiscard]] bool is_hidden(std::string_view jid) noexcept;
/// A person by either number.
[[nodiscard]] bool is_person(std::string_view jid) noexcept;

/// "+4915112345678" of somebody known by telephone number; else the user part; else the text.
[[nodiscard]] std::string shown_number(std::string_view jid);

}  // namespace rookery::whatsapp
