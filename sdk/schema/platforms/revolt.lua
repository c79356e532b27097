-- Revolt and Stoat: what README.md beside this file describes.
return {
    name = "revolt",
    title = "Revolt and Stoat",
    implied = false,
    ids = "text",
    context = {},
    mappings = {},
    events = {},
    derived = {},
    passed_through = {},
    operations = {},
}
