-- The meetings until a moment that take a person's time, and those they are asked to and have not
-- answered; the next one first.
SELECT starts_at, ends_at, coalesce(title, 'a private meeting') AS title, people, url, coalesce(takes_time, false) AS takes_time,
       uid, instance, person
FROM attendances
WHERE {whose} AND (coalesce(takes_time, false) OR answer = 'unanswered')
  AND ends_at > now() AND starts_at < '{until}'
ORDER BY starts_at, ends_at, title
