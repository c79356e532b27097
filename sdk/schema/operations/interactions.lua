-- Answering commands, buttons, menus and forms. The first ten are carried out by the runtime, which knows how far each
-- interaction has been answered and holds its token; the others are the platform's own calls.
local p = require "params"

local which = { "interactionId", "id", doc = "The interaction; without it the one being handled." }
local ephemeral = { "ephemeral", "boolean", doc = "Only the user sees it." }
local application = { "applicationId", "id", doc = "The application that got the interaction." }
local token = { "token", "text", min = 1, max = 2000, doc = "The interaction's token." }

local function text_of(doc) return p.with(p.content, { doc = doc }) end

return {
    {
        name = "interactions.reply",
        doc = "Answers with a message. After a deferral it fills that in; after an answer it is a follow-up.",
        params = {
            text_of("The text."), which, ephemeral, p.embeds, p.components, p.flags, p.mentions, p.tts, p.poll, p.files,
        },
        result = "Message", discord = { core = "reply" },
    },
    {
        name = "interactions.defer",
        doc = "Shows that an answer is coming; the reply may then take up to 15 minutes.",
        params = { ephemeral, which },
        discord = { core = "defer" },
    },
    {
        name = "interactions.deferUpdate",
        doc = "Takes note of a component's use without showing anything; its message can be changed within 15 minutes.",
        params = { which },
        discord = { core = "deferUpdate" },
    },
    {
        name = "interactions.update",
        doc = "Changes the message that has the component.",
        params = {
            text_of("The new text."), which, p.embeds, p.components, p.flags, p.mentions, p.files, p.attachments,
        },
        result = "Message", discord = { core = "update" },
    },
    {
        name = "interactions.showModal",
        doc = "Answers with a form. Only as the first answer.",
        params = {
            { "customId", "text", min = 1, max = 100, doc = "Comes back when the form is sent: the platform's own form." },
            { "title", "text", required = true, min = 1, max = 45, doc = "The form's heading." },
            { "components", "list", doc = "Its fields, in the platform's form." },
            which,
            { "action", "text", min = 1, max = 32, doc = "Which handler of presses gets it, instead of customId." },
            { "state", "json", doc = "What that handler is told besides; any JSON." },
            {
                "fields", "list", min = 1, max = 5,
                doc = "Instead of components: { name =, label =, style = \"short\" or \"paragraph\", required =, min_length =, "
                    .. "max_length =, value =, placeholder = }.",
            },
        },
        discord = { core = "showModal" },
    },
    {
        name = "interactions.autocomplete",
        doc = "Suggests values for the option that is being typed. An answer that a later keystroke has overtaken is not sent.",
        params = {
            { "choices", "list", required = true, doc = "List of texts, numbers or { name, value }; 25 are shown." },
            which,
        },
        discord = { core = "autocomplete" },
    },
    {
        name = "interactions.editReply",
        doc = "Changes the answer, or fills a deferred one in.",
        params = { text_of("The new text."), which, p.embeds, p.components, p.flags, p.mentions, p.poll, p.files, p.attachments },
        result = "Message", discord = { core = "editReply" },
    },
    {
        name = "interactions.followUp",
        doc = "Sends one more message after the answer.",
        params = {
            text_of("The text."), which, ephemeral, p.embeds, p.components, p.flags, p.mentions, p.tts, p.poll, p.files,
        },
        result = "Message", discord = { core = "followUp" },
    },
    {
        name = "interactions.deleteReply",
        doc = "Deletes the answer.",
        params = { which },
        discord = { core = "deleteReply" },
    },
    {
        name = "interactions.fetchReply",
        doc = "Reads the answer.",
        params = { which },
        result = "Message", scope = "interactions:read", discord = { core = "fetchReply" },
    },
    {
        name = "interactions.respond",
        doc = "The platform's own first answer: the number of a callback and its data.",
        params = {
            p.with(which, { doc = "The interaction." }), token,
            { "type", "integer", required = true, min = 1, max = 12, doc = "4 message, 5 defer, 6 acknowledge, 7 update, 8 choices, 9 form." },
            { "data", "object", doc = "In the platform's form." },
            p.with(p.files, { to = "files:data.attachments" }),
            { "withResponse", "boolean", to = "query:with_response", doc = "Gives the message that was made." },
        },
        discord = { "POST /interactions/{interaction_id}/{token}/callback" },
    },
    {
        name = "interactions.getOriginal",
        doc = "Reads the answer to an interaction, as the platform shows it.",
        params = { application, token },
        discord = { "GET /webhooks/{application_id}/{token}/messages/@original" },
    },
    {
        name = "interactions.editOriginal",
        doc = "Changes the answer to an interaction.",
        params = { application, token, p.content, p.embeds, p.components, p.flags, p.mentions, p.poll, p.files, p.attachments },
        result = "Message",
        discord = { "PATCH /webhooks/{application_id}/{token}/messages/@original", body = p.safe_mentions },
    },
    {
        name = "interactions.deleteOriginal",
        doc = "Deletes the answer to an interaction.",
        params = { application, token },
        discord = { "DELETE /webhooks/{application_id}/{token}/messages/@original" },
    },
    {
        name = "interactions.createFollowUp",
        doc = "Sends one more message for an interaction.",
        params = {
            application, token, p.content, p.embeds, p.components, p.flags, p.mentions, p.tts, p.poll, p.files,
        },
        result = "Message", discord = { "POST /webhooks/{application_id}/{token}", body = p.safe_mentions },
    },
    {
        name = "interactions.getFollowUp",
        doc = "Reads a follow-up.",
        params = { application, token, p.message },
        result = "Message", discord = { "GET /webhooks/{application_id}/{token}/messages/{message_id}" },
    },
    {
        name = "interactions.editFollowUp",
        doc = "Changes a follow-up.",
        params = {
            application, token, p.message, p.content, p.embeds, p.components, p.flags, p.mentions, p.poll, p.files, p.attachments,
        },
        result = "Message",
        discord = { "PATCH /webhooks/{application_id}/{token}/messages/{message_id}", body = p.safe_mentions },
    },
    {
        name = "interactions.deleteFollowUp",
        doc = "Deletes a follow-up.",
        params = { application, token, p.message },
        discord = { "DELETE /webhooks/{application_id}/{token}/messages/{message_id}" },
    },
}
