-- Resolves methods.lua: which parameter of each method's operation is given by what.
local function fail(where, what) error("schema: methods.lua: " .. where .. ": " .. what, 0) end

local function contains(list, wanted)
    for _, item in ipairs(list or {}) do
        if item == wanted then return true end
    end
    return false
end

-- { parameter, source } in the order of the parameters. Source: a field, or "guildId" without one.
local function bind(entity, fields, method, op)
    local bound, where = {}, entity[1] .. "." .. method[1]
    local known = {}
    for _, param in ipairs(op.params) do
        local name = param[1]
        known[name] = true
        local source = method[name]
        if source == nil and param.required then
            if contains(entity.ids, name) then
                source = entity.id or "id"
            elseif fields[name] or name == "guildId" then
                source = name
            end
        end
        if source and not (fields[source] or source == "guildId") then
            fail(where, "there is no field " .. source)
        end
        if source then bound[#bound + 1] = { name, source } end
    end
    for key in pairs(method) do
        if type(key) == "string" and not known[key] then fail(where, "the operation has no parameter " .. key) end
    end
    if #bound == 0 then fail(where, "nothing of the object is a parameter of " .. op.name) end
    return bound
end

-- { { entity = name, methods = { { name, op, bound }, ... } }, ... }, sorted as the file is.
return function(model, root)
    local shapes, operations = {}, {}
    for _, shape in ipairs(model.shapes) do shapes[shape.name] = shape end
    for _, op in ipairs(model.operations) do operations[op.name] = op end
    local by_name, out = {}, {}
    for _, entity in ipairs(dofile(root .. "/methods.lua")) do
        local shape = shapes[entity[1]] or fail(entity[1], "there is no such entity")
        local fields = {}
        for _, field in ipairs(shape.fields) do fields[field.name] = true end
        local like = entity.like and (by_name[entity.like] or fail(entity[1], "there is no " .. entity.like .. " before it"))
        entity.ids = entity.ids or like and like.ids
        local specs, place = {}, {}
        for _, list in ipairs({ like and like.specs or {}, entity.methods or {} }) do
            for _, method in ipairs(list) do
                place[method[1]] = place[method[1]] or #specs + 1
                specs[place[method[1]]] = method
            end
        end
        local methods = {}
        for _, method in ipairs(specs) do
            local op = operations[method[2]] or fail(entity[1] .. "." .. method[1], "there is no operation " .. method[2])
            if fields[method[1]] then fail(entity[1] .. "." .. method[1], "a field has that name") end
            methods[#methods + 1] = { name = method[1], op = op, bound = bind(entity, fields, method, op) }
        end
        by_name[entity[1]] = { ids = entity.ids, specs = specs }
        out[#out + 1] = { entity = entity[1], methods = methods }
    end
    return out
end
