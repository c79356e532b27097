#pragma once

#include "platform/whatsapp/values.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace rookery::whatsapp {

/// A message's key as the bridge wants it back.
struct MessageKey {
    std::string chat;  ///< remoteJid
    std::string id;
    bool from_me = false;
    std::string participant;  ///< who wrote it, in groups; empty: nobody said
    bool operator==(const MessageKey&) const = default;
};

[[nodiscard]] Json to_json(const MessageKey& key);

/// What has to be remembered so that ids mean the same tomorrow: which hidden number is which
/// telephone number, who the account is, and of messages what their id does not say. The last
/// 8,192 people and 32,768 messages that need it outlive the process; names of the last 20,000
/// people and groups do not. One thread.
class Directory {
  public:
    /// Texts that outlive the process (gateway::Intake's cursors).
    struct Storage {
        std::function<std::string(std::string_view name)> get;
        std::function<void(std::string_view name, std::string_view value)> set;
    };
    explicit Directory(Storage storage) : storage_(std::move(storage)) {}

    /// One person is one id: without the device, and by telephone number when that is known.
    [[nodiscard]] std::string canonical(std::string_view jid) const;
    /// Two addresses of one person, in any order; anything else is ignored.
    void learn(std::string_view one, std::string_view other);
    /// The hidden number of somebody who is known by telephone number too; empty: not known.
    [[nodiscard]] std::string hidden_of(std::string_view canonical) const;

    /// The account's own id; empty: not known yet.
    [[nodiscard]] const std::string& own();
    void set_own(std::string_view jid);
    [[nodiscard]] bool is_own(std::string_view canonical) {
        return !own().empty() && own() == canonical;
    }

    /// Names by canonical id; empty: none is known.
    [[nodiscard]] std::string name(const std::string& id) const;
    void learn_name(const std::string& id, std::string name);

    /// `chat`: canonical. What the id alone says is not stored; the first who used an id in a chat
    /// keeps it.
    void remember(std::string_view chat, const MessageKey& key);
    [[nodiscard]] MessageKey recall(std::string_view chat, std::string_view id) const;

  private:
    void keep(const std::string& where, const std::string& value);

    Storage storage_;
    std::optional<std::string> own_;
    std::unordered_map<std::string, std::string> names_;
    std::deque<std::string> named_;  ///< in the order in which they came
};

}  // namespace rookery::whatsapp
