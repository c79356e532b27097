"""What each route of /api is asked in rest_routes_test.py: one case for each route of
docs/reference/rest-routes.md. A case is (path parameters by name, query, body); a parameter that is not given is the
world's own (World.ids). Values that begin with "+" make a fresh thing of that kind first.
"""

PIXEL = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
RULE = {
    "name": "no spam", "eventType": 1, "triggerType": 1, "actions": [{"type": 1, "metadata": {"customMessage": "no"}}],
    "triggerMetadata": {"keywordFilter": ["spam"]},
}
EVENT = {
    "name": "party", "scheduledStartTime": "2031-01-01T00:00:00.000Z", "scheduledEndTime": "2031-01-02T00:00:00.000Z",
    "privacyLevel": 2, "entityType": 3, "entityMetadata": {"location": "here"},
}
COMMAND = {"name": "greet", "description": "Greets", "options": [{"name": "whom", "description": "Whom", "type": 6}]}
EMBED = {"title": "t", "fields": [{"name": "a", "value": "b"}], "color": 255}

GUILD, MEMBER = "/api/guilds/:guildId", "/api/guilds/:guildId/members/:userId"
ROLES, CHANNEL = GUILD + "/roles", "/api/channels/:channelId"
MESSAGE = CHANNEL + "/messages/:messageId"
STICKERS, EMOJIS, EVENTS = GUILD + "/stickers", GUILD + "/emojis", GUILD + "/scheduled-events"
RULES = GUILD + "/auto-moderation/rules"


def case(body=None, query="", **parameters):
    return parameters, query, body


