INSERT INTO ducklake_metadata(key, value) VALUES (?1, ?2)
