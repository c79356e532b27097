local f = require "http.fields"

local invite, webhook = "/api/invites/:code", "/api/webhooks/:webhookId"

return {
    group = "Invites, webhooks and interactions",
    {
        "GET " .. invite, scope = "read:guilds", operation = "invites.get", result = "Invite",
        failure = { 404, "INVITE_NOT_FOUND", "Invite not found" }, doc = "What an invite leads to.",
    },
    {
        "DELETE " .. invite, scope = "write:channels", operation = "invites.delete", nothing = true, body = { f.reason },
        failure = { 404, "INVITE_DELETE_FAILED", "Invite not found or failed to delete" }, doc = "Takes an invite back.",
    },
    {
        "GET " .. webhook, scope = "admin", operation = "webhooks.get", result = "Webhook",
        failure = { 404, "WEBHOOK_NOT_FOUND", "Webhook not found" }, doc = "One webhook.",
    },
    {
        "PATCH " .. webhook, scope = "admin", operation = "webhooks.edit", result = "Webhook", large = true,
        body = {
            { "name", "text", min = 1, max = 80, doc = "Its name." },
            { "avatar", "image", nullable = true, doc = "Its picture." },
            { "channelId", "id", doc = "The channel to move it to." }, f.reason,
        },
        failure = { 404, "WEBHOOK_NOT_FOUND", "Webhook not found or failed to update" }, doc = "Changes a webhook.",
    },
    {
        "DELETE " .. webhook, scope = "admin", operation = "webhooks.delete", nothing = true, body = { f.reason },
        failure = { 404, "WEBHOOK_DELETE_FAILED", "Webhook not found or failed to delete" }, doc = "Deletes a webhook.",
    },
    {
        "POST /api/interactions/callback", scope = "write:messages", flow = "interaction_callback",
        operation = "interactions.respond", nothing = true, large = true, invalid = "Validation error",
        body = {
            { "interactionId", "id", required = true, doc = "The interaction." },
            { "token", "text", required = true, min = 1, max = 2000, doc = "Its token." },
            {
                "type", "choice", required = true, numeric = true, doc = "How it is answered.",
                names = { reply = 4, defer = 5, deferUpdate = 6, update = 7, autocomplete = 8, modal = 9 },
            },
            { "data", "any_object", doc = "In the platform's form." },
        },
        failure = { 400, "BAD_REQUEST", "Discord API error" }, doc = "The first answer to an interaction.",
    },
}
