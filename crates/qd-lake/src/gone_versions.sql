SELECT {gone_key}, told.observed_at AS gone_at
FROM {schema}.{name} AS told
JOIN (
    SELECT {latest_key}, max(observed_at) AS latest_at
    FROM {schema}.{name}
    WHERE observed_at <= {as_of} AND {of_sources}
    GROUP BY {key}
) AS latest ON {same_key} AND told.observed_at < latest.latest_at
