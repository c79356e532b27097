#pragma once

#include <rookery/abi/ext/interactions.h>
#include <rookery/events.hpp>
#include <rookery/json.hpp>
#include <rookery/operations.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace rookery {

/// An interaction with the ways to answer it. Each begins an operation and returns: the callback,
/// `void(const Answer&)`, comes later, and without one a failure is logged by the host. They may
/// be called in any order: a reply after a deferral fills it in, and a second reply is a follow-up.
/// To answer after the handler has returned, hold the event.
class InteractionEvent : public InteractionCreate {
  public:
    InteractionEvent(const Host& host, const InteractionCreate& event)
        : InteractionCreate(event), host_(&host) {}

    template <class Callback = NoCallback>
    void reply(std::string_view content, Callback callback = {}) const {
        call("interactions.reply", JsonObject().add("content", content), std::move(callback));
    }
    /// Only the user sees it.
    template <class Callback = NoCallback>
    void reply_privately(std::string_view content, Callback callback = {}) const {
        call("interactions.reply", JsonObject().add("content", content).add("ephemeral", true),
             std::move(callback));
    }
    /// With any parameters of interactions.reply: embeds, components, ...
    template <class Callback = NoCallback>
    void reply(const JsonObject& message, Callback callback = {}) const {
        call("interactions.reply", message, std::move(callback));
    }

    /// Shows that a reply is coming.
    template <class Callback = NoCallback>
    void defer(bool ephemeral = false, Callback callback = {}) const {
        call("interactions.defer", JsonObject().add("ephemeral", ephemeral), std::move(callback));
    }
    /// Of components: acknowledges the use and shows nothing.
    template <class Callback = NoCallback>
    void defer_update(Callback callback = {}) const {
        call("interactions.deferUpdate", JsonObject(), std::move(callback));
    }
    /// Of components: changes their message.
    template <class Callback = NoCallback>
    void update(const JsonObject& message, Callback callback = {}) const {
        call("interactions.update", message, std::move(callback));
    }
    /// `components` is a JSON list. Only as the first answer.
    template <class Callback = NoCallback>
    void show_modal(std::string_view custom_id, std::string_view title, std::string_view components,
                    Callback callback = {}) const {
        call("interactions.showModal",
             JsonObject()
                 .add("customId", custom_id)
                 .add("title", title)
                 .add_json("components", components),
             std::move(callback));
    }
    /// `choices` is a JSON list of texts, numbers or { name, value }.
    template <class Callback = NoCallback>
    void autocomplete(std::string_view choices, Callback callback = {}) const {
        call("interactions.autocomplete", JsonObject().add_json("choices", choices),
             std::move(callback));
    }
    template <class Callback = NoCallback>
    void edit_reply(const JsonObject& message, Callback callback = {}) const {
        call("interactions.editReply", message, std::move(callback));
    }
    template <class Callback = NoCallback>
    void follow_up(const JsonObject& message, Callback callback = {}) const {
        call("interactions.followUp", message, std::move(callback));
    }
    template <class Callback = NoCallback>
    void delete_reply(Callback callback = {}) const {
        call("interactions.deleteReply", JsonObject(), std::move(callback));
    }
    template <class Callback>
    void fetch_reply(Callback callback) const {
        call("interactions.fetchReply", JsonObject(), std::move(callback));
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

    template <class Callback>
    void call(std::string_view operation, const JsonObject& arguments, Callback callback) const {
        Operations(*host_, handle().event).call(operation, arguments, std::move(callback));
    }

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

    const Host* host_;
};

}  // namespace rookery
