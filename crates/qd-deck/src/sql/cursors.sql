SELECT unit, cursor, at
FROM (
    SELECT *, row_number() OVER (PARTITION BY unit ORDER BY at DESC) AS version
    FROM versions.syncs
    WHERE source = '{source}' AND cursor IS NOT NULL
)
WHERE version = 1
