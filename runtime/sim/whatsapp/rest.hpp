#pragma once

#include "sim/community/routes.hpp"
#include "sim/whatsapp/objects.hpp"

#include <optional>

namespace rookery::sim::whatsapp {

using community::Call;

/// REST of the bridge, below /api; errors in the form of its framework. Simulator thread.
class Rest {
  public:
    explicit Rest(Core& core) : core_(core) {}

    [[nodiscard]] HttpReply answer(const HttpRequest& request);

  private:
    using Route = community::Route<Rest>;
    static std::span<const Route> routes();
    [[nodiscard]] HttpReply routed(Call& call);

    HttpReply qr(Call& call);
    HttpReply state(Call& call);
    HttpReply send(Call& call);
    HttpReply list_messages(Call& call);
    HttpReply list_chats(Call& call);
    HttpReply contact(Call& call);
    HttpReply create_group(Call& call);
    HttpReply list_configs(Call& call);
    HttpReply set_config(Call& call);
    HttpReply reset_config(Call& call);
    HttpReply health(Call& call);

    HttpReply send_file(Call& call);
    /// Sends what the content of a JSON body describes.
    HttpReply send_content(community::Channel& chat, const Json& content);
    /// What is done to another message: a reaction, an edit, a removal, a pin. Nothing: none of it.
    std::optional<HttpReply> act_on(community::Channel& chat, const Json& content);
    HttpReply sent(community::Channel& chat, const std::string& text, Json content,
                   std::vector<std::string> replies_to);
    [[nodiscard]] community::Channel* chat_of(const std::string& jid);

    Core& core_;
};

[[nodiscard]] HttpReply refuse(unsigned status, const std::string& text);
/// 400 with the list of what is wrong.
[[nodiscard]] HttpReply invalid(const std::vector<std::string>& problems);

}  // namespace rookery::sim::whatsapp
