#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

/// WhatsApp's marks, *bold* _italic_ ~struck~ `code` ```block``` and @number, and the normalised
/// text: Discord-flavoured markdown with mentions `<@jid>`. Pure functions, linear in the text.
namespace rookery::model::markup {

/// Somebody whom a WhatsApp text may name.
struct WhatsAppMention {
    std::string shown;  ///< what stands behind the @: "4915112345678"
    std::string id;     ///< "4915112345678@s.whatsapp.net"
};

/// A message's text as normalised content. An @number that is none of `mentioned` stays.
[[nodiscard]] std::string from_whatsapp(std::string_view text,
                                        std::span<const WhatsAppMention> mentioned);

/// A content as WhatsApp has it. What WhatsApp has no mark for (underline, spoilers, headings of
/// several sizes) is told as near as it gets; a link has its address in brackets behind it.
struct WhatsAppText {
    std::string text;
    std::vector<std::string> mentions;  ///< JIDs, each once
    bool everyone = false;              ///< @everyone or @here stands in it
};
[[nodiscard]] WhatsAppText to_whatsapp(std::string_view content);

}  // namespace rookery::model::markup
