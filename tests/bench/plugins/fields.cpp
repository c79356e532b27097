// Reads as many fields of each message as `fields` in the settings says.

#include <rookery/plugin.hpp>

#include <cstddef>
#include <cstdint>

namespace {

class Fields final : public rookery::Plugin {
    void start() override {
        using rookery::MessageCreate;
        switch (config().integer("fields", 0)) {
            case 0:
                on<MessageCreate>([](const MessageCreate&) {});
                return;
            case 1:
                on<MessageCreate>([this](const MessageCreate& e) { seen_ += e.content().size(); });
                return;
            case 3:
                on<MessageCreate>([this](const MessageCreate& e) {
                    seen_ +=
                        e.content().size() + e.author().username().size() + e.channel_id().size();
                });
                return;
            default:
                on<MessageCreate>([this](const MessageCreate& e) { twenty(e); });
        }
    }
    void stop() override { log().debug(seen_, " seen"); }

    void twenty(const rookery::MessageCreate& e) {
        const auto author = e.author();
        seen_ += e.content().size() + e.id().size() + e.channel_id().size() +
                 e.created_at().size() + static_cast<std::size_t>(e.type() + e.flags()) +
                 author.id().size() + author.username().size() + author.created_at().size() +
                 author.avatar_url().size() + author.discriminator().size();
        for (const bool flag :
             {e.pinned(), e.tts(), author.bot(), author.system(), e.guild_id().has_value(),
              e.edited_at().has_value(), e.webhook_id().has_value(), e.reply_to().has_value(),
              author.global_name().has_value()}) {
            seen_ += flag ? 1 : 0;
        }
    }

    std::size_t seen_ = 0;
};

}  // namespace

ROOKERY_PLUGIN(Fields, "fields", "1.0.0")
