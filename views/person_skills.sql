-- What each person can do, and at which level: `sql:3` of their file; 1 where levels are not told apart.
SELECT person, skill, max(level) AS level
FROM (SELECT person,
             lower(trim(regexp_replace(said, ': *[1-9][0-9]? *$', '')))                                      AS skill,
             CASE WHEN said ~ ': *[1-9][0-9]? *$' THEN CAST(trim(regexp_replace(said, '^.*:', '')) AS BIGINT) ELSE 1 END AS level
      FROM (SELECT id AS person, unnest(skills) AS said FROM people) AS own) AS read
GROUP BY person, skill
