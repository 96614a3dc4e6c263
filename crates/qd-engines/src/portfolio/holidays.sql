-- Days nobody works.
SELECT DISTINCT TRY_CAST(day AS DATE) AS day FROM (SELECT unnest(holidays) AS day FROM company) AS listed
