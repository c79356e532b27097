-- What is told of /api: OpenAPI and AsyncAPI documents and a page, all embedded in the binary
-- (runtime/server/generated/api_docs.cpp), and docs/reference/rest-routes.md.
local http = require "generator.http"
local json = require "generator.json"
local object, add = json.object, json.add

local function ref(name) return object({ "$ref", "#/components/schemas/" .. name }) end
local function or_null(schema) return object({ "anyOf", { schema, object({ "type", "null" }) } }) end
local function of_type(name) return object({ "type", name }) end

local scalars = {
    text = function() return of_type("string") end,
    id = function() return of_type("string") end,
    time = function() return of_type("string") end,
    integer = function() return of_type("integer") end,
    number = function() return of_type("number") end,
    boolean = function() return of_type("boolean") end,
    json = function() return object() end,
}

local function shape_schema(shape)
    local properties, required = object(), {}
    for _, field in ipairs(shape.fields) do
        local schema = field.shape and ref(field.base) or scalars[field.base]()
        if field.list then schema = object({ "type", "array" }, { "items", schema }) end
        if field.nullable and field.base ~= "json" then schema = or_null(schema) end
        if field.doc ~= "" then add(schema, "description", field.doc) end
        add(properties, field.name, schema)
        if not field.optional then required[#required + 1] = field.name end
    end
    return object({ "type", "object" }, { "description", shape.doc }, { "properties", properties },
        #required > 0 and { "required", required } or nil)
end

local fields_schema

local field_types = {
    id = function() return object({ "type", "string" }, { "minLength", 1 }, { "maxLength", 128 }) end,
    bits = function() return object({ "type", "string" }, { "pattern", "^[0-9]{1,40}$" }) end,
    url = function() return object({ "type", "string" }, { "format", "uri" }) end,
    image = function() return object({ "type", "string" }, { "pattern", "^data:image/" }) end,
    time = function() return object({ "type", { "string", "number" } }) end,
    any_object = function() return of_type("object") end,
    any_list = function() return object({ "type", "array" }, { "items", object() }) end,
    any = function() return object() end,
    ids = function() return object({ "type", "array" }, { "items", of_type("string") }) end,
    texts = function() return object({ "type", "array" }, { "items", of_type("string") }) end,
    integers = function() return object({ "type", "array" }, { "items", of_type("integer") }) end,
    object = function(field) return fields_schema(field.fields) end,
    objects = function(field) return object({ "type", "array" }, { "items", fields_schema(field.fields) }) end,
    choice = function(field)
        local values = {}
        for _, one in ipairs(field.names) do values[#values + 1] = one.name end
        for _, one in ipairs(field.numeric and field.names or {}) do values[#values + 1] = one.number end
        return object({ "enum", values })
    end,
}

local limits = {
    text = { "minLength", "maxLength" }, integer = { "minimum", "maximum" }, number = { "minimum", "maximum" },
    ids = { "minItems", "maxItems" }, texts = { "minItems", "maxItems" }, integers = { "minItems", "maxItems" },
    objects = { "minItems", "maxItems" }, any_list = { "minItems", "maxItems" },
}

local function field_schema(field)
    local make = field_types[field[2]]
    local schema = make and make(field) or scalars[field[2]]()
    local keys = limits[field[2]]
    if keys and field.min then add(schema, keys[1], field.min) end
    if keys and field.max then add(schema, keys[2], field.max) end
    if field.default then add(schema, "default", field.default) end
    if field.nullable then schema = or_null(schema) end
    if field.doc then add(schema, "description", field.doc) end
    return schema
end

fields_schema = function(fields)
    local properties, required = object(), {}
    for _, field in ipairs(fields) do
        add(properties, field[1], field_schema(field))
        if field.required then required[#required + 1] = field[1] end
    end
    return object({ "type", "object" }, { "properties", properties }, #required > 0 and { "required", required } or nil)
end

local function constant_schema(text)
    local key, value = text:match('^{"(%w+)":(%l+)}$')
    return object({ "type", "object" }, { "properties", object({ key, object({ "const", value == "true" }) }) },
        { "required", { key } })
end

local function success_schema(route)
    local properties, required = object({ "success", object({ "const", true }) }), { "success" }
    local data
    if route.result then
        local item = route.shape == "id" and scalars.id() or ref(route.shape)
        data = route.list and object({ "type", "array" }, { "items", item }) or item
    elseif route.constant then
        data = constant_schema(route.constant)
    end
    if data then
        add(properties, "data", data)
        required[2] = "data"
    elseif route.message then
        add(properties, "message", object({ "const", route.message }))
        required[2] = "message"
    end
    if route.page then
        add(properties, "next", object({ "type", "string" }, { "description", "What `" .. (route.cursor or "after") .. "` is for the next page; missing on the last." }))
    end
    return object({ "type", "object" }, { "properties", properties }, { "required", required })
end

local function content(schema) return object({ "application/json", object({ "schema", schema }) }) end
local function answer(text, schema) return object({ "description", text }, { "content", content(schema) }) end

local function failures(add_to, route)
    local function fail(status, text) add(add_to, tostring(status), answer(text, ref("Failure"))) end
    local codes = { [400] = { "VALIDATION_ERROR" } }
    local failure = route.failure or { 500, "INTERNAL_ERROR" }
    codes[failure[1]] = codes[failure[1]] or {}
    table.insert(codes[failure[1]], failure[2])
    if route.missing then table.insert(codes[400], route.missing[1]) end
    fail(400, table.concat(codes[400], ", "))
    fail(401, "MISSING_API_KEY, INVALID_API_KEY")
    fail(403, "INSUFFICIENT_SCOPE, FORBIDDEN_GUILD")
    if failure[1] == 404 then fail(404, failure[2]) end
    fail(429, "RATE_LIMITED")
    if failure[1] == 500 then fail(500, failure[2]) end
end

local function route_entry(route, path, id)
    local parameters = {}
    for _, name in ipairs(http.params_of(path)) do
        parameters[#parameters + 1] = object({ "name", name }, { "in", "path" }, { "required", true },
            { "schema", name:match("Id$") and field_types.id() or of_type("string") })
    end
    for _, field in ipairs(route.query) do
        parameters[#parameters + 1] = object({ "name", field[1] }, { "in", "query" }, { "required", field.required == true },
            { "description", field.doc }, { "schema", field_schema(field) })
    end
    local responses = object({ tostring(route.status), answer("Done.", success_schema(route)) })
    failures(responses, route)
    return object({ "operationId", id }, { "tags", { route.group } }, { "summary", route.doc },
        { "description", ("Scope `%s`. Stands on the operation `%s`."):format(route.scope, route.operation) },
        #parameters > 0 and { "parameters", parameters } or nil,
        #route.body > 0 and { "requestBody", object({ "content", content(fields_schema(route.body)) }) } or nil,
        { "responses", responses })
end

local param_types = {
    id = field_types.id, ids = field_types.ids, text = scalars.text, texts = field_types.texts, integer = scalars.integer,
    number = scalars.number, boolean = scalars.boolean, time = field_types.time, json = function() return object() end,
    object = field_types.any_object, list = field_types.any_list, emoji = scalars.text, bits = field_types.bits,
    image = field_types.image, files = function()
        local file = object({ "type", "object" }, {
            "properties",
            object({ "name", of_type("string") }, { "base64", of_type("string") }, { "description", of_type("string") }),
        })
        return object({ "type", "array" }, { "items", file })
    end,
    choice = function(param)
        local values = {}
        for _, one in ipairs(param.names) do values[#values + 1] = one.name end
        return object({ "anyOf", { object({ "enum", values }), of_type("integer") } })
    end,
}

local function operation_entry(model, operation)
    local properties, required = object(), {}
    for _, param in ipairs(operation.params) do
        local schema = param_types[param[2]](param)
        if param.nullable then schema = or_null(schema) end
        add(schema, "description", param.doc)
        add(properties, param[1], schema)
        if param.required then required[#required + 1] = param[1] end
    end
    local data = object()
    if operation.mapping and model.shape_by_name[operation.mapping] then
        data = ref(operation.mapping)
        if operation.list then data = object({ "type", "array" }, { "items", data }) end
    end
    local responses = object({
        "200",
        answer("Done.", object({ "type", "object" }, {
            "properties", object({ "success", object({ "const", true }) }, { "data", data }),
        }, { "required", { "success", "data" } })),
    })
    failures(responses, { failure = { 400, "OPERATION_FAILED" } })
    return object({ "operationId", "operation." .. operation.name }, { "tags", { "Operations" } },
        { "summary", operation.doc }, { "description", ("Scope `%s`."):format(operation.key_scope) },
        {
            "requestBody",
            object({
                "content",
                content(object({ "type", "object" }, { "properties", properties },
                    #required > 0 and { "required", required } or nil)),
            }),
        }, { "responses", responses })
end

local function schemas(model)
    local out = object({
        "Failure",
        object({ "type", "object" }, {
            "properties",
            object({ "success", object({ "const", false }) }, { "error", of_type("string") }, { "code", of_type("string") },
                { "details", object({ "type", "array" }, { "items", object({ "type", "object" }) }) },
                { "reason", of_type("string") }, { "platformStatus", of_type("integer") },
                { "platformCode", of_type("integer") }, { "platformMessage", of_type("string") },
                { "retryAfter", of_type("number") }),
        }, { "required", { "success", "error", "code" } }),
    })
    for _, shape in ipairs(model.shapes) do add(out, shape.name, shape_schema(shape)) end
    return out
end

local function operation_id(route) return route.method:lower() .. route.path:gsub("^/api", ""):gsub("[/:-]+(%w)", string.upper) end

local function openapi(model)
    local paths, by_path = object(), {}
    local function put(method, path, entry)
        local shown = path:gsub(":(%w+)", "{%1}")
        if not by_path[shown] then
            by_path[shown] = object()
            add(paths, shown, by_path[shown])
        end
        add(by_path[shown], method:lower(), entry)
    end
    put("GET", "/api/health", object({ "operationId", "health" }, { "summary", "Whether the server is there." }, { "security", {} }, {
        "responses", object({
            "200",
            answer("It is.", object({ "type", "object" }, {
                "properties", object({ "status", object({ "const", "ok" }) }, { "timestamp", of_type("string") }),
            }, { "required", { "status", "timestamp" } })),
        }),
    }))
    for _, route in ipairs(model.http_routes) do
        put(route.method, route.path, route_entry(route, route.path, operation_id(route)))
        if route.alias then
            local alias = { method = route.alias_method, path = route.alias_path }
            put(alias.method, alias.path, route_entry(route, alias.path, operation_id(alias)))
        end
    end
    for _, operation in ipairs(model.operations) do
        put("POST", "/api/operations/" .. operation.name:gsub("%.", "/"), operation_entry(model, operation))
    end
    return object({ "openapi", "3.1.0" },
        { "info", object({ "title", "Rookery" }, { "version", "1" }, { "description", "What programs outside may ask of the bots." }) },
        { "servers", { object({ "url", "/" }) } },
        { "security", { object({ "key", {} }) } },
        { "paths", paths },
        {
            "components",
            object({ "schemas", schemas(model) }, {
                "securitySchemes",
                object({ "key", object({ "type", "apiKey" }, { "in", "header" }, { "name", "X-API-Key" }) }),
            }),
        })
end

local function asyncapi(model)
    local messages, listed, targets = object(), object(), {}
    for _, event in ipairs(model.events) do
        add(messages, event.name, object({ "name", "discord" }, { "title", event.name }, { "summary", event.doc }, {
            "payload",
            object({ "type", "object" }, {
                "properties",
                object({ "event", object({ "const", event.name }) }, { "guildId", object({ "type", { "string", "null" } }) },
                    { "data", ref(event.shape.name) }, { "seq", object() }, { "bot", of_type("string") },
                    { "platform", of_type("string") }, { "late", of_type("boolean") }),
            }, { "required", { "event", "guildId", "data" } }),
        }))
        add(listed, event.name, object({ "$ref", "#/components/messages/" .. event.name }))
        targets[#targets + 1] = object({ "$ref", "#/channels/events/messages/" .. event.name })
    end
    local numbers = object({ "type", "object" }, { "description", "By bot, then by guild; direct: what belongs to none." }, {
        "additionalProperties",
        object({ "type", "object" }, { "additionalProperties", object({ "type", "integer" }, { "minimum", 0 }) }),
    })
    local texts = object({ "type", "array" }, { "items", of_type("string") })
    local gap = object({ "type", "object" }, {
        "properties",
        object({ "bot", of_type("string") }, { "guildId", of_type("string") }, { "from", of_type("integer") },
            { "to", of_type("integer") }),
    })
    local function plain(name, summary, properties)
        return object({ "name", name }, { "summary", summary },
            { "payload", object({ "type", "object" }, { "properties", properties }) })
    end
    add(messages, "subscribe", plain("subscribe", "What the client wants; with since, what it missed comes first.",
        object({ "guildIds", texts }, { "events", texts }, { "all", of_type("boolean") }, { "since", numbers },
            { "epoch", of_type("string") })))
    add(messages, "subscribed", plain("subscribed", "What it gets; seq, gaps and epoch when it gave since.",
        object({ "guildIds", texts }, { "events", texts }, { "all", of_type("boolean") }, { "seq", numbers },
            { "gaps", object({ "type", "array" }, { "items", gap }) }, { "epoch", of_type("string") })))
    for _, name in ipairs({ "subscribe", "subscribed" }) do
        add(listed, name, object({ "$ref", "#/components/messages/" .. name }))
    end
    targets[#targets + 1] = object({ "$ref", "#/channels/events/messages/subscribed" })
    return object({ "asyncapi", "3.0.0" },
        { "info", object({ "title", "Rookery" }, { "version", "1" }, { "description", "What bots see, over Socket.IO. The handshake's auth is { apiKey }." }) },
        { "defaultContentType", "application/json" },
        {
            "channels",
            object({
                "events",
                object({ "address", "/" }, { "title", "The namespace /" },
                    { "description", "Each event is one Socket.IO event named discord; its argument is the payload." },
                    { "messages", listed }),
            }),
        },
        {
            "operations",
            object({
                "receive",
                object({ "action", "send" }, { "channel", object({ "$ref", "#/channels/events" }) }, { "messages", targets }),
            }, {
                "subscribe",
                object({ "action", "receive" }, { "channel", object({ "$ref", "#/channels/events" }) },
                    { "messages", { object({ "$ref", "#/channels/events/messages/subscribe" }) } }),
            }),
        },
        { "components", object({ "messages", messages }, { "schemas", schemas(model) }) })
end

local function escaped(text) return (text:gsub("&", "&amp;"):gsub("<", "&lt;"):gsub(">", "&gt;")) end
local function code(text) return "<code>" .. escaped(text) .. "</code>" end
local function prose(text) return (escaped(text):gsub("`([^`]*)`", "<code>%1</code>")) end

local function field_list(title, fields)
    if #fields == 0 then return "" end
    local out = { "<p>" .. title .. "</p><ul>" }
    for _, field in ipairs(fields) do
        local type_ = field[2]:gsub("_", " ") .. (field.required and ", required" or "") .. (field.nullable and " or null" or "")
        out[#out + 1] = ("<li>%s %s. %s</li>"):format(code(field[1]), type_, prose(field.doc or ""))
    end
    return table.concat(out) .. "</ul>"
end

local function gives(route)
    if route.result then return route.result end
    if route.constant then return route.constant end
    return route.message and '"' .. route.message .. '"' or "nothing"
end

local function page(model)
    local out = { [[
<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Rookery: routes</title>
<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="style.css"></head><body>
<h1>Routes</h1><p>A key goes into the header <code>X-API-Key</code>. For programs: <a href="openapi.json">openapi.json</a>,
and the events in <a href="asyncapi.json">asyncapi.json</a>.</p>
]] }
    local group
    for _, route in ipairs(model.http_routes) do
        if route.group ~= group then
            group = route.group
            out[#out + 1] = "<h2>" .. escaped(group) .. "</h2>\n"
        end
        out[#out + 1] = ("<details><summary>%s %s</summary><p>Scope %s. Gives %s%s.</p>%s%s%s</details>\n"):format(
            code(route.name), prose(route.doc), code(route.scope), code(gives(route)),
            route.failure and ", or " .. route.failure[1] .. " " .. code(route.failure[2]) or "",
            route.alias and "<p>Also " .. code(route.alias) .. ".</p>" or "", field_list("Query:", route.query),
            field_list("Body:", route.body))
    end
    out[#out + 1] = "<h2>Operations</h2><p>Everything else, as <code>POST /api/operations/NOUN/VERB</code> with the parameters as body.</p>\n"
    for _, operation in ipairs(model.operations) do
        out[#out + 1] = ("<details><summary>%s %s</summary><p>Scope %s.</p>%s</details>\n"):format(code(operation.name),
            prose(operation.doc), code(operation.key_scope), field_list("Parameters:", operation.params))
    end
    return table.concat(out) .. "</body></html>\n"
end

local function test_name(route) return (route.method .. route.path:gsub("^/api", "")):lower():gsub("[^%w]+", "_") end

local function reference(model)
    local out = { [[
<!-- Generated by sdk/schema/generate.lua: edit the schema instead. -->
# Routes over HTTP

Every route below `/api`, the scope that a key needs, what it gives in `data`, and the cases of
tests/integration/main_job/rest_routes_test.py that hold it to that: one for its success form, field by field, one for
its refusals. `checks.rest_routes` fails when a route has none. Fields, types and limits are in the document that a running
server gives at `/api/docs/openapi.json`; every other [operation](operations.md) is
`POST /api/operations/NOUN/VERB`. The [guide](../guide/rest.md) says how it is used.

| Route | Scope | Gives | Refused with | Success | Refusal |
|---|---|---|---|---|---|
]] }
    for _, route in ipairs(model.http_routes) do
        local function line(method, path, note)
            local name = test_name({ method = method, path = path })
            out[#out + 1] = ("| `%s %s`%s | `%s` | %s | %s | `gives_%s` | `refuses_%s` |\n"):format(method, path, note, route.scope,
                "`" .. gives(route) .. "`" .. (route.status == 201 and ", 201" or ""),
                route.failure and route.failure[1] .. " `" .. route.failure[2] .. "`" or "500 `INTERNAL_ERROR`", name, name)
        end
        line(route.method, route.path, "")
        if route.alias then line(route.alias_method, route.alias_path, " (the same as the one above)") end
    end
    return table.concat(out)
end

local function chunks(name, text)
    local out = { "constexpr std::string_view " .. name .. "[] = {\n" }
    for at = 1, #text, 16000 do out[#out + 1] = 'R"~~~(' .. text:sub(at, at + 15999) .. ')~~~",\n' end
    return table.concat(out) .. "};\n\n"
end

return function(model)
    return {
        ["docs/reference/rest-routes.md"] = reference(model),
        ["runtime/server/generated/api_docs.cpp"] = [[
// Generated by sdk/schema/generate.lua: edit the schema instead.
// clang-format off
#include "server/rest/api_docs.hpp"

namespace rookery::server::rest {
namespace {

]] .. chunks("kOpenApi", json.write(openapi(model))) .. chunks("kAsyncApi", json.write(asyncapi(model)))
            .. chunks("kPage", page(model)) .. [[
}  // namespace

std::span<const std::string_view> openapi_parts() noexcept { return kOpenApi; }
std::span<const std::string_view> asyncapi_parts() noexcept { return kAsyncApi; }
std::span<const std::string_view> docs_page_parts() noexcept { return kPage; }

}  // namespace rookery::server::rest
]],
    }
end
