#pragma once

#include "store/kv.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace rookery::store {

/// The store with calls that wait.
class Kv {
  public:
    explicit Kv(const std::filesystem::path& file, KvStore::Clock clock = {}) {
        auto opened = KvStore::open(file, std::move(clock));
        EXPECT_TRUE(opened) << (opened ? "" : opened.error().message());
        store_ = *std::move(opened);
    }

    std::optional<std::string> get(const std::string& key) {
        return *wait<std::optional<std::string>>(
            [&](auto done) { store_->get(space, key, std::move(done)); });
    }
    Result<KvOutcome> apply(KvBatch batch, std::optional<KvEffect> effect = {}) {
        return wait<KvOutcome>([&](auto done) {
            store_->apply(space, std::move(batch), std::move(done), std::move(effect));
        });
    }
    Result<KvOutcome> set(const std::string& key, std::string value, Millis ttl = Millis{0}) {
        return apply({{}, {{key, std::move(value), ttl}}});
    }
    Result<KvOutcome> remove(const std::string& key) { return apply({{}, {{key, {}, {}}}}); }
    Result<std::int64_t> add(const std::string& key, std::int64_t amount,
                             std::optional<KvEffect> effect = {}) {
        return wait<std::int64_t>([&](auto done) {
            store_->add(space, key, amount, std::move(done), std::move(effect));
        });
    }
    std::optional<std::string> recall(KvEffect effect) {
        return *wait<std::optional<std::string>>(
            [&](auto done) { store_->recall(space, std::move(effect), std::move(done)); });
    }
    Result<KvPage> list(KvRange range) {
        return wait<KvPage>(
            [&](auto done) { store_->list(space, std::move(range), std::move(done)); });
    }
    std::string keys(KvRange range) {
        std::string text;
        const auto page = list(std::move(range));
        for (const KvItem& item : page->items) {
            text += item.key + " ";
        }
        return text + (page->more ? "..." : "");
    }
    KvStore& store() { return *store_; }

    KvSpace space{"script test"};

  private:
    template <class T, class Begin>
    static Result<T> wait(const Begin& begin) {
        std::promise<Result<T>> promise;
        begin([&promise](Result<T> result) { promise.set_value(std::move(result)); });
        return promise.get_future().get();
    }

    std::unique_ptr<KvStore> store_;
};

}  // namespace rookery::store
