SELECT count(*)
FROM ducklake_column AS c JOIN ducklake_table AS t ON t.table_id = c.table_id
WHERE t.table_name = ?1 AND t.end_snapshot IS NULL AND c.end_snapshot IS NULL
