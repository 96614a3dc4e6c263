INSERT INTO ducklake_snapshot_changes(snapshot_id, changes_made, commit_extra_info) VALUES (?1, ?2, ?3)
