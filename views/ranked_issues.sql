-- Issues and their priority: high or low by the tracker's own word, or by a label that says priority. Neither
-- is what is between them, and what says nothing.
SELECT source, repo, number, state, reason, closed_at, status_kind, updated_at,
       coalesce(priority, '') ~* '^(highest|critical|blocker|urgent|high|p0|p1)( |$)'
           OR coalesce(array_to_string(labels, '|'), '') ~* '(^|[|])(prio(rity)?[:/ -]*(highest|critical|urgent|high)|p0|p1|(high|critical|urgent)[ -]prio(rity)?)([|]|$)' AS is_high,
       coalesce(priority, '') ~* '^(lowest|low|trivial|minor|p3|p4|p5)( |$)'
           OR coalesce(array_to_string(labels, '|'), '') ~* '(^|[|])(prio(rity)?[:/ -]*(lowest|low)|p3|p4|p5|low[ -]prio(rity)?)([|]|$)' AS is_low
FROM issues
