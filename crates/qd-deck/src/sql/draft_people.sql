SELECT i.person,
       min(i.person_name)  AS name,
       array_agg(i.email)  AS mails,
       bool_or(i.is_bot)   AS is_bot,
       sum(i.commits)      AS commits
FROM identities AS i
WHERE NOT i.is_declared
GROUP BY i.person
HAVING max(i.last_seen) >= now() - INTERVAL '365 days'
   AND (sum(i.commits) >= {least} OR bool_or(i.is_bot))
ORDER BY commits DESC, i.person
