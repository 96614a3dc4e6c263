SELECT {columns}
FROM (
    SELECT *, row_number() OVER (PARTITION BY {key} ORDER BY observed_at DESC) AS version
    FROM {schema}.{name}
    WHERE observed_at <= {as_of} AND {of_sources}
)
WHERE version = 1 AND NOT deleted
