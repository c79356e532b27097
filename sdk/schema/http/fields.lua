-- Fields that several routes take: see the generator's http.lua for what a field is.
local f = {}

f.reason = { "reason", "text", max = 512, doc = "For the audit log." }
f.before = { "before", "id", doc = "Only what is older than this id." }
f.after = { "after", "id", doc = "Only what comes after this id." }
f.overwrites = {
    "permissionOverwrites", "objects", doc = "What roles and members may do there.",
    fields = {
        { "id", "id", required = true },
        { "type", "choice", required = true, numeric = true, names = { role = 0, member = 1 } },
        { "allow", "bits" },
        { "deny", "bits" },
    },
}

-- A number that is out of range, or none, is put right rather than refused.
function f.limit(max, default)
    return { "limit", "integer", min = 1, max = max, default = default, lenient = true, doc = "How many at most." }
end

local url = { "url", "url" }
local function picture() return { { url[1], url[2], required = true } } end

f.embeds = {
    "embeds", "objects", max = 10, nullable = true, doc = "Embeds.",
    fields = {
        { "title", "text", max = 256 },
        { "description", "text", max = 4096 },
        url,
        { "color", "integer", min = 0, max = 16777215 },
        { "timestamp", "text", max = 40 },
        {
            "footer", "object",
            fields = { { "text", "text", required = true, max = 2048 }, { "icon_url", "url" } },
        },
        { "image", "object", fields = picture() },
        { "thumbnail", "object", fields = picture() },
        {
            "author", "object",
            fields = { { "name", "text", required = true, max = 256 }, { "url", "url" }, { "icon_url", "url" } },
        },
        {
            "fields", "objects", max = 25,
            fields = {
                { "name", "text", required = true, max = 256 },
                { "value", "text", required = true, max = 1024 },
                { "inline", "boolean" },
            },
        },
    },
}

-- What a message may hold beside its content and embeds.
f.message_parts = {
    { "components", "any_list", max = 40, doc = "Components, in the platform's form." },
    { "flags", "integer", doc = "Bit set." },
    { "allowedMentions", "any_object", doc = "Who may be pinged, in the platform's form; users alone without it." },
    {
        "files", "objects", max = 10, doc = "Files to attach, as base64.",
        fields = {
            { "name", "text", required = true, max = 255 },
            { "base64", "text", required = true },
            { "description", "text", max = 1024 },
        },
    },
}

-- A list of fields: those given, and lists of them.
function f.list(...)
    local out = {}
    for _, item in ipairs({ ... }) do
        if type(item[1]) == "table" then
            for _, field in ipairs(item) do out[#out + 1] = field end
        else
            out[#out + 1] = item
        end
    end
    return out
end

function f.with(field, changes)
    local out = {}
    for key, value in pairs(field) do out[key] = value end
    for key, value in pairs(changes) do out[key] = value end
    return out
end

return f
