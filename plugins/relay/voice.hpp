#pragma once

#include "families.hpp"

#include <map>
#include <set>
#include <string>

namespace relay {

/// What is passed on of a message: text, links to its files, and who says it.
struct Form {
    std::string content;
    std::string name;
    std::string avatar;  ///< empty: none
};
[[nodiscard]] Form form_of(const rookery::Message& message);

/// Says, changes and takes back what somebody else said, in the way that comes nearest on each
/// platform: a webhook, a masquerade, or the name in front of the text.
class Voice {
  public:
    using Said = rookery::Result<Member>;

    explicit Voice(const rookery::Host& host) : host_(host) {}

    /// `answered`: the message there that is answered; empty: none.
    rookery::Task<Said> say(Place place, Form form, std::string answered);
    rookery::Task<> edit(Place place, Member copy, Form form);
    rookery::Task<> remove(Place place, Member copy);
    /// As whom that bot speaks, where it is known from what it said; else empty.
    [[nodiscard]] std::string own(const std::string& bot) const {
        const auto known = own_.find(bot);
        return known == own_.end() ? std::string() : known->second;
    }
    /// Emoji that a community made itself are its own: only characters are shown elsewhere.
    rookery::Task<> react(Place place, Member member, std::string emoji, bool add);

  private:
    struct Hook {
        std::string id;  ///< empty: none can be had
        std::string token;
    };

    rookery::Task<Said> send(Place place, Form form, std::string answered, bool masks);
    rookery::Task<bool> can(std::string bot, std::string feature);
    rookery::Task<Hook> hook(Place place);
    rookery::Task<Hook> find_hook(Place place);
    void report(const Place& place, std::string_view what, const rookery::Failure& why) const;
    [[nodiscard]] rookery::Bot bot(const Place& place) const {
        return rookery::Bot(host_, place.bot);
    }

    const rookery::Host& host_;
    std::map<std::string, rookery::Document> able_;  ///< by bot
    std::map<std::string, Hook> hooks_;              ///< by place
    std::map<std::string, std::string> own_;         ///< by bot
    std::set<std::string> plain_;                    ///< bots whose server refused masquerades
};

}  // namespace relay
