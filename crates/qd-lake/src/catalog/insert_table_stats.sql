INSERT INTO ducklake_table_stats VALUES (?1, 0, 0, 0)
