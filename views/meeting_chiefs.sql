-- kept: yes
--
-- Which copy of each entry of calendars says who is in it: those of many calendars would say it as often.
SELECT uid, instance,
       first_value(source   ORDER BY coalesce(array_length(attendees), 0) = 0, observed_at DESC, source, calendar) AS source,
       first_value(calendar ORDER BY coalesce(array_length(attendees), 0) = 0, observed_at DESC, source, calendar) AS calendar,
       bool_or(purposeful)                                                                                        AS purposeful
FROM meeting_copies AS entries
GROUP BY uid, instance
