#include "hostapi/instance.hpp"

#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <future>

namespace rookery::hostapi {
namespace {

using nlohmann::json;

/// Hands its context to the test, and does nothing else.
class Probe final : public Extension {
  public:
    explicit Probe(ExtensionContext given) : context(std::move(given)) {}
    Result<> start() override { return {}; }
    void handle(Ticket ticket) override { ticket.finish(); }
    Result<std::optional<SavedState>> save() override { return std::optional<SavedState>(); }
    Result<> load(const SavedState& /*state*/) override { return {}; }
    std::size_t in_flight() const override { return 0; }
    void stop(bus::Lane::Rest /*rest*/) override {}

    ExtensionContext context;
};

class ProbeHost final : public ExtensionHost {
  public:
    std::string_view kind() const noexcept override { return "script"; }
    Result<std::vector<ExtensionSpec>> discover(const std::filesystem::path&) const override {
        return std::vector<ExtensionSpec>{};
    }
    Result<Manifest> manifest(const ExtensionSpec& /*spec*/) const override {
        return parse_manifest(text, "x.lua");
    }
    Result<std::unique_ptr<Extension>> stage(ExtensionContext context) override {
        auto made = std::make_unique<Probe>(std::move(context));
        probe = made.get();
        return std::unique_ptr<Extension>(std::move(made));
    }

