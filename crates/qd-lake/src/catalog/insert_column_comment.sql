INSERT INTO ducklake_column_tag VALUES (?1, ?2, ?3, NULL, 'comment', ?4)
