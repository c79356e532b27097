local url = "https://example.com/feed.xml"

-- An RSS feed of so many entries, the newest first.
local function rss(count)
    local items = {}
    for i = count, 1, -1 do
        items[#items + 1] = ("<item><title>Entry %d &amp; more</title><link>https://example.com/%d</link>"
            .. "<guid>id-%d</guid></item>"):format(i, i, i)
    end
    return '<?xml version="1.0"?><rss version="2.0"><channel><title>The News</title>' .. table.concat(items)
        .. "</channel></rss>"
end

local atom = [=[<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Atoms</title>
<entry><title type="html">&lt;b&gt;Two&lt;/b&gt; <![CDATA[& a half]]></title>
<link rel="self" href="https://example.com/self"/><link href="https://example.com/two"/><id>urn:2</id></entry>
<entry><title>One</title><link href="https://example.com/one"/><id>urn:1</id></entry></feed>]=]

describe("feed", function()
    world { grants = { "http:*" }, limit = 60 }
    local alice, general
    before_each(function(sim)
        alice, general = sim:user("alice"), sim:channel("#general")
    end)

    it("posts what is new, the oldest first", function(sim)
        sim:http(url, rss(3))
        expect(alice:slash("feed add", { url = url })):contains("I follow **The News**"):contains("3 entries")
        sim:advance("1h")
        expect(#general:public()):equals(1)
        sim:http(url, rss(5))
        sim:advance("16m")
        local messages = general:public()
        expect(#messages):equals(3)
        expect(messages[2]):contains("**The News**: Entry 4 & more"):contains("https://example.com/4")
        expect(messages[3]):contains("Entry 5")
        sim:advance("3h")
        expect(#general:public()):equals(3)
    end)

    it("reads Atom", function(sim)
        sim:http(url, (atom:gsub("<entry><title type.-</entry>\n", "")))
        expect(alice:slash("feed add", { url = url })):contains("I follow **Atoms**")
        sim:http(url, atom)
        sim:advance("16m")
        expect(general:public()):last():contains("Two & a half"):contains("https://example.com/two")
    end)

    it("asks whether there is anything new at all", function(sim)
        local asked = {}
        sim:http(url, function(request)
            asked[#asked + 1] = request.headers
            local etag = request.headers["if-none-match"] or request.headers["If-None-Match"]
            if etag == '"v1"' then return { status = 304 } end
            return { body = rss(2), headers = { ETag = '"v1"', ["Last-Modified"] = "yesterday" } }
        end)
        alice:slash("feed add", { url = url })
        sim:advance("16m")
        expect(#asked):equals(2)
        expect(asked[2]["if-modified-since"] or asked[2]["If-Modified-Since"]):equals("yesterday")
        expect(#general:public()):equals(1)
    end)

    it("does not flood: five at once, the others a minute later", function(sim)
        sim:http(url, rss(1))
        alice:slash("feed add", { url = url })
        sim:http(url, rss(9))
        sim:advance("16m")
        sim:advance("2m")
        expect(#general:public()):equals(9)
        expect(general:public()):last():contains("Entry 9")
    end)

    it("asks less and less often where nobody answers, and says so once", function(sim)
        sim:http(url, rss(1))
        alice:slash("feed add", { url = url })
        local asked = 0
        sim:http(url, function()
            asked = asked + 1
            return { status = 500 }
        end)
        sim:advance("1d")
        expect(asked):is_below(9)
        sim:advance("6d")
        local told = 0
        for _, message in ipairs(general:public()) do
            if message.content:find("has not answered for a while", 1, true) then told = told + 1 end
        end
        expect(told):equals(1)
        expect(alice:slash("feed list")):contains("the server answers with 500")
        sim:http(url, rss(2))
        sim:advance("1d")
        expect(general):contains("Entry 2")
        expect(alice:slash("feed list")):no():contains("fails")
    end)

    it("stops where there is nothing any more", function(sim)
        sim:http(url, rss(1))
        alice:slash("feed add", { url = url })
        sim:http(url, { status = 410 })
        sim:advance("16m")
        expect(general:public()):last():contains("does not exist any more")
        expect(alice:slash("feed list")):contains("No feed is followed here.")
    end)

    it("takes no nonsense", function(sim)
        expect(alice:slash("feed add", { url = "example.com" })):contains("That is no address of the web"):is_private()
        for body, problem in pairs {
            ["nothing"] = "it is no XML", ["<html><body>hello</body></html>"] = "it is no feed",
            [("<a>"):rep(1000)] = "nested deeper", ["<rss><channel><title>x"] = "I follow **x**",
            ['<!DOCTYPE r [<!ENTITY a "b">]><rss><channel><title>&a;</title></channel></rss>'] = "I follow **&a;**",
        } do
            sim:http("https://example.com/x", body)
            expect(alice:slash("feed add", { url = "https://example.com/x" })):contains(problem)
            alice:slash("feed remove", { number = 1 })
        end
        expect(alice:slash("feed remove", { number = 9 })):contains("There is no feed 9."):is_private()
    end)

    it("follows each once, and so many as the server allows", function(sim)
        sim:http(url, rss(1))
        sim:http(url .. "?2", rss(1))
        alice:slash("feed add", { url = url })
        expect(alice:slash("feed add", { url = url })):contains("followed in <#"):is_private()
        alice:slash("feed settings", { setting = "most", value = "1" })
        expect(alice:slash("feed add", { url = url .. "?2" })):contains("There are 1 feeds already"):is_private()
        expect(alice:slash("feed remove", { number = 1 })):contains("**The News** is not followed any more")
        expect(alice:slash("feed add", { url = url .. "?2", channel = "#random" })):contains("I follow")
        expect(alice:slash("feed list")):contains("?2")
    end)

    it("posts nothing twice after a restart, a crash and a reload", function(sim)
        sim:http(url, rss(1))
        alice:slash("feed add", { url = url })
        sim:restart()
        sim:http(url, rss(3))
        sim:advance("16m")
        sim:crash()
        sim:advance("1h")
        sim:reload()
        sim:advance("1h")
        expect(#general:public()):equals(3)
    end)

    it("posts nothing again of a feed with more entries than it remembers", function(sim)
        sim:http(url, rss(560))
        expect(alice:slash("feed add", { url = url })):contains("500 entries")
        sim:http(url, rss(562))
        sim:advance("16m")
        expect(#general:public()):equals(3)
        expect(general:public()):last():contains("Entry 562")
        sim:advance("3h")
        expect(#general:public()):equals(3)
    end)

    it("reads titles and links that are made to keep it busy", function(sim)
        local long = 200000
        local title = ("<![CDATA[%s]]>"):format(("<"):rep(long))
        local item = "<item><title>%s</title><link>%s</link><guid>%s</guid></item>"
        local items = item:format(title, (" "):rep(long) .. "x", "a" .. ("\195\164"):rep(long / 2))
            .. item:format("<![CDATA[<b>Bold</b>  and\n" .. (" "):rep(long) .. "]]>", " https://example.com/1\n", "1")
        sim:http(url, rss(1))
        alice:slash("feed add", { url = url })
        sim:http(url, "<rss><channel><title>The News</title>" .. items .. "</channel></rss>")
        sim:advance("16m")
        expect(#general:public()):equals(3)
        expect(general:public()[2]):contains("Bold and\nhttps://example.com/1")
        sim:advance("3h")
        expect(#general:public()):equals(3)
    end)

    it("is for those who manage the server", function(sim)
        sim:http(url, rss(1))
        expect(sim:user("carol"):slash("feed add", { url = url })):is_private():no():contains("I follow")
        expect(alice:slash("feed list")):contains("No feed is followed here.")
        sim:user("carol"):say("!feed add " .. url)
        expect(alice:slash("feed list")):contains("No feed is followed here.")
    end)

    it("posts nothing of a feed that is removed while it is read", function(sim)
        sim:http(url, rss(1))
        alice:slash("feed add", { url = url })
        sim:http(url, function()
            sim:at_once(function() alice:slash("feed remove", { number = 1 }) end)
            return rss(3)
        end)
        sim:advance("16m")
        expect(#general:public()):equals(2)
        expect(alice:slash("feed list")):contains("No feed is followed here.")
    end)

    it("posts nothing again of a feed that gives its entries new ids", function(sim)
        sim:http(url, rss(3))
        alice:slash("feed add", { url = url })
        for _, new in ipairs { "other-", "again-" } do
            sim:http(url, (rss(3):gsub("id%-", new)))
            sim:advance("16m")
        end
        expect(#general:public()):equals(1)
        sim:http(url, (rss(4):gsub("id%-", "again-")))
        sim:advance("16m")
        expect(#general:public()):equals(2)
        expect(general:public()):last():contains("Entry 4")
    end)

    it("goes on after answers that are none", function(sim)
        sim:http(url, rss(1))
        alice:slash("feed add", { url = url })
        for answer, problem in pairs {
            [{ status = 304 }] = "Entry", [{ status = 500 }] = "the server answers with 500",
            [{ body = "\0\255 <rss" }] = "it is no", [{ body = ("x"):rep(4 * 1024 * 1024 + 1) }] = "too large",
            [{ error = "timed out" }] = "timed out", [{ body = "" }] = "it is no XML",
        } do
            sim:http(url, answer)
            sim:advance("16m")
            if answer.status ~= 304 then expect(alice:slash("feed list")):contains(problem) end
            sim:http(url, rss(1))
            sim:advance("31m")
            expect(alice:slash("feed list")):no():contains("fails")
        end
        expect(general:public()[1]):contains("I follow")
        sim:http(url, rss(2))
        sim:advance("31m")
        expect(general:public()):last():contains("Entry 2")
    end)

    it("is followed once when it is reloaded before the platform has answered", function(sim)
        sim:http(url, rss(1))
        sim:fault("rest_slow", { count = 2, ms = 300 })
        sim:at_once(function(await)
            alice:slash("feed add", { url = url })
            await(function() return general:last() end)
            sim:reload("feed")
        end)
        expect(#general:public()):equals(1)
        expect(alice:slash("feed list")):contains("`1`"):no():contains("`2`")
    end)
end)
