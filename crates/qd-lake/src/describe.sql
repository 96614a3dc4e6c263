SELECT column_name, data_type, is_nullable, unit, comment
FROM meta.columns
WHERE table_name = '{name}'
ORDER BY place
