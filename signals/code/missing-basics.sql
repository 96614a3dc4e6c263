-- signal: missing-basics
-- duty: code-review
-- asks: add what is missing, or copy it from a sister repository
-- says: {repo} has no {missing}, and {hands} worked on it in the last quarter
-- price: waits
-- patience: 20d
-- minutes: 45
-- audience: line
-- needs: SELECT 1 FROM files LIMIT 1
-- declare: a git source
-- first: what would a new colleague on the first day not find?
--
-- Looked at: the newest tree of the default branch of repositories with commits in the last
-- quarter, by the names that tools and people look for. A read-me is asked for everywhere. That
-- continuous integration runs no tests is said of programs only, and only where every pipeline, and
-- each script that one calls, was understood, none tests, and no script is named after tests. What not
-- every company wants is asked for where it is a habit of this one: continuous integration, owners and
-- formatting where at least half of three or more repositories have them, a licence unless most of three
-- or more do without. Integration is asked for by habit only, since a server elsewhere needs no file in
-- the repository.
-- Where nobody is declared, all of it is asked for by habit only, a read-me, a licence and tests too: which
-- basics a company wants is its own, and a single clone tells no habit. On public repositories five of the
-- ten rows about a single clone were right, too few for a row of a morning (docs/precision.md).
-- Formatting is only missed where its settings would be a file of their own, as for C, Ruby or PHP.
WITH crews AS (
    SELECT source, repo, count(*) AS crew
    FROM active_people
    WHERE last_commit >= current_date - $quarter_days
    GROUP BY source, repo
),
-- Basics stand at the top, in a dot folder, or in one of two named folders.
tops AS (
    SELECT source, repo, lower(path) AS path
    FROM files
    WHERE strpos(path, '/') = 0
       OR starts_with(path, '.')
       OR starts_with(path, 'docs/')
       OR starts_with(path, 'LICENSES/')
),
basics AS (
    SELECT source, repo,
           bool_or(path ~ '^(\.github/|docs/)?readme') AS has_readme,
           bool_or(path ~ '^([a-z0-9]+[-_.])?(un)?licen[sc]e|^copying|^copyright|^licenses/') AS has_licence,
           bool_or(path ~ '^(\.github/|\.gitlab/|docs/)?(codeowners|owners|maintainers)') AS has_owners,
           bool_or(path ~ '^\.(editorconfig|pre-commit-config|clang-format|clang-tidy|astyle|indent|uncrustify)'
                OR path ~ '^\.(prettierrc|eslintrc|stylelintrc|rubocop|scalafmt|swiftformat|swiftlint|php[-_]cs)'
                OR path ~ '^\.(rustfmt|ruff|flake8|style|golangci|perltidyrc|formatter|ocamlformat)'
                OR path ~ '^(uncrustify|astyle|checkstyle|phpcs|spotless|prettier|eslint|biome|rustfmt|ruff|fourmolu)\.'
                -- Manifests that hold the settings, or whose language has one format.
                OR path ~ '^(cargo|pyproject|setup|tox|package|deno|go|mix|build|pubspec|deps|stack|pom|settings)\.[a-z.]+$')
               AS has_formatting
    FROM tops
    GROUP BY source, repo
),
-- A licence may lie deeper, beside what it is about; a script for tests may be called in a way that
-- nobody understood.
deeper AS (
    SELECT source, repo,
           bool_or(lower(path) ~ '(^|/)(un)?licen[sc]e([.][a-z]+)?$') AS has_licence,
           bool_or(lower(path) ~ ('^((scripts?|ci|[.]ci|tools?|bin|build)/)?([^/]*[-_])?tests?([-_][^/.]*)?'
                               || '([.](sh|bash|py|pl|rb|js|ps1|bat|cmd))?$')) AS has_test_script
    FROM files
    WHERE NOT coalesce(is_generated, false)
    GROUP BY source, repo
),
-- One pipeline that tests is enough, and so is one that may.
integration AS (
    SELECT source, repo,
           bool_or(coalesce(runs_tests, false))      AS tests,
           bool_and(coalesce(NOT runs_tests, false)) AS tests_nothing
    FROM pipelines
    GROUP BY source, repo
),
-- Prose, and what is declared rather than programmed, is checked in other ways.
programs AS (
    SELECT source, repo, count(*) AS files
    FROM code_files
    JOIN languages ON languages.ending = lower(regexp_replace(code_files.path, '^.*\.', ''))
                  AND languages.language <> 'Terraform'
    GROUP BY source, repo
),
owned AS (
    SELECT DISTINCT repo FROM areas WHERE kind IN ('team', 'service')
),
company AS (
    SELECT count(*) > 0 AS is_declared FROM identities WHERE is_declared
),
habits AS (
    SELECT count(*)                                                       AS repositories,
           avg(CASE WHEN basics.has_readme     THEN 1.0 ELSE 0.0 END)     AS readme,
           avg(CASE WHEN basics.has_licence    THEN 1.0 ELSE 0.0 END)     AS licence,
           avg(CASE WHEN basics.has_owners     THEN 1.0 ELSE 0.0 END)     AS owners,
           avg(CASE WHEN basics.has_formatting THEN 1.0 ELSE 0.0 END)     AS formatting,
           avg(CASE WHEN integration.repo IS NULL THEN 0.0 ELSE 1.0 END)  AS integration,
           avg(CASE WHEN integration.tests     THEN 1.0 ELSE 0.0 END)     AS tests
    FROM crews
    JOIN basics           ON basics.source = crews.source AND basics.repo = crews.repo
    LEFT JOIN integration ON integration.source = crews.source AND integration.repo = crews.repo
),
lacking AS (
    SELECT crews.repo, crews.crew,
           NOT basics.has_readme
               AND (company.is_declared OR habits.repositories >= 3 AND habits.readme >= 0.5) AS readme,
           integration.repo IS NULL AND crews.crew > 1
               AND habits.repositories >= 3 AND habits.integration >= 0.5                    AS integration,
           coalesce(integration.tests_nothing, false) AND crews.crew > 1
               AND NOT coalesce(deeper.has_test_script, false)
               AND coalesce(programs.files, 0) >= $tested_files
               AND (company.is_declared OR habits.repositories >= 3 AND habits.tests >= 0.5)  AS tests,
           NOT basics.has_licence AND NOT coalesce(deeper.has_licence, false)
               AND (habits.repositories < 3 AND company.is_declared
                    OR habits.repositories >= 3 AND habits.licence >= 0.5)                   AS licence,
           NOT basics.has_owners AND owned.repo IS NULL AND crews.crew >= $crew_least
               AND habits.repositories >= 3 AND habits.owners >= 0.5                         AS owners,
           NOT basics.has_formatting AND crews.crew > 1
               AND habits.repositories >= 3 AND habits.formatting >= 0.5                     AS formatting
    FROM crews
    JOIN basics           ON basics.source = crews.source AND basics.repo = crews.repo
    LEFT JOIN deeper      ON deeper.source = crews.source AND deeper.repo = crews.repo
    LEFT JOIN integration ON integration.source = crews.source AND integration.repo = crews.repo
    LEFT JOIN programs    ON programs.source = crews.source AND programs.repo = crews.repo
    LEFT JOIN owned       ON owned.repo = crews.repo
    CROSS JOIN habits
    CROSS JOIN company
)
SELECT lacking.repo                          AS subject,
       CAST(NULL AS VARCHAR)                 AS owner,
       CAST(NULL AS DATE)                    AS since,
       CAST(lacking.crew AS DOUBLE)          AS people,
       CAST($missing_basics_share AS DOUBLE) AS share,
       lacking.repo                          AS repo,
       array_to_string(array_remove_all(make_array(
           CASE WHEN readme      THEN 'read-me'                    ELSE '' END,
           CASE WHEN licence     THEN 'licence'                    ELSE '' END,
           CASE WHEN integration THEN 'continuous integration'     ELSE '' END,
           CASE WHEN tests       THEN 'tests in continuous integration' ELSE '' END,
           CASE WHEN owners      THEN 'owners'                     ELSE '' END,
           CASE WHEN formatting  THEN 'formatting rules'           ELSE '' END
       ), ''), ', no ')                      AS missing,
       CASE lacking.crew WHEN 1 THEN '1 person' ELSE lacking.crew || ' people' END AS hands
FROM lacking
WHERE readme OR integration OR tests OR licence OR owners OR formatting
