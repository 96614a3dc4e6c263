SELECT * FROM {schema}.{name} WHERE {time} <= {as_of} AND {of_sources}
