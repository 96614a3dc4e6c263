-- Meetings that a person may want to plan; the addresses are one to a line.
SELECT key, title, why, array_to_string(attendees, chr(10)) AS attendees, minutes, starts_at
FROM follow_ups
WHERE person = '{person}'
ORDER BY starts_at NULLS LAST, title
