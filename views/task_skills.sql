-- What each task asks of people: the skill, at which level at least, and how many people with it: `2 sql:3` is two.
SELECT project, task,
       lower(trim(regexp_replace(regexp_replace(said, '^ *[1-9][0-9]? +', ''), ': *[1-9][0-9]? *$', '')))  AS skill,
       CASE WHEN said ~ ': *[1-9][0-9]? *$' THEN CAST(trim(regexp_replace(said, '^.*:', '')) AS BIGINT) ELSE 1 END AS level,
       CASE WHEN said ~ '^ *[1-9][0-9]? +' THEN CAST(split_part(trim(said), ' ', 1) AS BIGINT) ELSE 1 END   AS people
FROM (SELECT project, id AS task, skill AS said FROM tasks WHERE skill IS NOT NULL
      UNION ALL
      SELECT project, id AS task, unnest(skills) AS said FROM tasks) AS asked
