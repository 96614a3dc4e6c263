-- kept: yes
--
-- What an open issue waits for: the open issues that it says must come first, by `12`, `acme/api#12`
-- or `WEB-12`. `first` is the oldest of them, as `api 12`; what is closed blocks nothing.
SELECT own.source, own.repo, own.number,
       first_value(CONCAT(blocker.repo, ' ', blocker.number) ORDER BY blocker.created_at, blocker.number) AS first,
       string_agg(DISTINCT CASE WHEN blocker.number !~ '^[0-9]+$' THEN blocker.number
                                WHEN blocker.repo = own.repo THEN CONCAT('#', blocker.number)
                                ELSE CONCAT(blocker.repo, '#', blocker.number) END, ' and ') AS names,
       max(event.at)                                                             AS at
FROM (SELECT source, repo, number, name,
             regexp_replace(name, '^.*#', '')                                    AS at_number,
             CASE WHEN strpos(name, '#') > 1 THEN regexp_replace(split_part(name, '#', 1), '^.*/', '')
                  WHEN name ~ '^[A-Za-z][A-Za-z0-9_]*-[0-9]+$' THEN regexp_replace(name, '-[0-9]+$', '')
                  ELSE repo END                                                  AS at_repo
      FROM (SELECT source, repo, number, unnest(blocked_by) AS name FROM issues
            WHERE state = 'open' AND array_length(blocked_by) > 0) AS blocked) AS own
JOIN (SELECT repo, number, created_at FROM issues WHERE state = 'open') AS blocker
  ON blocker.number = own.at_number AND blocker.repo = own.at_repo
LEFT JOIN (SELECT source, repo, number, "to" AS name, at FROM issue_changes WHERE field = 'blocked_by') AS event
  ON event.source = own.source AND event.repo = own.repo AND event.number = own.number AND event.name = own.name
GROUP BY own.source, own.repo, own.number
