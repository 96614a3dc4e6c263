-- What was handed over: one row for each time a person gave a row of a brief to somebody else. `taken_back_at` is when
-- they took it back: undid it, or did or dismissed the same thing themselves in the end.
SELECT given.id,
       given.at,
       given."by",
       given."to",
       given.signal,
       given.subject,
       min(own.at) AS taken_back_at
FROM actions AS given
LEFT JOIN actions AS own ON own.row = given.row AND own."by" = given."by" AND own.at > given.at
                        AND ((own.verb = 'undo' AND own.undoes = given.id) OR own.verb IN ('done', 'dismiss'))
WHERE given.verb = 'delegate'
GROUP BY given.id, given.at, given."by", given."to", given.signal, given.subject
