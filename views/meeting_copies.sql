-- kept: yes
--
-- An entry as one calendar holds it, of about a year back and ahead: a meeting that stands in five calendars
-- has five rows. `attendances` makes one of them. `owner` is whose calendar it is, where that is known. A title
-- or link is told only where no calendar calls the entry private; `purposeful` is unknown where nothing in
-- the calendar has a description. Joins go by `entry`, a number of it for as long as it is kept: what else tells entries
-- apart is four words.
SELECT row_number() OVER () AS entry, meetings.source, meetings.calendar, meetings.uid, meetings.instance, meetings.observed_at,
       meetings.starts_at, meetings.ends_at, meetings.is_all_day, meetings."day" AS first_day,
       meetings.status, meetings.busy, meetings.is_recurring, meetings.is_moved,
       lower(meetings.organiser) AS organiser, meetings.attendees, meetings.accepted, meetings.declined,
       meetings.tentative, meetings.unanswered, calendars.person AS owner,
       bool_or(coalesce(meetings.private, false)) OVER (PARTITION BY meetings.uid) AS is_private,
       CASE WHEN NOT bool_or(coalesce(meetings.private, false)) OVER (PARTITION BY meetings.uid)
            THEN meetings.title END                                             AS title,
       CASE WHEN NOT bool_or(coalesce(meetings.private, false)) OVER (PARTITION BY meetings.uid)
            THEN meetings.url END                                               AS url,
       -- What is left of a description without the lines that say how to dial in.
       CASE WHEN bool_or(meetings.text IS NOT NULL) OVER (PARTITION BY meetings.source, meetings.calendar)
            THEN char_length(regexp_replace(regexp_replace(coalesce(meetings.text, ''),
                 '(?im)^.*(zoom\.us|teams\.microsoft|aka\.ms|microsoft teams|meet\.google|google meet|webex|meeting[ -]id|passcode|conference id|dial[ -]in|one tap mobile|find your local number|join (zoom|the meeting|on your|by phone|with)|is inviting you to|besprechungs-id|kenncode|beitreten|participer à la réunion|[+(]?[0-9][0-9 ()#,;*-]{8,}).*$', '', 'g'),
                 '[\s_:~=*-]+', '', 'g')) >= $purpose_chars END                     AS purposeful
FROM meetings
LEFT JOIN calendars ON calendars.source = meetings.source AND calendars.calendar = meetings.calendar
WHERE meetings.starts_at >= current_date - 400 AND meetings.starts_at < current_date + 400
