-- kept: yes
--
-- What an open issue waits for: the open issues that it says must come first, by `12`, `acme/api#12`
-- or `WEB-12`. `first` is the oldest of them, as `api 12`; what is closed blocks nothing. How one stands in a
-- project that is not read is not known, so it blocks as long as it is named: after those that are known,
-- and `is_unread` where it is the first. Where an issue does not tell what blocks it, its record of changes
-- does: what was added and not taken away since.
WITH changed AS (
    SELECT source, repo, number, name,
           last_value(coalesce(after = name, false) ORDER BY at, id)             AS is_named,
           max(at) FILTER (WHERE after = name)                                   AS at
    FROM (SELECT source, repo, number, id, at, "to" AS after, unnest(make_array("from", "to")) AS name
          FROM issue_changes
          WHERE field = 'blocked_by' AND "of" = 'issue') AS each
    WHERE name IS NOT NULL
    GROUP BY source, repo, number, name
),
named AS (
    SELECT source, repo, number, unnest(blocked_by) AS name
    FROM issues
    WHERE state = 'open' AND array_length(blocked_by) > 0
    UNION ALL
    SELECT issues.source, issues.repo, issues.number, changed.name
    FROM issues
    JOIN changed ON changed.source = issues.source AND changed.repo = issues.repo AND changed.number = issues.number
    WHERE issues.state = 'open' AND issues.blocked_by IS NULL AND changed.is_named
)
SELECT own.source, own.repo, own.number,
       first_value(CONCAT(own.at_repo, ' ', own.at_number) ORDER BY blocker.created_at NULLS LAST, own.at_number) AS first,
       array_to_string(array_sort(array_agg(DISTINCT
           CONCAT(CASE WHEN own.at_number !~ '^[0-9]+$' THEN own.at_number
                       WHEN own.at_repo = own.repo      THEN CONCAT('#', own.at_number)
                       ELSE CONCAT(own.at_repo, '#', own.at_number) END,
                  CASE WHEN blocker.number IS NULL THEN ' in a project that is not read' ELSE '' END))), ' and ') AS names,
       max(changed.at)                                                           AS at,
       bool_and(blocker.number IS NULL)                                          AS is_unread
FROM (SELECT source, repo, number, name,
             regexp_replace(name, '^.*#', '')                                    AS at_number,
             CASE WHEN strpos(name, '#') > 1 THEN regexp_replace(split_part(name, '#', 1), '^.*/', '')
                  WHEN name ~ '^[A-Za-z][A-Za-z0-9_]*-[0-9]+$' THEN regexp_replace(name, '-[0-9]+$', '')
                  ELSE repo END                                                  AS at_repo
      FROM named) AS own
LEFT JOIN (SELECT repo, number, created_at FROM issues WHERE state = 'open') AS blocker
  ON blocker.number = own.at_number AND blocker.repo = own.at_repo
LEFT JOIN (SELECT DISTINCT repo FROM issues) AS known ON known.repo = own.at_repo
LEFT JOIN changed ON changed.source = own.source AND changed.repo = own.repo
                 AND changed.number = own.number AND changed.name = own.name
WHERE blocker.number IS NOT NULL OR known.repo IS NULL
GROUP BY own.source, own.repo, own.number
