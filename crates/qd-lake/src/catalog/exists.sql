SELECT count(*) > 0 FROM sqlite_master WHERE name = 'ducklake_snapshot'
