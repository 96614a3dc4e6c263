-- How kinds of work are told apart: what the company declares, in the order it stands in its files, and
-- for a kind that declares no labels, paths or types of its own, or where no kind is declared at
-- all, the usual ones. Labels and paths are regular expressions over lines.
WITH usual AS (
    SELECT column1 AS id, column2 AS place, column3 AS labels, column4 AS types
    FROM (VALUES
        ('unplanned', 1, make_array('bug', 'incident', 'hotfix', 'regression'),           make_array('fix', 'hotfix', 'revert', 'incident')),
        ('debt',      2, make_array('tech-debt*', 'technical-debt', 'debt', 'refactor*'), make_array('refactor', 'perf', 'style')),
        ('upkeep',    3, make_array('dependencies', 'documentation', 'chore', 'ci'),      make_array('chore', 'build', 'ci', 'deps', 'docs', 'test')),
        ('new',       4, make_array('feature', 'enhancement', 'story'),                   make_array('feat'))
    ) AS every
),
chosen AS (
    SELECT kinds.id, row_number() OVER (ORDER BY kinds.file, kinds.line, kinds.id) AS place, kinds.target,
           CASE WHEN own.is_told THEN kinds.labels ELSE usual.labels END AS labels,
           CASE WHEN own.is_told THEN kinds.paths END                    AS paths,
           CASE WHEN own.is_told THEN kinds.types ELSE usual.types END   AS types
    FROM work_kinds AS kinds
    JOIN (SELECT id, coalesce(array_length(labels), array_length(paths), array_length(types)) IS NOT NULL AS is_told FROM work_kinds) AS own
      ON own.id = kinds.id
    LEFT JOIN usual ON usual.id = kinds.id
    UNION ALL
    SELECT id, place, CAST(NULL AS DOUBLE), labels, CAST(NULL AS VARCHAR[]), types
    FROM usual
    WHERE (SELECT count(*) FROM work_kinds) = 0
),
named AS (
    SELECT own.id, array_to_string(array_agg(regexp_replace(own.path, '\*+', '[^\n]*', 'g')), '|') AS paths
    FROM (
        SELECT each.id,
               regexp_replace(CASE WHEN strpos(each.path, ':') > 0 THEN each.path ELSE '*:' || each.path END, '([.+?^$()\[\]{}|\\])', '\\\1', 'g')
               || CASE WHEN each.path LIKE '%/' THEN '*' ELSE '' END AS path
        FROM (SELECT id, unnest(paths) AS path FROM chosen) AS each
    ) AS own
    GROUP BY own.id
)
SELECT chosen.id                                                                                      AS kind,
       chosen.place                                                                                   AS place,
       chosen.target                                                                                  AS target,
       '\n(?:' || regexp_replace(regexp_replace(lower(array_to_string(chosen.labels, '|')), '([.+?^$()\[\]{}\\])', '\\\1', 'g'), '\*+', '[^\n]*', 'g')
               || ')(?:\n|$)'                                                                         AS labels,
       '^(?:\n(?:' || named.paths || '))+$'                                                           AS paths,
       coalesce(chosen.types, make_array(CAST(NULL AS VARCHAR)))                                      AS types
FROM chosen
LEFT JOIN named ON named.id = chosen.id
