SELECT table_id FROM ducklake_table WHERE table_name = ?1 AND end_snapshot IS NULL
