-- Every file of the default branches, generated ones too: they say that a tree was observed.
SELECT source, repo, path, bytes, is_generated
FROM files
