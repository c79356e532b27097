-- What the mappings are written with: a function for each operation of the model (runtime/model/shape.hpp), and what
-- several files share.
local ops = {}

for _, name in ipairs({
    "iso_time", "snowflake_time", "epoch_seconds", "epoch_millis", "time_after", "image_url", "default_avatar",
    "emoji_url", "emoji_identifier", "hex_colour", "name_of", "number_text", "integer_of", "any_of", "none_of",
    "present", "spoiler_url", "clean_content", "channel_mentions", "object", "objects", "list", "nested",
    "permission_names", "ulid_time", "text_of", "number_of", "markup", "slate", "clean_text", "clean_slate", "entries",
    "not_empty", "equals", "has_bit", "size", "colour_of", "if_ulid", "unless_ulid", "bare_jid", "bit_text",
}) do
    ops[name] = function(spec)
        if type(spec) ~= "table" then
            spec = { spec }
        end
        spec.op = name
        return spec
    end
end

ops.nothing = { op = "nothing" }

function ops.constant(text) return { op = "constant", text = text } end

function ops.first_of(alternatives, options)
    local source = options or {}
    source.op, source.alternatives = "first_of", alternatives
    return source
end

function ops.with_default(path, text) return ops.first_of({ path, ops.constant(text) }) end

-- Those fields, with others in place of some or beside them.
function ops.with(fields, more)
    local out = {}
    for name, source in pairs(fields) do out[name] = source end
    for name, source in pairs(more) do out[name] = source end
    return out
end

-- The picture of the account whose keys begin at `user`: its own, and the one that it has without one.
function ops.user_avatar(user)
    return ops.image_url({ user .. "id", user .. "avatar", text = "{cdn}avatars/{0}/{1}.{ext}?size=256" }),
        ops.default_avatar({ user .. "id", user .. "discriminator" })
end

return ops
