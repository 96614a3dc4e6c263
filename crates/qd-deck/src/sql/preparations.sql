-- What a person may want to know before their meetings until a moment.
SELECT uid, instance, part, subject, words, since, due, url, person
FROM preparations
WHERE {whose} AND starts_at < '{until}'
ORDER BY starts_at, uid, instance, place, due NULLS LAST, since NULLS LAST, subject, words
