SELECT t.table_name, count(*)
FROM ducklake_column AS c JOIN ducklake_table AS t ON t.table_id = c.table_id
WHERE t.end_snapshot IS NULL AND c.end_snapshot IS NULL
GROUP BY t.table_name
