std = "luajit"
max_line_length = 120

-- Tables of data: a row is a line.
files["sdk/schema"] = { max_line_length = false }

-- Annotations for editors: bodies are empty, arguments are documentation.
files["sdk/lua/rookery.lua"] = { ignore = { "211", "212", "221", "241" }, max_line_length = false }

files["sdk/schema/api"] = {
    ignore = { "211", "212", "221", "241" }, globals = { "rookery", "Event", "Interaction", "UserMethods", "MemberMethods", "MessageMemberMethods" }, max_line_length = false,
}

-- There is one simulator at a time: its methods need no self.
files["runtime/spec/lua/sim.lua"] = { self = false }

files["sdk/lua/rookery_test.lua"] = { ignore = { "111", "112", "121", "131", "212", "211", "241" }, max_line_length = false }

files["**/*_spec.lua"] = { std = "+busted", globals = { "expect", "world" } }
