DELETE FROM ducklake_data_file
WHERE end_snapshot <= (SELECT coalesce(max(snapshot_id), -1) FROM ducklake_snapshot WHERE snapshot_time < ?1)
  AND end_snapshot < ?2
