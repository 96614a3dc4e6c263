-- kept: yes
--
-- Which copy of each entry of calendars says who is in it: those of many calendars would say it as often.
-- `says_purpose` is of all entries of its series.
SELECT entry, uid, instance, bool_or(purposeful) OVER (PARTITION BY uid) AS says_purpose
FROM (
    SELECT uid, instance,
           first_value(entry ORDER BY coalesce(array_length(attendees), 0) = 0, observed_at DESC, source, calendar) AS entry,
           bool_or(purposeful)                                                                                     AS purposeful
    FROM meeting_copies
    GROUP BY uid, instance
) AS chiefs
