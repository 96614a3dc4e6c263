-- The skill that each line and risk of an estimate needs, without the level (`sql:2`); null where it names none.
SELECT "of", id, kind, is_optional, lower(trim(regexp_replace(said, ': *[1-9][0-9]? *$', ''))) AS skill
FROM (SELECT "of", id, 'line' AS kind, coalesce(optional, false) AS is_optional, skill AS said FROM estimate_lines
      UNION ALL
      SELECT "of", id, 'risk' AS kind, false AS is_optional, skill AS said FROM estimate_risks) AS parts
