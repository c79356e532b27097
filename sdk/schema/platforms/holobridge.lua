-- HoloBridge: what README.md beside this file describes.
return {
    name = "holobridge",
    title = "HoloBridge",
    implied = "camel",
    ids = "text",
    context = {},
    mappings = {},
    events = {},
    derived = {},
    passed_through = {},
    operations = {},
}
