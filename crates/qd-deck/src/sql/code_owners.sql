SELECT repo, pattern, owners FROM code_owners ORDER BY repo, line
