#pragma once

#include "hostapi/capabilities.hpp"
#include "hostapi/event_effects.hpp"
#include "hostapi/worker.hpp"
#include "store/kv.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace rookery::hostapi {

/// The key-value store as one extension instance sees it: its own keys only, and every answer on
/// its worker's thread, never before the call returns. Errors as of store::KvStore, and denied.
/// What is written on behalf of an event is done once, however often the event is handled: its
/// `effects` tell (Ticket::effects(); null: on nobody's behalf). Worker thread.
class Kv {
  public:
    template <class T>
    using Done = std::function<void(Result<T>)>;

    /// Both outlive this.
    Kv(store::KvStore& store, store::KvSpace space, const Capabilities& capabilities,
       const std::shared_ptr<Worker>& worker)
        : store_(store), space_(std::move(space)), capabilities_(capabilities), worker_(worker) {}

    void get(std::string key, Done<std::optional<std::string>> done) const;
    void apply(store::KvBatch batch, Done<store::KvOutcome> done,
               EventEffects* effects = nullptr) const;
    void add(std::string key, std::int64_t amount, Done<std::int64_t> done,
             EventEffects* effects = nullptr) const;
    void list(store::KvRange range, Done<store::KvPage> done) const;

    /// For what is more than a call: `effect` is of EventEffects::next(), as it is.
    void apply(store::KvBatch batch, Done<store::KvOutcome> done, EventEffects& effects,
               store::KvEffect effect) const;
    /// The note of such an effect; nothing when it has not been carried out.
    void recall(store::KvEffect effect, Done<std::optional<std::string>> done) const;

  private:
    store::KvStore& store_;
    const store::KvSpace space_;
    const Capabilities& capabilities_;
    const std::weak_ptr<Worker> worker_;
};

}  // namespace rookery::hostapi
