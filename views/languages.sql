-- Endings of file names and the language a file is then written in: programming languages that
-- a company chooses. Shell, markup and configuration come along with any of them.
SELECT column1 AS ending, column2 AS language
FROM (VALUES
    ('rs', 'Rust'), ('go', 'Go'), ('py', 'Python'), ('rb', 'Ruby'), ('java', 'Java'), ('kt', 'Kotlin'),
    ('scala', 'Scala'), ('groovy', 'Groovy'), ('cs', 'C#'), ('fs', 'F#'), ('vb', 'Visual Basic'),
    ('swift', 'Swift'), ('mm', 'Objective-C'), ('c', 'C'), ('cc', 'C++'), ('cpp', 'C++'), ('cxx', 'C++'),
    ('js', 'JavaScript'), ('jsx', 'JavaScript'), ('mjs', 'JavaScript'), ('ts', 'TypeScript'), ('tsx', 'TypeScript'),
    ('php', 'PHP'), ('pl', 'Perl'), ('lua', 'Lua'), ('ex', 'Elixir'), ('erl', 'Erlang'), ('hs', 'Haskell'),
    ('ml', 'OCaml'), ('clj', 'Clojure'), ('dart', 'Dart'), ('r', 'R'), ('jl', 'Julia'), ('zig', 'Zig'),
    ('nim', 'Nim'), ('tf', 'Terraform'), ('elm', 'Elm'), ('cr', 'Crystal'), ('gleam', 'Gleam'), ('sol', 'Solidity')
) AS kept
