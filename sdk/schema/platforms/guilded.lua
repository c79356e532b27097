-- Guilded: what README.md beside this file describes.
return {
    name = "guilded",
    title = "Guilded",
    implied = false,
    ids = "text",
    context = {},
    mappings = {},
    events = {},
    derived = {},
    passed_through = {},
    operations = {},
}
