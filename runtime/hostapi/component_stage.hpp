#pragma once

#include "base/clock.hpp"
#include "command/component_id.hpp"
#include "hostapi/menu_book.hpp"
#include "hostapi/message_answers.hpp"
#include "hostapi/operations.hpp"
#include "store/kv.hpp"

#include <memory>
#include <vector>

namespace rookery::hostapi {

/// Whether the platform has components in messages.
[[nodiscard]] bool has_components(const model::PlatformInfo& platform);

/// Makes the components, menus and forms that extensions write into what the bot's platform has:
/// signed ones, or where there are none a numbered list below the text. Any thread.
class ComponentStage final : public CallStage {
  public:
    /// All outlive this.
    struct Parts {
        store::KvStore& store;
        Operations& operations;
        MenuBook& menus;
        const Clock& clock;
        const command::ComponentKey& key;
    };
    explicit ComponentStage(const Parts& parts);

    [[nodiscard]] bool wants(const model::OperationInfo& info, const model::PlatformInfo& platform,
                             const OperationCall& call) const override;
    void run(const model::OperationInfo& info, const model::PlatformInfo& platform,
             OperationCall call, OperationDone done, Next next) override;

  private:
    class Sealing;

    void run_modal(const model::PlatformInfo& platform, OperationCall call, OperationDone done,
                   Next next);
    void run_written(const model::PlatformInfo& platform, OperationCall call, OperationDone done,
                     Next next);
    void send_question(const model::PlatformInfo& platform, OperationCall call, OperationDone done,
                       Next next, MenuBook::Form question);
    void run_components(const model::PlatformInfo& platform, OperationCall call, OperationDone done,
                        Next next);
    void run_text(OperationCall call, OperationDone done, Next next, const command::Layout& layout,
                  bool given);
    [[nodiscard]] std::int64_t seconds() const;

    Parts parts_;
    MessageAnswers answers_;
};

}  // namespace rookery::hostapi
