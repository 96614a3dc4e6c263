INSERT INTO ducklake_tag VALUES (?1, ?2, NULL, 'comment', ?3)
