INSERT INTO ducklake_snapshot VALUES (?1, ?2, ?3, ?4, ?5)
