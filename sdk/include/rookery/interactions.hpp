#pragma once

#include <rookery/handlers.hpp>
#include <rookery/operations.hpp>

#include <string_view>

namespace rookery {

/// An interaction with the ways to answer it (reply, defer, update, show_modal, ...: those of
/// operations.hpp). They may be called in any order: a reply after a deferral fills it in, and a
/// second reply is a follow-up. To answer after the handler has returned, hold the event, or make
/// the handler a coroutine.
class InteractionEvent : public InteractionCreate, public ops::Interactions {
  public:
    InteractionEvent(const Host& host, const InteractionCreate& event)
        : InteractionCreate(event),
          ops::Interactions(detail::Caller{&host, event.handle().event, {}}) {}

    /// Only the user sees it.
    Call<Message> reply_privately(std::string_view content) const {
        return reply({.content = content, .ephemeral = true});
    }

    /// What was given for an option, however deep it lies; without a value when it was left out.
    [[nodiscard]] Value option(std::string_view name) const {
        return find(options(), "name", name, kDeepest);
    }
    /// What was filled into a form's field: a text, or a list of what was chosen.
    [[nodiscard]] Value field(std::string_view custom_id) const {
        return find(components(), "custom_id", custom_id, kDeepest);
    }

  private:
    static constexpr int kDeepest = 8;

    /// In a list of objects that may hold further lists.
    static Value find(const Value& list, std::string_view key, std::string_view wanted, int depth) {
        for (const Value& item : list.array()) {
            if (const auto object = item.object()) {
                if (Value found = find_in(*object, key, wanted, depth)) {
                    return found;
                }
            }
        }
        return {};
    }
    static Value find_in(const View& item, std::string_view key, std::string_view wanted,
                         int depth) {
        if (item.get(key).text() == wanted) {
            const Value chosen = item.get("values");
            return chosen ? chosen : item.get("value");
        }
        if (depth == 0) {
            return {};
        }
        for (const char* below : {"options", "components"}) {
            if (Value found = find(item.get(below), key, wanted, depth - 1)) {
                return found;
            }
        }
        const auto single = item.get("component").object();
        return single ? find_in(*single, key, wanted, depth - 1) : Value();
    }
};

namespace detail {

template <>
struct Given<InteractionEvent> {
    using Event = InteractionCreate;
    static InteractionEvent make(const Host& host, const InteractionCreate& event) {
        return {host, event};
    }
};

}  // namespace detail
}  // namespace rookery
