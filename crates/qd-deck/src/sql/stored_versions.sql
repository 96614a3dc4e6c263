SELECT * FROM versions.{table} WHERE source = '{source}' AND {narrow} ORDER BY observed_at
