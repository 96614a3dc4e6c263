INSERT INTO ducklake_schema VALUES (0, ?1, 0, NULL, 'main', 'main/', 1)
