#include "model/markup/revolt.hpp"

#include <algorithm>
#include <utility>

namespace rookery::model::markup {
namespace {

constexpr std::size_t kUlid = 26;
/// How far a closing mark is looked for.
constexpr std::size_t kReach = 4'096;

bool is_ulid(std::string_view text) noexcept {
    constexpr std::string_view kDigits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    return text.size() == kUlid && text.find_first_not_of(kDigits) == std::string_view::npos;
}

/// Walks a text, copying what is no markup of interest.
class Rewrite {
  public:
    explicit Rewrite(std::string_view text) : text_(text) {}
    virtual ~Rewrite() = default;
    Rewrite(const Rewrite&) = delete;
    Rewrite& operator=(const Rewrite&) = delete;

    /// False: nothing was changed.
    bool run() {
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == '\\' && at_ + 1 < text_.size()) {
                at_ += 2;
            } else if (c == '`') {
                skip_code();
            } else if (!special(c)) {
                ++at_;
            }
        }
        return changed_;
    }
    std::string take() {
        out_ += text_.substr(copied_);
        return std::move(out_);
    }

  protected:
    /// True when it has moved on.
    virtual bool special(char c) = 0;

    [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }

    /// The next `size` bytes are `by` in the result.
    bool replace(std::size_t size, std::string_view by) {
        out_.append(text_, copied_, at_ - copied_);
        out_ += by;
        at_ += size;
        copied_ = at_;
        changed_ = true;
        return true;
    }

    /// A mark that opens or closes a stretch: replaced only when its counterpart is there.
    bool pair(std::string_view mark, std::string_view by, std::size_t& close) {
        if (!rest().starts_with(mark)) {
            return false;
        }
        if (at_ == close) {
            close = std::string_view::npos;
            return replace(mark.size(), by);
        }
        const std::size_t start = at_ + mark.size();
        const auto found = text_.substr(0, start + kReach).find(mark, start);
        const bool open = found != std::string_view::npos && found > start && text_[start] != ' ' &&
                          text_[found - 1] != ' ' && text_[start] != mark.front();
        if (!open) {
            return false;
        }
        close = found;
        return replace(mark.size(), by);
    }

  private:
    /// `code` or ```code```, as far as it is closed.
    void skip_code() {
        const auto ticks = std::min(rest().find_first_not_of('`'), rest().size());
        const auto end = text_.find(rest().substr(0, ticks), at_ + ticks);
        at_ = end == std::string_view::npos ? at_ + ticks : end + ticks;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t copied_ = 0;
    bool changed_ = false;
    std::string out_;
};

class Inbound final : public Rewrite {
  public:
    using Rewrite::Rewrite;

  private:
    bool special(char c) override {
        switch (c) {
            case '<':
                return role();
            case ':':
                return emoji();
            case '!':
                return pair("!!", "||", spoiler_);
            case '_':
                return pair("__", "**", bold_);
            default:
                return false;
        }
    }
    bool role() {
        const auto text = rest().substr(0, kUlid + 3);
        if (!text.starts_with("<%") || !text.ends_with('>') || !is_ulid(text.substr(2, kUlid))) {
            return false;
        }
        return replace(text.size(), "<@&" + std::string(text.substr(2)));
    }
    bool emoji() {
        const auto text = rest().substr(0, kUlid + 2);
        if (text.size() < kUlid + 2 || !text.ends_with(':') || !is_ulid(text.substr(1, kUlid))) {
            return false;
        }
        return replace(text.size(), "<:emoji" + std::string(text.substr(0, kUlid + 1)) + '>');
    }

    std::size_t spoiler_ = std::string_view::npos;
    std::size_t bold_ = std::string_view::npos;
};

class Outbound final : public Rewrite {
  public:
    using Rewrite::Rewrite;

  private:
    bool special(char c) override {
        switch (c) {
            case '<':
                return mention();
            case '|':
                return pair("||", "!!", spoiler_);
            case '_':
                return pair("__", "", underline_);
            default:
                return false;
        }
    }
    bool mention() {
        const auto close = rest().substr(0, 160).find('>');
        if (close == std::string_view::npos) {
            return false;
        }
        auto inside = rest().substr(1, close - 1);
        if (inside.starts_with("@&")) {
            return replace(close + 1, "<%" + std::string(inside.substr(2)) + '>');
        }
        if (inside.starts_with("@!")) {
            return replace(close + 1, "<@" + std::string(inside.substr(2)) + '>');
        }
        if (inside.starts_with("a:")) {
            inside.remove_prefix(1);
        }
        const auto colon = inside.find(':', 1);
        if (!inside.starts_with(':') || colon == std::string_view::npos || colon == 1) {
            return false;
        }
        const auto id = inside.substr(colon + 1);
        return replace(close + 1, is_ulid(id) ? ':' + std::string(id) + ':'
                                              : std::string(inside.substr(0, colon + 1)));
    }

    std::size_t spoiler_ = std::string_view::npos;
    std::size_t underline_ = std::string_view::npos;
};

}  // namespace

std::string_view revolt_inbound(std::string_view text, StringScratch& scratch) {
    Inbound rewrite(text);
    return rewrite.run() ? scratch.keep(rewrite.take()) : text;
}

std::string revolt_outbound(std::string_view content) {
    Outbound rewrite(content);
    return rewrite.run() ? rewrite.take() : std::string(content);
}

}  // namespace rookery::model::markup
