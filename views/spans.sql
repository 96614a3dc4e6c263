-- A number of days, as a person would say it: join on `days`, read `words`.
SELECT value AS days,
       CASE WHEN value < 1   THEN 'less than a day'
            WHEN value = 1   THEN '1 day'
            WHEN value < 14  THEN value || ' days'
            WHEN value < 60  THEN value / 7 || ' weeks'
            WHEN value < 730 THEN (value + 15) / 30 || ' months'
            ELSE                  value / 365 || ' years'
       END AS words
FROM generate_series(0, 36525)
