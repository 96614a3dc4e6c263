SELECT 'main/' || t.path || f.path
FROM ducklake_data_file AS f JOIN ducklake_table AS t ON t.table_id = f.table_id
