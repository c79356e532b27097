-- Texts in several languages.

---@class rookery.i18n
---@field default string The locale whose texts are taken where there is none in another: "en" unless set.
rookery.i18n = {}

---Texts of a locale ("de", "pt-BR"): `{ greeting = "Hallo {name}", karma = { points = { one = "{count} Punkt", other =
---"{count} Punkte" } } }`. A table with `other` has a form for each kind of number.
---@param locale string
---@param texts table
function rookery.i18n.add(locale, texts) end

---Adds what the modules FOLDER.LOCALE return: `rookery.i18n.load("lang", { "en", "de" })`.
---@param folder string
---@param locales string[]
function rookery.i18n.load(folder, locales) end

---The text of that key in the locale, else in its language ("pt" for "pt-BR"), else in the default one, else the key.
---{name} stands for vars.name; vars.count chooses among forms.
---@param locale string?
---@param key string "karma.points"
---@param vars table?
---@return string
function rookery.i18n.t(locale, key, vars) end
