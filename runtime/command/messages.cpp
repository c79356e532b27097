#include "command/messages.hpp"

#include <algorithm>
#include <array>

namespace rookery::command {
namespace {

using nlohmann::json;

constexpr auto kLanguages = std::to_array<std::string_view>({"en", "de"});

struct Row {
    Phrase phrase;
    std::array<std::string_view, kLanguages.size()> texts;
};

constexpr auto kRows = std::to_array<Row>({
    {Phrase::missing, {"**{option}** is missing: {about}.", "**{option}** fehlt: {about}."}},
    {Phrase::no_value,
     {"**{option}** has a name but no value.", "Hinter **{option}** fehlt der Wert."}},
    {Phrase::given_twice, {"**{option}** is given twice.", "**{option}** ist doppelt angegeben."}},
    {Phrase::not_integer,
     {"**{option}** should be a whole number such as 5, not “{given}”.",
      "**{option}** soll eine ganze Zahl wie 5 sein, nicht „{given}“."}},
    {Phrase::not_number,
     {"**{option}** should be a number such as 2.5, not “{given}”.",
      "**{option}** soll eine Zahl wie 2.5 sein, nicht „{given}“."}},
    {Phrase::not_boolean,
     {"**{option}** should be yes or no, not “{given}”.",
      "**{option}** soll ja oder nein sein, nicht „{given}“."}},
    {Phrase::not_duration,
     {"**{option}** should be a time span such as 10m, 1h30m or 2 days, not “{given}”.",
      "**{option}** soll eine Zeitspanne wie 10m, 1h30m oder 2 Tage sein, nicht „{given}“."}},
    {Phrase::not_user,
     {"**{option}** should be somebody: a mention, a name or an id, not “{given}”.",
      "**{option}** soll jemand sein: eine Erwähnung, ein Name oder eine ID, nicht „{given}“."}},
    {Phrase::not_role,
     {"**{option}** should be a role: a mention, a name or an id, not “{given}”.",
      "**{option}** soll eine Rolle sein: eine Erwähnung, ein Name oder eine ID, nicht "
      "„{given}“."}},
    {Phrase::not_channel,
     {"**{option}** should be a channel: a mention, a name or an id, not “{given}”.",
      "**{option}** soll ein Kanal sein: eine Erwähnung, ein Name oder eine ID, nicht „{given}“."}},
    {Phrase::not_mentionable,
     {"**{option}** should be somebody or a role: a mention, a name or an id, not “{given}”.",
      "**{option}** soll jemand oder eine Rolle sein: eine Erwähnung, ein Name oder eine ID, nicht "
      "„{given}“."}},
    {Phrase::too_small,
     {"**{option}** should be at least {least}, not {given}.",
      "**{option}** soll mindestens {least} sein, nicht {given}."}},
    {Phrase::too_large,
     {"**{option}** should be at most {most}, not {given}.",
      "**{option}** soll höchstens {most} sein, nicht {given}."}},
    {Phrase::out_of_range,
     {"**{option}** should be from {least} to {most}, not {given}.",
      "**{option}** soll von {least} bis {most} sein, nicht {given}."}},
    {Phrase::too_short,
     {"**{option}** is too short: at least {least} characters are needed.",
      "**{option}** ist zu kurz: mindestens {least} Zeichen sind nötig."}},
    {Phrase::too_long,
     {"**{option}** is too long: at most {most} characters are possible, got {given}.",
      "**{option}** ist zu lang: höchstens {most} Zeichen sind möglich, es sind {given}."}},
    {Phrase::no_choice,
     {"**{option}** should be {choices}, not “{given}”.",
      "**{option}** soll {choices} sein, nicht „{given}“."}},
    {Phrase::no_choice_near,
     {"**{option}** should be {choices}, not “{given}”. Did you mean {near}?",
      "**{option}** soll {choices} sein, nicht „{given}“. War {near} gemeint?"}},
    {Phrase::no_attachment,
     {"**{option}** is missing: attach a file to your message.",
      "**{option}** fehlt: Hänge deiner Nachricht eine Datei an."}},
    {Phrase::not_found_user,
     {"I cannot find “{given}” (**{option}**) here. Perhaps they have left?",
      "Ich finde „{given}“ (**{option}**) hier nicht. Vielleicht nicht mehr da?"}},
    {Phrase::not_found_role,
     {"There is no role “{given}” here (**{option}**).",
      "Es gibt hier keine Rolle „{given}“ (**{option}**)."}},
    {Phrase::not_found_channel,
     {"There is no channel “{given}” here (**{option}**).",
      "Es gibt hier keinen Kanal „{given}“ (**{option}**)."}},
    {Phrase::not_found_mentionable,
     {"There is nobody and no role “{given}” here (**{option}**).",
      "Es gibt hier niemanden und keine Rolle „{given}“ (**{option}**)."}},
    {Phrase::not_found_attachment,
     {"The file for **{option}** has not arrived.",
      "Die Datei für **{option}** ist nicht angekommen."}},
    {Phrase::ambiguous,
     {"More than one is called “{given}” (**{option}**). Mention the one you mean.",
      "Mehr als einer heißt „{given}“ (**{option}**). Erwähne den gemeinten."}},
    {Phrase::channel_type,
     {"**{option}** should be a channel of this kind: {choices}.",
      "**{option}** soll ein Kanal dieser Art sein: {choices}."}},
    {Phrase::malformed,
     {"**{option}** did not arrive as it should. Please try again.",
      "**{option}** kam nicht so an wie erwartet. Bitte versuche es noch einmal."}},
    {Phrase::extra, {"That is more than I need: “{given}”.", "Das ist mehr als nötig: „{given}“."}},
    {Phrase::unknown_option, {"There is no option “{given}”.", "Es gibt keine Angabe „{given}“."}},
    {Phrase::unknown_option_near,
     {"There is no option “{given}”. Did you mean {near}?",
      "Es gibt keine Angabe „{given}“. War {near} gemeint?"}},
    {Phrase::unknown_subcommand,
     {"There is no “{given}” here. There is {choices}.",
      "„{given}“ gibt es hier nicht. Es gibt {choices}."}},
    {Phrase::unknown_subcommand_near,
     {"There is no “{given}” here. Did you mean {near}?",
      "„{given}“ gibt es hier nicht. War {near} gemeint?"}},
    {Phrase::missing_subcommand, {"Say what to do: {choices}.", "Sag, was zu tun ist: {choices}."}},
    {Phrase::unclosed_quote,
     {"The quotation mark {given} is opened but not closed.",
      "Das Anführungszeichen {given} wird nicht wieder geschlossen."}},
    {Phrase::text_too_long,
     {"That is too long: at most {most} characters are read.",
      "Das ist zu lang: Gelesen werden höchstens {most} Zeichen."}},
    {Phrase::not_utf8,
     {"I cannot read that: it is no valid text.",
      "Das kann ich nicht lesen: Es ist kein gültiger Text."}},
    {Phrase::cooldown,
     {"That was quick. Try again in {time}.", "Nicht so schnell. Noch einmal geht es in {time}."}},
    {Phrase::too_many_lookups,
     {"You have named many that I had to look up. Try again in {time}.",
      "Du hast viele genannt, die ich nachschlagen musste. Noch einmal geht es in {time}."}},
    {Phrase::busy_user,
     {"You have this running already. Wait until it has finished.",
      "Das läuft bei dir schon. Warte, bis es fertig ist."}},
    {Phrase::busy_member,
     {"You have this running here already. Wait until it has finished.",
      "Das läuft bei dir hier schon. Warte, bis es fertig ist."}},
    {Phrase::busy_channel,
     {"This is running in this channel already. Wait until it has finished.",
      "Das läuft in diesem Kanal schon. Warte, bis es fertig ist."}},
    {Phrase::busy_guild,
     {"This is running on this server already. Wait until it has finished.",
      "Das läuft auf diesem Server schon. Warte, bis es fertig ist."}},
    {Phrase::busy_everyone,
     {"This is running already. Wait until it has finished.",
      "Das läuft schon. Warte, bis es fertig ist."}},
    {Phrase::owner_only,
     {"Only the owners of this bot may use this.", "Das dürfen nur die Besitzer dieses Bots."}},
    {Phrase::guild_only, {"This works on servers only.", "Das geht nur auf Servern."}},
    {Phrase::dm_only,
     {"This works in direct messages only.", "Das geht nur in Direktnachrichten."}},
    {Phrase::nsfw_only,
     {"This works only in channels for adults.", "Das geht nur in Kanälen für Erwachsene."}},
    {Phrase::member_permissions,
     {"You may not do this here. You would need: {permissions}.",
      "Das darfst du hier nicht. Dazu braucht man: {permissions}."}},
    {Phrase::bot_permissions,
     {"I cannot do this here. I would need: {permissions}.",
      "Das kann ich hier nicht. Dazu brauche ich: {permissions}."}},
    {Phrase::disabled,
     {"This command is switched off on this server.",
      "Dieser Befehl ist auf diesem Server abgeschaltet."}},
    {Phrase::failed, {"Something went wrong.", "Da ist etwas schiefgegangen."}},
    {Phrase::command_gone,
     {"This command is no longer there.", "Diesen Befehl gibt es nicht mehr."}},
    {Phrase::not_for_you, {"This is not for you.", "Das ist nicht für dich."}},
    {Phrase::expired, {"This has expired.", "Das ist abgelaufen."}},
    {Phrase::used, {"This was used already.", "Das wurde schon benutzt."}},
    {Phrase::forged,
     {"This is damaged and cannot be used.", "Das ist beschädigt und lässt sich nicht benutzen."}},
    {Phrase::component_gone, {"This is no longer there.", "Das gibt es nicht mehr."}},
    {Phrase::yes, {"Yes", "Ja"}},
    {Phrase::no, {"No", "Nein"}},
    {Phrase::cancel, {"cancel", "abbrechen"}},
    {Phrase::cancelled, {"Cancelled.", "Abgebrochen."}},
    {Phrase::nobody_answered, {"Nobody has answered.", "Niemand hat geantwortet."}},
    {Phrase::page, {"Page {page} of {pages}", "Seite {page} von {pages}"}},
    {Phrase::choose,
     {"Answer with a number or the text.", "Antworte mit einer Zahl oder dem Text."}},
    {Phrase::form_hint,
     {"**{title}**: please answer one by one. “{cancel}” ends it.",
      "**{title}**: Bitte antworte der Reihe nach. „{cancel}“ beendet es."}},
    {Phrase::field_required, {"This one is needed.", "Das wird gebraucht."}},
    {Phrase::field_optional, {"“-” leaves it empty.", "„-“ lässt es leer."}},
    {Phrase::usage, {"Usage", "Verwendung"}},
    {Phrase::options, {"Options", "Angaben"}},
    {Phrase::subcommands, {"Subcommands", "Unterbefehle"}},
    {Phrase::aliases, {"Also", "Auch"}},
    {Phrase::examples, {"Examples", "Beispiele"}},
    {Phrase::required, {"needed", "nötig"}},
    {Phrase::fallback, {"otherwise {value}", "sonst {value}"}},
    {Phrase::between, {"{least} to {most}", "{least} bis {most}"}},
    {Phrase::at_least, {"at least {least}", "mindestens {least}"}},
    {Phrase::at_most, {"at most {most}", "höchstens {most}"}},
    {Phrase::needs, {"You need: {permissions}", "Dazu braucht man: {permissions}"}},
    {Phrase::owners_only, {"For the owners of this bot", "Für die Besitzer dieses Bots"}},
    {Phrase::guilds_only, {"On servers only", "Nur auf Servern"}},
    {Phrase::dms_only, {"In direct messages only", "Nur in Direktnachrichten"}},
    {Phrase::once_in, {"Once in {time}", "Einmal in {time}"}},
    {Phrase::again_after, {"{uses} times in {time}", "{uses}-mal in {time}"}},
    {Phrase::no_such_command,
     {"There is no command “{given}”.", "Es gibt keinen Befehl „{given}“."}},
    {Phrase::no_such_command_near,
     {"There is no command “{given}”. Did you mean {near}?",
      "Es gibt keinen Befehl „{given}“. War {near} gemeint?"}},
    {Phrase::no_commands, {"There are no commands here.", "Hier gibt es keine Befehle."}},
    {Phrase::commands_title, {"Commands", "Befehle"}},
    {Phrase::more_about, {"More about one of them: {command}", "Mehr über einen davon: {command}"}},
});

constexpr bool in_order() {
    for (std::size_t i = 0; i < kRows.size(); ++i) {
        if (static_cast<std::size_t>(kRows[i].phrase) != i) {
            return false;
        }
    }
    return kRows.size() == static_cast<std::size_t>(Phrase::last_);
}
static_assert(in_order(), "a row for each phrase, in the order of the enumeration");

std::size_t language_of(std::string_view locale) {
    const auto found = std::find(kLanguages.begin(), kLanguages.end(), locale.substr(0, 2));
    const bool whole = locale.size() <= 2 || locale[2] == '-' || locale[2] == '_';
    return found == kLanguages.end() || !whole
               ? 0
               : static_cast<std::size_t>(found - kLanguages.begin());
}

bool german(std::string_view locale) { return kLanguages[language_of(locale)] == "de"; }

}  // namespace

std::span<const std::string_view> languages() noexcept { return kLanguages; }

std::string_view phrase_text(std::string_view locale, Phrase phrase) noexcept {
    return kRows[static_cast<std::size_t>(phrase)].texts[language_of(locale)];
}

std::string say(std::string_view locale, Phrase phrase, std::initializer_list<PhraseWord> words) {
    std::string_view left = phrase_text(locale, phrase);
    std::string out;
    while (!left.empty()) {
        const std::size_t open = left.find('{');
        out += left.substr(0, open);
        if (open == left.npos) {
            break;
        }
        const std::size_t close = left.find('}', open);
        const std::string_view name = left.substr(open + 1, close - open - 1);
        for (const auto& [key, text] : words) {
            out += key == name ? text : std::string_view();
        }
        left.remove_prefix(close + 1);
    }
    return out;
}

std::string listed(std::string_view locale, std::span<const std::string> items, std::size_t most) {
    std::string out;
    const std::size_t told = std::min(items.size(), most);
    for (std::size_t i = 0; i < told; ++i) {
        const bool last = i + 1 == items.size();
        out += i == 0 ? "" : !last ? ", " : german(locale) ? " oder " : " or ";
        out += items[i];
    }
    if (told < items.size()) {
        const std::string more = std::to_string(items.size() - told);
        out += german(locale) ? " … (und " + more + " mehr)" : " … (" + more + " more)";
    }
    return out;
}

std::string permission_words(std::string_view, std::span<const std::string> names) {
    std::string out;
    for (const std::string& name : names) {
        out += out.empty() ? "" : ", ";
        bool small = false;
        for (const char c : name) {
            const bool upper = c >= 'A' && c <= 'Z';
            out += upper && small ? " " : "";
            out += c;
            small = !upper;
        }
    }
    return out;
}

}  // namespace rookery::command
