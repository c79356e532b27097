-- luajit sdk/schema/generate.lua OUTDIR
--
-- Writes everything that follows from the schema beside this file, under OUTDIR in the tree's own paths: run it
-- with the source tree as OUTDIR after a change. Same schema, same bytes. Errors name the place in the schema.

local root = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = root .. "/?.lua;" .. package.path

local out = arg[1]
if not out then
    io.stderr:write("usage: luajit generate.lua OUTDIR\n")
    os.exit(2)
end

local function write(path, text)
    os.execute("mkdir -p '" .. path:match("^(.*)/"):gsub("'", "'\\''") .. "'")
    local file = assert(io.open(path, "wb"))
    assert(file:write(text))
    assert(file:close())
end

local ok, failure = pcall(function()
    local model = require "generator.schema"(root)
    require("generator.http").load(model, root)
    for _, writer in ipairs({ "runtime_cpp", "sdk_cpp", "sdk_lua", "script_lua", "reference", "platform_docs", "contract_cpp", "http_cpp", "http_docs" }) do
        for path, text in pairs(require("generator." .. writer)(model, root)) do
            write(out .. "/" .. path, text)
        end
    end
end)
if not ok then
    io.stderr:write(tostring(failure) .. "\n")
    os.exit(1)
end
