-- What a person may want to know before their meetings until a moment. It is put into its order elsewhere: the planner fails on an
-- order over a union whose branches have constants (DataFusion 55).
SELECT uid, instance, part, subject, words, since, due, url, person, place
FROM preparations
WHERE {whose} AND starts_at < '{until}'
