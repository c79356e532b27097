#!/bin/sh
# schema_errors.sh LUAJIT SOURCE_DIR WORK_DIR: the generator refuses a wrong schema and says where it is wrong.
set -eu
luajit=$1 source=$2 work=$3
failures=0

# refused FILE SED_SCRIPT MESSAGE: with that edit, the generator fails and its message contains MESSAGE.
refused() {
    rm -rf "$work"
    mkdir -p "$work"
    cp -R "$source/sdk/schema" "$work/schema"
    sed -i "$2" "$work/schema/$1"
    if cmp -s "$work/schema/$1" "$source/sdk/schema/$1"; then
        echo "the edit changes nothing: $2"
        failures=1
    elif "$luajit" "$work/schema/generate.lua" "$work/out" 2>"$work/message"; then
        echo "accepted: $2"
        failures=1
    elif ! grep -qF "$3" "$work/message"; then
        echo "expected '$3', got: $(cat "$work/message")"
        failures=1
    fi
}

refused entities/users.lua 's/{ "globalName", "text?"/{ "globalName", "txt?"/' 'User.globalName: unknown type txt'
refused entities/users.lua 's/{ "globalName", "text?"/{ "username", "text?"/' 'User.username: the field is there twice'
refused entities/users.lua 's/{ "globalName", "text?"/{ "global_name", "text?"/' 'User: a field needs a camelCase name'
refused entities/embeds.lua 's/name = "Embed",/name = "User",/' 'User: the name is taken'
refused entities/guilds.lua 's/{ "features", "text\[\]"/{ "features", "boolean[]"/' 'Guild.features: lists hold texts, ids, integers or entities'
refused methods.lua 's/"edit", "messages.edit"/"edit", "messages.edt"/' 'Message.edit: there is no operation messages.edt'
refused methods.lua 's/"edit", "messages.edit"/"content", "messages.edit"/' 'Message.content: a field has that name'
refused methods.lua 's/{ "Role",/{ "Rolle",/' 'Rolle: there is no such entity'
refused methods.lua 's/"messages.forward", fromChannelId/"messages.forward", fromChanelId/' 'the operation has no parameter fromChanelId'
refused events.lua 's/payload = "Message"/payload = "Massage"/' 'messageCreate: there is no entity Massage'
refused events.lua 's/name = "guildCreate"/name = "guildUpdate"/' 'guildUpdate: the event is there twice'
refused platforms/ops.lua 's/"iso_time", "snowflake_time"/"iso_time", "iso_tim", "snowflake_time"/; s/^return /ops.iso_time = ops.iso_tim\nreturn /' 'unknown operation iso_tim'
refused platforms/discord/users.lua 's/userId = "user.id"/user = "user.id"/' 'discord/Presence.user: Presence has no such field'
refused platforms/ops.lua 's/default_avatar({ user .. "id", /default_avatar({ /' 'default_avatar takes 2 to 2 paths, got 1'
refused platforms/discord/channels.lua 's/"@old.name"/"@elder.name"/' 'discord/ThreadDelete.name: the context has no key elder'
refused entities/messages.lua 's/"referencedMessage", "Message?"/"referencedMessage", "Message"/' 'Message.referencedMessage: nothing ends it'
refused platforms/discord.lua 's/from = { "GUILD_DELETE" }/from = { "GUILD_GONE" }/' 'discord/guildUnavailable: there is no raw event GUILD_GONE'
refused platforms/discord.lua 's/local guilds, members = { "GUILDS" }/local guilds, members = { "GUILD" }/' 'unknown intent GUILD'
refused platforms/discord.lua 's/event = "typingStart"/event = "typingBegin"/' 'discord/TYPING_START: unknown event typingBegin'
refused platforms/discord/messages.lua 's/mapping = "ReactionAdded"/mapping = "ReactionGiven"/' 'there is no mapping ReactionGiven'
refused operations/members.lua 's/p.role }/p.with(p.role, { to = "path:role" }) }/' 'the path has no {role}'
refused operations/members.lua 's/p.role }/{ "roleId", "snowflake" } }/' 'roleId: unknown type snowflake'
refused operations/members.lua 's/, p.role }/ }/' 'members.addRole: nothing fills {role_id}'
refused operations/members.lua 's/members.removeRole/members.addRole/' 'members.addRole: the operation is there twice'
refused operations/members.lua 's/"PUT " .. role/"PUT" .. role/' 'members.addRole: cannot read the route'
refused platforms/revolt.lua 's/name = "revolt"/name = "revolted"/' 'the name has to be that of the file'
refused platforms/revolt.lua 's/implied = false/implied = "kebab"/' 'implied is false, "snake" or "camel"'
refused platforms/revolt.lua 's/^    name = "revolt",/    name = "revolt", intents = {}, guild = "@nowhere",/' 'the context has no key nowhere'
refused platforms/whatsapp.lua 's/^    ids = "text",/    ids = "text", context = { "k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8", "k9", "l1", "l2", "l3", "l4", "l5", "l6", "l7", "l8", "l9", "m1" },/; s/^    context = .*//' '32 is the most'
refused platforms/discord.lua 's/implied = "snake",/implied = "snake", operations = { ["messages.shout"] = { "GET \/x" } },/' 'there is no operation messages.shout'
refused platforms/discord.lua 's/implied = "snake",/implied = "snake", operations = { ["messages.get"] = { "GET \/x\/{y}", params = { channelId = "path:y" } } },/' 'discord/messages.get: the parameter messageId has to be there, and goes nowhere'
refused platforms/discord.lua 's/implied = "snake",/implied = "snake", operations = { ["messages.get"] = { "GET \/x\/{y}", params = { channelId = "query:a", messageId = "query:b" } } },/' 'nothing fills {y}'
exit "$failures"
