-- Reads XML from strangers: no entity is expanded but those of XML itself and the usual ones of HTML, nothing is
-- fetched, and depth and number of elements are limited. Forgiving where feeds are sloppy: what nobody closed
-- ends with the element around it.
--
--   local root, problem = xml.parse(text)
--   root.name, root.attributes.href, root.text, root.children, root:first("title"), root:all("item")

local xml = {}

local most_depth, most_elements = 64, 50000

local Element = {}
Element.__index = Element

--- The first child of that name, or nil.
function Element:first(name)
    for _, child in ipairs(self.children) do
        if child.name == name then return child end
    end
end

--- All children of that name.
function Element:all(name)
    local found = {}
    for _, child in ipairs(self.children) do
        if child.name == name then found[#found + 1] = child end
    end
    return found
end

local function utf8(code)
    if not code or code < 9 or code > 0x10ffff or (code >= 0xd800 and code < 0xe000) then return "" end
    if code < 0x80 then return string.char(code) end
    if code < 0x800 then return string.char(0xc0 + bit.rshift(code, 6), 0x80 + code % 0x40) end
    local last, middle = 0x80 + code % 0x40, 0x80 + bit.rshift(code, 6) % 0x40
    if code < 0x10000 then return string.char(0xe0 + bit.rshift(code, 12), middle, last) end
    return string.char(0xf0 + bit.rshift(code, 18), 0x80 + bit.rshift(code, 12) % 0x40, middle, last)
end

local names = {
    amp = "&", lt = "<", gt = ">", quot = '"', apos = "'", nbsp = " ", hellip = "…", ndash = "–", mdash = "—",
    lsquo = "‘", rsquo = "’", ldquo = "“", rdquo = "”", laquo = "«", raquo = "»", copy = "©", auml = "ä", ouml = "ö",
    uuml = "ü", Auml = "Ä", Ouml = "Ö", Uuml = "Ü", szlig = "ß", eacute = "é", egrave = "è", agrave = "à",
}

--- Text with its entities replaced; those that are not known stay.
function xml.decode(text)
    return (text:gsub("&(#?)([xX]?)(%w+);", function(number, hex, rest)
        if number == "" then return names[hex .. rest] end
        if #rest > 7 then return "" end
        return utf8(tonumber(rest, hex ~= "" and 16 or 10))
    end))
end

--- The same without the bytes that are no UTF-8.
function xml.scrub(text)
    return (text:gsub("[\128-\255]+", function(run)
        local kept, at = {}, 1
        while at <= #run do
            local one = run:match("^[\194-\223][\128-\191]", at) or run:match("^[\224-\239][\128-\191][\128-\191]", at)
                or run:match("^[\240-\244][\128-\191][\128-\191][\128-\191]", at)
            if one then kept[#kept + 1] = one end
            at = at + (one and #one or 1)
        end
        return table.concat(kept)
    end))
end

local function from_latin(text)
    return (text:gsub("[\128-\255]", function(byte) return utf8(byte:byte()) end))
end

local function element(name)
    return setmetatable({ name = name, attributes = {}, children = {}, text = "", pieces = {} }, Element)
end

local function close(stack, count)
    for _ = 1, count do
        local done = table.remove(stack)
        done.text, done.pieces = table.concat(done.pieces), nil
    end
end

-- Attributes from `at` on; where the tag ends, and whether it is empty: <br/>
local function read_attributes(text, at, into)
    while true do
        local from, to, name, value = text:find('^%s+([%w_:.-]+)%s*=%s*"([^"<]*)"', at)
        if not from then from, to, name, value = text:find("^%s+([%w_:.-]+)%s*=%s*'([^'<]*)'", at) end
        if not from then break end
        into[name:lower()] = xml.decode(value)
        at = to + 1
    end
    local _, to, empty = text:find("^%s*(/?)>", at)
    return to, empty == "/"
end

-- What is neither text nor an element: its beginning, its end, and whether it is text after all.
local others = { { "<![CDATA[", "]]>", true }, { "<!--", "-->" }, { "<?", "?>" }, { "<!", ">" } }

local function skip(text, open, stack)
    for _, kind in ipairs(others) do
        if text:sub(open, open + #kind[1] - 1) == kind[1] then
            local from, to = text:find(kind[2], open + #kind[1], true)
            if from and kind[3] then table.insert(stack[#stack].pieces, text:sub(open + #kind[1], from - 1)) end
            -- A document type with declarations of its own: they are not looked at.
            if from and kind[1] == "<!" and text:sub(open, from):find("[", 1, true) then
                _, to = text:find("%]%s*>", open)
            end
            return true, to
        end
    end
end

--- The root element; nil and what is wrong.
function xml.parse(text)
    if type(text) ~= "string" then return nil, "no text" end
    if text:sub(1, 3) == "\239\187\191" then text = text:sub(4) end
    local encoding = (text:match("^%s*<%?xml[^>]-encoding%s*=%s*[\"']([%w_-]+)") or "utf-8"):lower()
    if encoding:match("^iso%-8859%-1") or encoding == "windows-1252" then text = from_latin(text) end

    local top = element("")
    local stack, at, elements = { top }, 1, 0
    while true do
        local open = text:find("<", at, true)
        local piece = text:sub(at, (open or 0) - 1)
        if piece ~= "" then table.insert(stack[#stack].pieces, (xml.decode(piece))) end
        if not open then break end

        local other, ends = skip(text, open, stack)
        local closing = text:match("^</([%w_:.-]+)%s*>", open)
        local name = text:match("^<([%a_][%w_:.-]*)", open)
        if other then
            if not ends then return nil, "something is not closed" end
            at = ends + 1
        elseif closing then
            local depth = #stack
            while depth > 1 and stack[depth].name ~= closing:lower() do depth = depth - 1 end
            if depth > 1 then close(stack, #stack - depth + 1) end
            at = text:find(">", open, true) + 1
        elseif name then
            elements = elements + 1
            if elements > most_elements then return nil, "more than " .. most_elements .. " elements" end
            if #stack > most_depth then return nil, "nested deeper than " .. most_depth .. " elements" end
            local new = element(name:lower())
            local to, empty = read_attributes(text, open + 1 + #name, new.attributes)
            if not to then return nil, "a tag <" .. name:sub(1, 40) .. " that makes no sense" end
            table.insert(stack[#stack].children, new)
            stack[#stack + 1] = new
            if empty then close(stack, 1) end
            at = to + 1
        else
            return nil, "a < that begins nothing"
        end
    end
    close(stack, #stack)
    if not top.children[1] then return nil, "no element" end
    return top.children[1]
end

return xml