CASES = {
    "GET /api/guilds": case(),
    f"GET {GUILD}": case(),
    f"GET {GUILD}/channels": case(),
    f"GET {GUILD}/roles": case(),
    f"GET {GUILD}/emojis": case(),
    f"GET {GUILD}/bans": case(),
    f"GET {GUILD}/invites": case(),
    f"GET {GUILD}/members": case(query="limit=5"),
    f"GET {GUILD}/members/search": case(query="q=a"),
    f"GET {MEMBER}": case(),
    f"POST {MEMBER}/kick": case({"reason": "r"}, userId="+member"),
    f"POST {MEMBER}/ban": case({"reason": "r", "deleteMessageSeconds": 60}, userId="+member"),
    f"DELETE {GUILD}/members/bans/:userId": case(userId="+banned"),
    f"DELETE {GUILD}/bans/:userId": case(userId="+banned"),
    f"PATCH {MEMBER}/nickname": case({"nickname": "nick"}),
    f"PATCH {MEMBER}/roles": case({"add": ["roleId"], "remove": []}),
    f"POST {MEMBER}/timeout": case({"duration": 60000}),
    f"DELETE {MEMBER}/timeout": case(),
    f"GET {ROLES}/search": case(query="name=%40EVERYONE"),
    f"GET {ROLES}/:roleId": case(),
    f"POST {ROLES}": case({"name": "made", "color": 255, "permissions": "8", "hoist": True}),
    f"PATCH {ROLES}/:roleId": case({"name": "other", "position": 1}),
    f"DELETE {ROLES}/:roleId": case(roleId="+role"),
    f"GET {ROLES}/:roleId/members": case(),
    f"PATCH {ROLES}/:roleId/permissions": case({"permissions": "1024"}),
    f"GET {CHANNEL}/messages": case(query="limit=3"),
    f"GET {CHANNEL}/messages/pinned": case(),
    f"GET {MESSAGE}": case(),
    f"POST {CHANNEL}/messages": case({"content": "hello", "embeds": [EMBED]}),
    f"PATCH {MESSAGE}": case({"content": "changed"}),
    f"DELETE {MESSAGE}": case(messageId="+message"),
    f"POST {CHANNEL}/messages/bulk-delete": case({"messageIds": ["+message", "+message", "1"]}),
    f"POST {MESSAGE}/reactions/:emoji": case(),
    f"DELETE {MESSAGE}/reactions/:emoji": case(),
    f"DELETE {MESSAGE}/reactions": case(),
    f"GET {MESSAGE}/reactions/:emoji/users": case(),
    f"POST {MESSAGE}/pin": case(),
    f"DELETE {MESSAGE}/pin": case(messageId="+pinned"),
    f"POST {MESSAGE}/crosspost": case(channelId="announcementId", messageId="+announced"),
    f"GET {CHANNEL}": case(),
    "POST /api/channels/guilds/:guildId/channels": case({"name": "made", "type": "text", "topic": "t"}),
    f"POST {GUILD}/channels": case(
        {"name": "made", "type": "voice", "permissionOverwrites": [{"id": "roleId", "type": "role", "deny": "1024"}]}
    ),
    f"PATCH {CHANNEL}": case({"topic": "t", "rateLimitPerUser": 5}),
    f"DELETE {CHANNEL}": case(channelId="+channel"),
    f"POST {CHANNEL}/threads": case({"name": "made", "autoArchiveDuration": "1440"}),
    f"GET {CHANNEL}/threads": case(),
    f"POST {CHANNEL}/archive": case(channelId="+thread"),
    f"DELETE {CHANNEL}/archive": case(channelId="+thread"),
    f"POST {CHANNEL}/lock": case(channelId="+thread"),
    f"DELETE {CHANNEL}/lock": case(channelId="+thread"),
    f"POST {CHANNEL}/clone": case({"name": "copy"}),
    f"GET {CHANNEL}/webhooks": case(),
    f"GET {STICKERS}": case(),
    f"GET {STICKERS}/:stickerId": case(),
    f"POST {STICKERS}": case({"file": PIXEL, "name": "stick", "tags": "smile"}),
    f"PATCH {STICKERS}/:stickerId": case({"name": "stuck"}),
    f"DELETE {STICKERS}/:stickerId": case(stickerId="+sticker"),
    f"GET {EMOJIS}/:emojiId": case(),
    f"POST {EMOJIS}": case({"attachment": PIXEL, "name": "smile"}),
    f"PATCH {EMOJIS}/:emojiId": case({"name": "laugh"}),
    f"DELETE {EMOJIS}/:emojiId": case(emojiId="+emoji"),
    f"GET {EVENTS}": case(),
    f"GET {EVENTS}/:eventId": case(),
    f"POST {EVENTS}": case(EVENT),
    f"PATCH {EVENTS}/:eventId": case({"description": "d"}),
    f"DELETE {EVENTS}/:eventId": case(eventId="+event"),
    f"GET {EVENTS}/:eventId/users": case(),
    f"GET {RULES}": case(),
    f"GET {RULES}/:ruleId": case(),
    f"POST {RULES}": case(dict(RULE, name="second", triggerType=3, triggerMetadata={})),
    f"PATCH {RULES}/:ruleId": case({"name": "other"}),
    f"DELETE {RULES}/:ruleId": case(ruleId="+rule"),
    "GET /api/stage-instances/:channelId": case(channelId="stageId"),
    "POST /api/stage-instances": case({"channelId": "+stage", "topic": "t"}),
    "PATCH /api/stage-instances/:channelId": case({"topic": "u"}, channelId="stageId"),
    "DELETE /api/stage-instances/:channelId": case(channelId="+live"),
    f"GET {GUILD}/voice": case(),
    f"POST {GUILD}/voice/join": case({"channelId": "voiceId"}),
    f"POST {GUILD}/voice/leave": case(guildId="+joined"),
    "GET /api/invites/:code": case(),
    "DELETE /api/invites/:code": case(code="+invite"),
    "GET /api/webhooks/:webhookId": case(),
    "PATCH /api/webhooks/:webhookId": case({"name": "other", "avatar": PIXEL}),
    "DELETE /api/webhooks/:webhookId": case(webhookId="+webhook"),
    "POST /api/interactions/callback": case({"interactionId": "+interaction", "token": "+token", "type": "reply", "data": {"content": "hi"}}),
}
for base, suffix in (("/api/commands", ""), (f"{GUILD}/commands", "Guild")):
    CASES.update({
        f"GET {base}": case(),
        f"GET {base}/:commandId": case(commandId="+command" + suffix),
        f"POST {base}": case(dict(COMMAND, name="made")),
        f"PATCH {base}/:commandId": case({"description": "d"}, commandId="+command" + suffix),
        f"DELETE {base}/:commandId": case(commandId="+command" + suffix),
    })

# Answers 501 whatever is asked: its refusal is its case.
REFUSED = {f"POST {GUILD}/voice/play": case({"url": "https://example.com/a.mp3"}, guildId="+joined")}
# What no guild is asked for, so that a key that is limited to others may ask.
ANY_GUILD = {"GET /api/guilds", "POST /api/interactions/callback"}
