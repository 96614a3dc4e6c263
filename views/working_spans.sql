-- A number of working hours, as a person would say it, up to ten days: join on `hours`, read `words`. Whoever waits
-- longer counts weeks, not nights and weekends.
SELECT value AS hours,
       CASE WHEN value < 1  THEN 'less than a working hour'
            WHEN value = 1  THEN '1 working hour'
            WHEN value < 17 THEN value || ' working hours'
            ELSE CAST(round(value / ($working_day_ends - $working_day_begins)) AS BIGINT) || ' working days'
       END AS words
FROM generate_series(0, CAST(floor(10 * ($working_day_ends - $working_day_begins)) AS BIGINT))
