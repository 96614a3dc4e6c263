SELECT {columns}
FROM {schema}.{name} AS told
{without_gone}
WHERE NOT deleted AND observed_at <= {as_of} AND {of_sources}
