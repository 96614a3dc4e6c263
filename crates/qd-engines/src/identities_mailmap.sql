-- The lines of all .mailmap files, in their order: a later one replaces an earlier one.
SELECT proper_name, proper_email, commit_name, commit_email
FROM mailmap
ORDER BY source, repo, line
