-- The changes of the last year, with the person; a few days more, which the engine cuts off.
SELECT changes.source,
       changes.repo,
       changes.sha,
       changes.commit_time,
       commits.author_time,
       changes.path,
       changes.previous_path,
       changes.change,
       changes.added,
       changes.removed,
       coalesce(addresses.person, lower(changes.author_email)) AS person,
       coalesce(addresses.is_bot, false)                       AS is_bot
FROM file_changes AS changes
LEFT JOIN commits   ON commits.source = changes.source
                   AND commits.repo = changes.repo
                   AND commits.sha = changes.sha
LEFT JOIN addresses ON addresses.email = lower(changes.author_email)
WHERE changes.commit_time >= current_date - 368
