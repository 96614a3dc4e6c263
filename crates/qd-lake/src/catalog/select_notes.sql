SELECT commit_extra_info
FROM ducklake_snapshot_changes
WHERE snapshot_id > ?1 AND commit_extra_info IS NOT NULL
ORDER BY snapshot_id
