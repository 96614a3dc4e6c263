-- kept: yes
--
-- Files that people write as a program: no generated or vendored ones, no tests, no examples,
-- no prose, no data, no manifests. A list of endings says what a program is, since what is
-- left out (change logs, lock files, tables of releases) changes all day without any risk.
SELECT source, repo, path, bytes
FROM files
WHERE NOT is_generated
  AND path ~* ('\.(rs|go|zig|nim|c|cc|cpp|cxx|h|hh|hpp|m|mm|swift|java|kt|scala|groovy|clj|cljs|cs|fs|vb'
            || '|py|pyx|rb|php|pl|pm|lua|r|jl|js|jsx|mjs|ts|tsx|vue|svelte|dart|ex|exs|erl|hs|ml'
            || '|sql|sh|bash|ps1|tf|proto)$')
  AND path !~* ('(^|/)(tests?|testing|__tests__|specs?|testdata|fixtures?|mocks?|bench(es|marks?)?'
             || '|examples?|samples?|demos?|docs?|documentation|website'
             || '|third[_-]?party|vendor(ed)?|deps|external|extern|node_modules|dist|generated|migrations)/')
  AND path !~* '(^|/)(test_[^/]*|conftest)\.[a-z]+$|([._-](test|tests|spec)|Tests?)\.[a-z]+$'
  -- What a migration writes: the state of a database as a program.
  AND path !~* '(^|/)db/(schema\.rb|structure\.sql|[a-z_]*schema\.rb)$'