    std::string text = "{}";
    Probe* probe = nullptr;
};

class InstanceTest : public ::testing::Test {
  protected:
    ~InstanceTest() override {
        if (instance_) {
            instance_->end(bus::Lane::Rest::finish, Millis{5'000});
        }
    }

    /// Empty when it started, else why not.
    std::string start(const std::string& manifest) {
        auto store = store::KvStore::open(dir_ / "kv.db");
        store_ = *std::move(store);
        operations_.add_bot("main", [this](PlatformCall call, const OperationDone& done) {
            carried_out_ = std::string(call.info->name);
            done(json(nullptr));
        });
        host_.text = manifest;
        Instance::Parts parts;
        parts.spec = spec_;
        parts.spec.name = "x";
        parts.spec.grants.section = "scripts.x";
        parts.spec.grants.file = "bot.toml";
        parts.kind = "script";
        parts.history = std::make_shared<ExtensionHistory>();
        parts.bus = &bus_;
        parts.operations = &operations_;
        parts.services.kv = store_.get();
        instance_ = Instance::make(std::move(parts));
        const auto started = instance_->start(host_, Millis{5'000});
        return started ? "" : started.error().message();
    }
    const ExtensionContext& context() { return host_.probe->context; }

    std::string call(const std::string& operation, json arguments) {
        std::promise<std::string> promise;
        context().worker->post([&] {
            OperationCall wish;
            wish.operation = operation;
            wish.arguments = std::move(arguments);
            context().call(std::move(wish), [&](const Result<json>& result) {
                promise.set_value(result ? "done" : result.error().message());
            });
        });
        return promise.get_future().get();
    }
    std::string subscribe(const std::string& event) {
        std::string text;
        context().worker->run(
            [&] {
                auto subscribed = context().subscribe(event);
                text = subscribed ? "done" : subscribed.error().message();
            },
            Millis{5'000});
        return text;
    }
    std::string set(const std::string& key) {
        std::promise<std::string> promise;
        context().worker->post([&] {
            context().kv->apply({{}, {{key, "1", {}}}}, [&](const Result<store::KvOutcome>& done) {
                EXPECT_TRUE(context().worker->on_thread());
                promise.set_value(done ? "done" : done.error().message());
            });
        });
        return promise.get_future().get();
    }

    testing::TempDir dir_;
    bus::EventBus bus_;
    Operations operations_;
    std::unique_ptr<store::KvStore> store_;
    ProbeHost host_;
    ExtensionSpec spec_;
    std::string carried_out_;
    std::shared_ptr<Instance> instance_;
};

TEST_F(InstanceTest, without_a_manifest_may_do_what_is_harmless) {
    ASSERT_EQ(start("{}"), "");
    EXPECT_EQ(call("messages.delete", {{"channelId", "1"}, {"messageId", "2"}}), "done");
    EXPECT_EQ(carried_out_, "messages.delete");
    EXPECT_EQ(subscribe("messageCreate"), "done");
    EXPECT_EQ(set("a"), "done");
}

TEST_F(InstanceTest, is_held_to_the_capabilities_of_its_manifest) {
    ASSERT_EQ(start(R"({"capabilities": ["rest:messages.*", "events:messageCreate"]})"), "");
    EXPECT_EQ(call("messages.delete", {{"channelId", "1"}, {"messageId", "2"}}), "done");
    EXPECT_EQ(call("bans.create", {{"guildId", "1"}, {"userId", "2"}}),
              "rest:bans.create is not among the \"capabilities\" of its manifest: add "
              "\"rest:bans.create\" there");
    EXPECT_EQ(subscribe("messageCreate"), "done");
    EXPECT_EQ(subscribe("messageDelete"),
              "events:messageDelete is not among the \"capabilities\" of its manifest: add "
              "\"events:messageDelete\" there");
    EXPECT_EQ(set("a"), "kv is not among the \"capabilities\" of its manifest: add \"kv\" there");
}

TEST_F(InstanceTest, waits_for_what_somebody_writes_only_where_it_may_hear_messages) {
    ASSERT_EQ(start(R"({"capabilities": ["rest:messages.*", "events:messageDelete"]})"), "");
    EXPECT_EQ(call("messages.send", json::parse(R"({"channelId": "1", "content": "Who?",
                  "components": [{"writes": true, "action": "a", "only": "7"}]})")),
              "events:messageCreate is not among the \"capabilities\" of its manifest: add "
              "\"events:messageCreate\" there");
    EXPECT_EQ(carried_out_, "");
}

TEST_F(InstanceTest, is_denied_what_the_configuration_denies) {
    spec_.grants.denied = {"rest:bans.*", "kv"};
    ASSERT_EQ(start("{}"), "");
    EXPECT_EQ(call("bans.create", {{"guildId", "1"}, {"userId", "2"}}),
              "rest:bans.create is denied to it: `deny` in bot.toml, in [scripts.x] or the section "
              "above, names it");
    EXPECT_EQ(carried_out_, "");
    EXPECT_EQ(set("a"),
              "kv is denied to it: `deny` in bot.toml, in [scripts.x] or the section above, names "
              "it");
}

TEST_F(InstanceTest, is_not_loaded_without_what_it_declares) {
    EXPECT_EQ(start(R"({"capabilities": ["http:example.com"]})"),
              "its manifest asks for what it has not been given: http:example.com is not granted "
              "to it; bot.toml must say: [scripts.x] grant = [\"http:example.com\"]");
    EXPECT_EQ(host_.probe, nullptr);
}

TEST_F(InstanceTest, is_not_loaded_by_a_runtime_that_is_too_old) {
    EXPECT_EQ(start(R"({"needs": {"rookery": "1.99"}})"),
              "its manifest needs rookery 1.99; this runtime has 1.4");
}

TEST_F(InstanceTest, gets_its_settings_with_their_defaults) {
    spec_.settings = {{"a", 5}};
    ASSERT_EQ(
        start(R"({"config": {"a": {"type": "integer"}, "b": {"type": "string", "default": "x"}}})"),
        "");
    EXPECT_EQ(context().spec.settings, json({{"a", 5}, {"b", "x"}}));
}

TEST_F(InstanceTest, is_not_loaded_with_wrong_settings) {
    spec_.settings = {{"a", "five"}, {"c", 1}};
    EXPECT_EQ(start(R"({"config": {"a": {"type": "integer"}}})"),
              "bot.toml [scripts.x]: a must be a whole number, got \"five\"\n  there is no setting "
              "\"c\": expected a");
}

}  // namespace
}  // namespace rookery::hostapi
