-- Messages and what each of them answers: what it says so itself, else the last one it refers to.
SELECT id,
       min(at)                                                                     AS at,
       min(coalesce(in_reply_to, "references"[-1]))       AS parent
FROM messages
GROUP BY id
ORDER BY id
