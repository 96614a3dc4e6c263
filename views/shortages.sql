-- kept: yes
--
-- Skills and people of which more is asked until a day that was promised than there is, within the next quarter: all
-- tasks that ask for it and are due by that day, against the working hours of those who have it. Whatever order they are
-- done in, so much is missing (an energetic argument: Baptiste, Le Pape and Nuijten 2001, "Constraint-based
-- scheduling"); a row a skill or person, for the day on which most is missing. What somebody owns asks for them, and
-- not for their skill.
WITH due AS (
    SELECT schedule.project, schedule.task, schedule.hours, tasks.owner,
           least(coalesce(tasks.deadline, projects.deadline), coalesce(projects.deadline, tasks.deadline)) AS day
    FROM schedule
    JOIN tasks    ON tasks.project = schedule.project AND tasks.id = schedule.task
    JOIN projects ON projects.id = schedule.project
    WHERE array_length(schedule.people) > 0
),
asked AS (
    SELECT 'person' AS kind, due.owner AS id, due.day, due.project, due.hours FROM due
    JOIN people ON people.id = due.owner
    UNION ALL
    SELECT 'skill', asked.skill, due.day, due.project, due.hours * asked.people FROM due
    JOIN task_skills AS asked ON asked.project = due.project AND asked.task = due.task
    LEFT JOIN people ON people.id = due.owner
    WHERE people.id IS NULL
),
days AS (
    SELECT DISTINCT kind, id, day FROM asked WHERE day BETWEEN current_date AND current_date + $shortage_days
),
wanted AS (
    SELECT days.kind, days.id, days.day, sum(asked.hours) AS hours,
           array_sort(array_agg(DISTINCT asked.project)) AS projects
    FROM days
    JOIN asked ON asked.kind = days.kind AND asked.id = days.id AND asked.day <= days.day
    GROUP BY days.kind, days.id, days.day
),
hands AS (
    SELECT 'person' AS kind, id, id AS person FROM people
    UNION ALL
    SELECT 'skill' AS kind, skill AS id, person FROM person_skills
),
there AS (
    -- A week counts by its days until then.
    SELECT days.kind, days.id, days.day, sum(load.there * least(1, (days.day - load.week + 1) / 5.0)) AS hours
    FROM days
    JOIN hands ON hands.kind = days.kind AND hands.id = days.id
    JOIN load  ON load.person = hands.person AND load.week <= days.day
    GROUP BY days.kind, days.id, days.day
)
SELECT kind, id, day, projects, asked_days, there_days, asked_days - there_days AS short_days
FROM (SELECT wanted.kind, wanted.id, wanted.day, wanted.projects,
             wanted.hours / 8 AS asked_days, coalesce(there.hours, 0) / 8 AS there_days,
             row_number() OVER (PARTITION BY wanted.kind, wanted.id
                                ORDER BY coalesce(there.hours, 0) - wanted.hours, wanted.day) AS place
      FROM wanted
      LEFT JOIN there ON there.kind = wanted.kind AND there.id = wanted.id AND there.day = wanted.day) AS held
WHERE place = 1 AND asked_days > there_days
