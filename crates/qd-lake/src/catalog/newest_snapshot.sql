SELECT max(snapshot_id) FROM ducklake_snapshot
