SELECT * FROM {table} WHERE source = '{source}'
