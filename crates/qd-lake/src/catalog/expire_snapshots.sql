DELETE FROM ducklake_snapshot
WHERE snapshot_id < (SELECT coalesce(max(snapshot_id), -1) FROM ducklake_snapshot WHERE snapshot_time < ?1)
  AND snapshot_id < ?2
