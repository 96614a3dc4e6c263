SELECT next_row_id FROM ducklake_table_stats WHERE table_id = ?1
