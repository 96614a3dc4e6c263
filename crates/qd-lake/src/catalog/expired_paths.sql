SELECT 'main/' || t.path || f.path
FROM ducklake_data_file AS f JOIN ducklake_table AS t ON t.table_id = f.table_id
WHERE f.end_snapshot <= (SELECT coalesce(max(snapshot_id), -1) FROM ducklake_snapshot WHERE snapshot_time < ?1)
  AND f.end_snapshot < ?2
