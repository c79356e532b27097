-- Keys and values that outlive the process.
local _, host = ...
local error, ipairs, next, pcall, select, tostring, type, unpack =
    error, ipairs, next, pcall, select, tostring, type, unpack
local result, encode, decode = host.result, host.kv_encode, host.kv_decode

local most_attempts = 20
local largest_note = 65536
local kv = {}

-- The bytes of a key, `false` when it is not there; nil, message, kind.
local function fetch(key)
    host.begin_kv_get(key)
    return result()
end

local function value_of(raw)
    if not raw then return nil end
    return decode(raw)
end

local function apply(checks, writes, ttls, number, note)
    host.begin_kv_apply(checks, writes, ttls, number, note)
    return result()
end

local function ttl_in(options, what)
    if options == nil then return nil end
    if type(options) ~= "table" then error(what .. ": options must be a table, got " .. type(options), 3) end
    for key in next, options do
        if key ~= "ttl" then error(what .. ": there is no option " .. tostring(key), 3) end
    end
    return options.ttl
end

local function check_key(key, what)
    if type(key) ~= "string" then error(what .. ": key must be a string, got " .. type(key), 3) end
end

function kv.get(key)
    local raw, message, kind = fetch(key)
    if raw == nil then return nil, message, kind end
    return value_of(raw)
end

function kv.set(key, value, options)
    check_key(key, "rookery.kv.set")
    local raw, ttl = encode(value), ttl_in(options, "rookery.kv.set")
    local existed, message, kind = apply({}, { [key] = raw }, { [key] = ttl })
    if existed == nil then return nil, message, kind end
    return true
end

function kv.delete(key)
    check_key(key, "rookery.kv.delete")
    local existed, message, kind = apply({}, { [key] = false })
    if existed == nil then return nil, message, kind end
    return existed > 0
end

function kv.incr(key, amount)
    host.begin_kv_add(key, amount)
    return result()
end

function kv.cas(key, old, new, options)
    check_key(key, "rookery.kv.cas")
    local check = old ~= nil and encode(old)
    local write = new ~= nil and encode(new)
    local existed, message, kind =
        apply({ [key] = check }, { [key] = write }, { [key] = ttl_in(options, "rookery.kv.cas") })
    if existed == nil then return nil, message, kind end
    return existed ~= false
end

function kv.list(prefix, options)
    options = options or {}
    if type(options) ~= "table" then error("rookery.kv.list: options must be a table, got " .. type(options), 2) end
    host.begin_kv_list(prefix, options.after, options.limit)
    local page, message, kind = result()
    if page == nil then return nil, message, kind end
    local items = {}
    for i, item in ipairs(page.items) do items[i] = { key = item[1], value = decode(item[2]) } end
    items.more = page.more
    return items
end

-- What a transaction has read and will write. Reads are held against the store when it ends.
local function begin()
    local tx, reads, writes, ttls = {}, {}, {}, {}
    local function raw_of(key)
        if writes[key] ~= nil then return writes[key] end
        if reads[key] == nil then
            local raw, message = fetch(key)
            if raw == nil then error("rookery.kv.transaction: " .. message, 3) end
            reads[key] = raw
        end
        return reads[key]
    end
    function tx.get(key)
        check_key(key, "tx.get")
        return value_of(raw_of(key))
    end
    function tx.set(key, value, options)
        check_key(key, "tx.set")
        ttls[key] = ttl_in(options, "tx.set")
        writes[key] = encode(value)
    end
    function tx.delete(key)
        check_key(key, "tx.delete")
        writes[key] = false
    end
    function tx.incr(key, amount)
        check_key(key, "tx.incr")
        local before = value_of(raw_of(key))
        if before ~= nil and type(before) ~= "number" then
            error("tx.incr: the key holds a " .. type(before), 2)
        end
        writes[key] = encode((before or 0) + (amount or 1))
        return (before or 0) + (amount or 1)
    end
    return tx, reads, writes, ttls
end

-- What a transaction of an event returns, for when the event is handled again; what cannot be kept is `true`.
local function note_of(...)
    local values = { n = select("#", ...) }
    for i = 1, values.n do values[tostring(i)] = (select(i, ...)) end
    local good, note = pcall(encode, values)
    return good and #note <= largest_note and note or encode({ n = 1, ["1"] = true })
end

local function noted(note)
    local values, out = decode(note), {}
    for i = 1, values.n do out[i] = values[tostring(i)] end
    return unpack(out, 1, values.n)
end

-- Whether it is over, then what the caller gets.
local function finish(reads, writes, ttls, number, first, ...)
    if first == false then return true, first, ... end
    local note = number and note_of(first, ...)
    local existed, message, kind = apply(reads, writes, ttls, number, note)
    if existed == nil then return true, nil, message, kind end
    return existed ~= false, first, ...
end

local function attempt(run, number, left)
    if left == 0 then return nil, "others changed the same keys again and again", "unavailable" end
    local tx, reads, writes, ttls = begin()
    local function settle(over, ...)
        if over then return ... end
        return attempt(run, number, left - 1)
    end
    return settle(finish(reads, writes, ttls, number, run(tx)))
end

function kv.transaction(run)
    if type(run) ~= "function" then error("rookery.kv.transaction: expected a function, got " .. type(run), 2) end
    local number, repeated = host.kv_number()
    if repeated then
        host.begin_kv_recall(number)
        local note, message, kind = result()
        if note == nil then return nil, message, kind end
        if note then return noted(note) end
    end
    return attempt(run, number, most_attempts)
end

return { kv = kv }
