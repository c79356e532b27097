#include "platform/whatsapp/jid.hpp"

namespace rookery::whatsapp {

std::string_view jid_user(std::string_view jid) noexcept {
    const std::size_t at = jid.find('@');
    return at == std::string_view::npos ? std::string_view()
                                        : jid.substr(0, std::min(jid.find(':'), at));
}

std::string_view jid_host(std::string_view jid) noexcept {
    const std::size_t at = jid.find('@');
    return at == std::string_view::npos ? std::string_view() : jid.substr(at + 1);
}

std::string bare_jid(std::string_view jid) {
    const auto host = jid_host(jid);
    if (host.empty()) {
        return std::string(jid);
    }
    std::string bare(jid_user(jid));
    bare += '@';
    bare += host == "c.us" ? kPersonHost : host;
    return bare;
}

bool is_group(std::string_view jid) noexcept { return jid_host(jid) == kGroupHost; }
bool is_hidden(std::string_view jid) noexcept { return jid_host(jid) == kHiddenHost; }
bool is_person(std::string_view jid) noexcept {
    const auto host = jid_host(jid);
    return host == kPersonHost || host == "c.us" || host == kHiddenHost;
}

std::string shown_number(std::string_view jid) {
    const auto user = jid_user(jid);
    if (user.empty()) {
        return std::string(jid);
    }
    return (is_person(jid) && !is_hidden(jid) ? "+" : "") + std::string(user);
}

}  // namespace rookery::whatsapp
