#pragma once

#include "model/event_names.hpp"
#include "platform/whatsapp/directory.hpp"
#include "platform/whatsapp/values.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rookery::whatsapp {

/// The events of a bridge that are asked for: those that its documentation names.
[[nodiscard]] const std::vector<std::string>& subscribed_events();

/// One thing that happened, made of a part of a bridge's event.
struct Happening {
    struct Becomes {
        model::EventType type{};
        std::string context;  ///< {"whatsapp":{...}}: see digest.hpp
    };
    std::string raw_name;  ///< the bridge's, with ".other" behind it when it passes through but its
                           ///< name usually becomes something
    std::string payload;   ///< JSON: one message, one chat, ...
    std::string identity;  ///< as gateway::Arrival
    std::vector<Becomes> events{};
    bool late = false;
};

/// What the bridge says of its account.
struct AccountNews {
    enum class Kind : std::uint8_t { connecting, open, closed, qr, pairing_code };
    Kind kind{};
    std::string text;         ///< the code; of closed: the reason, for people
    std::int64_t status = 0;  ///< of closed: 401 logged out, 403 banned, ...; 0: it did not say
};

/// Takes the bridge's events apart: lists into single things, technical messages from those that
/// people see, secrets from what extensions may know. Keeps who reacted with what, for the newest
/// 10,000 reactions, because a bridge does not say it when one is taken back. One thread.
class Translator {
  public:
    using Take = std::function<void(const Happening&)>;
    using Tell = std::function<void(const AccountNews&)>;
    /// As gateway::Intake::seen; may be empty: nothing has been.
    using Seen = std::function<bool(std::string_view identity)>;
    Translator(Directory& directory, Take take, Tell tell, Seen seen = {});

    /// `argument`: the event's first. `now`: milliseconds since 1970, for what has no time.
    void event(std::string_view name, const Json& argument, std::int64_t now);
    /// A message that was fetched after a gap.
    void missed(const Json& message);

  private:
    void messages_upsert(const Json& argument);
    void message(const Json& message, bool late);
    void message_update(const Json& entry);
    [[nodiscard]] std::string identity_of(const std::string& chat, const MessageKey& key) const;
    void messages_delete(const Json& argument);
    void reaction(const Json& entry);
    void chat(std::string_view name, const Json& entry, model::EventType type);
    void group(std::string_view name, const Json& entry, model::EventType type);
    void participants(const Json& argument);
    void member_tag(const Json& argument);
    void contact(std::string_view name, const Json& entry);
    void presences(const Json& argument, std::int64_t now);
    void connection(const Json& argument);
    void code(std::string_view name, const Json& argument);
    void credentials(const Json& argument);
    void history(const Json& argument);
    void mapping(std::string_view name, const Json& argument);
    void pass(std::string_view name, const Json& payload);
    void become(std::string_view name, const Json& payload, std::string identity,
                model::EventType type, Json digest, bool late = false);

    Directory& directory_;
    Take take_;
    Tell tell_;
    Seen seen_;
    std::unordered_map<std::string, std::string> reactions_;  ///< emoji by chat, message, person
    std::deque<std::string> reacted_;                         ///< in the order in which they came
};

}  // namespace rookery::whatsapp
