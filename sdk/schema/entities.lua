-- The public types: what their fields are called and what they hold, whatever the platform. Here are the files of
-- entities/ in the order of the reference; each one returns a list of { name, doc, fields }.
--
-- A field is { name, type, doc }. Types: text, id (a snowflake, as text), time (text of the form
-- YYYY-MM-DDTHH:mm:ss.sssZ), integer, number, boolean, json (the platform's own value, as it is), the name of
-- an entity (its own too, where null or a list ends it); "[]" behind a type makes a list, "?" at the end says
-- that the value may be null, and `optional = true` that the key may be missing. A value that the payload lacks,
-- or has in the wrong type, is null, missing, "", 0, false, [] or an object of such values: the first of these
-- that the field allows.
--
-- Fields are written in this order. Append only: positions are part of the plugin interface.

return {
    "users", "presence", "messages", "embeds", "polls", "expressions", "channels", "guilds", "voice", "interactions",
    "moderation", "events", "invites", "integrations", "monetisation", "rest",
}
