INSERT INTO ducklake_schema_versions VALUES (?1, ?2, ?3)
