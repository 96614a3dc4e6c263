SELECT f.data_file_id, 'main/' || t.path || f.path, f.record_count, f.file_size_bytes, t.table_name
FROM ducklake_data_file AS f JOIN ducklake_table AS t ON t.table_id = f.table_id
WHERE t.end_snapshot IS NULL AND f.end_snapshot IS NULL
ORDER BY f.data_file_id
