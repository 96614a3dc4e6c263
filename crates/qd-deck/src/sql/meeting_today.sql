-- Who has meetings until a moment that take their time, or that they are asked to and have not answered.
SELECT DISTINCT person
FROM attendances
WHERE (coalesce(takes_time, false) OR answer = 'unanswered') AND ends_at > now() AND starts_at < '{until}'
