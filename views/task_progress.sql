-- kept: yes
--
-- What was seen of each task of a project: of the issues and change requests that it names in `issues`, and
-- of change requests whose branch or title names it (`atlas/build`). It is done where its file says so, or
-- where all that it names is over; `done_share` is known where it names several. `spent_days` is what people
-- wrote down for the task or its issues (`time_entries`), else what trackers have booked on its issues, or else the working days since
-- it began; `booked_days` is the same without the last.
WITH named AS (
    SELECT project, task, name,
           regexp_replace(name, '^.*#', '')                                    AS number,
           CASE WHEN strpos(name, '#') > 1 THEN regexp_replace(split_part(name, '#', 1), '^.*/', '')
                ELSE regexp_replace(name, '-[0-9]+$', '') END                  AS repo
    FROM (SELECT DISTINCT project, id AS task, unnest(issues) AS name FROM tasks) AS listed
),
items AS (
    SELECT repo, number,
           state = 'closed'                                                    AS is_over,
           CASE WHEN state = 'closed' OR status_kind IN ('in_progress', 'done') THEN coalesce(closed_at, updated_at, created_at) END AS began,
           coalesce(closed_at, updated_at, created_at)                         AS last,
           spent_days
    FROM issues
    UNION ALL
    SELECT repo, number, state <> 'open', created_at, coalesce(merged_at, updated_at, created_at), CAST(NULL AS DOUBLE)
    FROM change_requests
),
of_names AS (
    SELECT named.project, named.task,
           count(*)                                                            AS names,
           count(*) FILTER (WHERE items.is_over)                               AS over,
           min(items.began)                                                    AS began,
           max(items.last) FILTER (WHERE items.began IS NOT NULL)              AS last,
           sum(items.spent_days)                                               AS spent_days
    FROM named
    LEFT JOIN items ON items.repo = named.repo AND items.number = named.number
    GROUP BY named.project, named.task
),
-- Hours that name the task, and those that name one of its issues, each once.
of_hours AS (
    SELECT project, task, sum(hours) / $hours_per_day AS days, min(day) AS began, max(day) AS last
    FROM (SELECT DISTINCT tasks.project, tasks.id AS task, entries.source, entries.id, entries.hours, entries.day
          FROM time_entries AS entries
          JOIN tasks ON lower(tasks.project) = lower(entries.project) AND lower(tasks.id) = lower(entries.task)
          UNION
          SELECT DISTINCT named.project, named.task, entries.source, entries.id, entries.hours, entries.day
          FROM time_entries AS entries
          JOIN named ON lower(named.name) = lower(entries.issue)
                     OR (lower(entries.issue) = lower(concat(named.repo, '#', named.number)) AND strpos(named.name, '#') > 1)) AS written
    GROUP BY project, task
),
-- Requests that name something of a project: few of all, so that each is looked at for every task of its project alone.
of_projects AS (
    SELECT whose.project, requests.words, requests.created_at, requests.last
    FROM (SELECT DISTINCT project, lower(concat(project, '/')) AS word FROM tasks) AS whose
    JOIN (SELECT lower(concat(coalesce(head_branch, ''), ' ', title)) AS words, created_at,
                 coalesce(merged_at, updated_at, created_at) AS last
          FROM change_requests
          WHERE state <> 'closed') AS requests
      ON strpos(requests.words, whose.word) > 0
),
of_branches AS (
    SELECT tasks.project, tasks.id AS task, min(requests.created_at) AS began, max(requests.last) AS last
    FROM tasks
    JOIN of_projects AS requests ON requests.project = tasks.project
                                AND strpos(requests.words, lower(concat(tasks.project, '/', tasks.id))) > 0
    GROUP BY tasks.project, tasks.id
)
SELECT tasks.project,
       tasks.id                                                                AS task,
       coalesce(tasks.done, false) OR coalesce(of_names.over = of_names.names, false) AS is_done,
       least(CAST(least(of_names.began, of_branches.began) AS DATE), of_hours.began)  AS began,
       greatest(CAST(greatest(of_names.last, of_branches.last) AS DATE), of_hours.last) AS last,
       CASE WHEN of_names.names > 1 THEN CAST(of_names.over AS DOUBLE) / of_names.names END AS done_share,
       coalesce(of_hours.days, of_names.spent_days,
                (current_date - CAST(least(of_names.began, of_branches.began) AS DATE)) * 5.0 / 7) AS spent_days,
       coalesce(of_hours.days, of_names.spent_days)                            AS booked_days
FROM tasks
LEFT JOIN of_names    ON of_names.project = tasks.project    AND of_names.task = tasks.id
LEFT JOIN of_branches ON of_branches.project = tasks.project AND of_branches.task = tasks.id
LEFT JOIN of_hours    ON of_hours.project = tasks.project    AND of_hours.task = tasks.id
