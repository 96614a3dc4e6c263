-- kept: yes
--
-- Who owes an answer: one row for each thing that waits for a word of a person, as long as the last
-- word in it that concerns them is somebody else's.
--
-- `kind` is `ask` where it asks something of them and `notice` where it only tells them (an approval,
-- a thank-you, an answer); `sentence` is the one that asks, where one does. Nothing is weighed here:
-- what is open is open (docs/obligations.md). `waiting_hours` are working hours of the person, on their own clocks.
SELECT owed.*,
       clock.hours - (CAST(least(since, clock.ends_at) AS BIGINT) - CAST(clock.from_at AS BIGINT)) / 3600000000.0 AS waiting_hours
FROM (
    SELECT source, repo, number, "of", title, url, login, person, reason, reasons, since, event, events,
           kind, sentence, asker, asker_name, relation, evidence
    FROM forge_obligations
    UNION ALL
    SELECT source, repo, number, "of", title, url, login, person, reason, reasons, since, event, events,
           kind, sentence, asker, asker_name, relation, evidence
    FROM message_obligations
    UNION ALL
    SELECT source, repo, number, "of", title, url, login, person, reason, reasons, since, event, events,
           kind, sentence, asker, asker_name, relation, evidence
    FROM invitation_obligations
    UNION ALL
    SELECT source, repo, number, "of", title, url, login, person, reason, reasons, since, event, events,
           kind, sentence, asker, asker_name, relation, evidence
    FROM incident_obligations
) AS owed
LEFT JOIN working_clock AS clock ON clock.person = owed.person AND owed.since >= clock.from_at AND owed.since < clock.until_at
