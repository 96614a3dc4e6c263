SELECT {columns}
FROM (
    SELECT *, row_number() OVER (PARTITION BY {key} ORDER BY observed_at DESC) AS recency
    FROM {schema}.{name}
    WHERE observed_at <= {as_of} AND {of_sources}
)
WHERE recency = 1 AND NOT deleted
