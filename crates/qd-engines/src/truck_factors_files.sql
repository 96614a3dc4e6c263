-- How many files of a repository anybody was seen working on.
SELECT source, repo, count(DISTINCT path) AS files
FROM ownership
GROUP BY source, repo
