-- kept: yes
--
-- What each project that runs cost so far and is to cost yet, in the company's currency: costs that books or bills give it, hours that were
-- written down for it at the rate of whoever wrote them, and the days of work that the plan has left of it. Unknown where a part of it
-- is: a person without a rate, a currency without one. `margin` is what of its value is left at its end, `target` what should be.
WITH rates_of AS (
    SELECT people.id AS person,
           CAST(coalesce(people.rate, company.day_rate) AS DOUBLE) * CAST(exchange.value AS DOUBLE) AS rate
    FROM people
    CROSS JOIN company
    LEFT JOIN exchange ON exchange.currency = coalesce(CASE WHEN people.rate IS NOT NULL THEN people.rate_currency ELSE company.day_rate_currency END, '')
                      AND current_date >= exchange.first_day AND current_date < exchange.next_day
),
usual AS (
    SELECT CAST(company.day_rate AS DOUBLE) * CAST(exchange.value AS DOUBLE) AS rate
    FROM company
    LEFT JOIN exchange ON exchange.currency = coalesce(company.day_rate_currency, '')
                      AND current_date >= exchange.first_day AND current_date < exchange.next_day
),
worked AS (
    SELECT lower(entries.project) AS project,
           sum(entries.hours) / $hours_per_day                                                          AS days,
           sum(entries.hours / $hours_per_day * coalesce(rates_of.rate, usual.rate))                     AS cost,
           count(*) FILTER (WHERE coalesce(rates_of.rate, usual.rate) IS NULL)                           AS unknown,
           max(entries.day)                                                                             AS last_day
    FROM time_entries AS entries
    CROSS JOIN usual
    LEFT JOIN declared_logins AS who ON who.login = lower(entries.person)
    LEFT JOIN rates_of ON rates_of.person = who.person
    WHERE entries.day <= current_date
    GROUP BY lower(entries.project)
),
paid AS (
    SELECT lower(project) AS project, sum(CAST(amount AS DOUBLE)) AS cost, count(*) FILTER (WHERE amount IS NULL) AS unknown
    FROM spending
    WHERE project IS NOT NULL AND day <= current_date
    GROUP BY lower(project)
),
left_over AS (
    SELECT shares.project, sum(shares.part) AS days,
           sum(shares.part * coalesce(rates_of.rate, usual.rate)) AS cost,
           count(*) FILTER (WHERE coalesce(rates_of.rate, usual.rate) IS NULL) AS unknown
    FROM (SELECT project, days / greatest(coalesce(array_length(people), 0), 1) AS part, unnest(CASE WHEN coalesce(array_length(people), 0) = 0 THEN make_array('') ELSE people END) AS person
          FROM schedule) AS shares
    CROSS JOIN usual
    LEFT JOIN rates_of ON rates_of.person = shares.person
    GROUP BY shares.project
)
SELECT projects.id AS project,
       coalesce(projects.name, projects.id) AS name,
       projects.lead,
       worked.days,
       CASE WHEN coalesce(worked.unknown, 0) + coalesce(paid.unknown, 0) = 0 AND (worked.project IS NOT NULL OR paid.project IS NOT NULL)
            THEN coalesce(worked.cost, 0) + coalesce(paid.cost, 0) END                                 AS spent,
       CASE WHEN left_over.unknown = 0 THEN left_over.cost END                                         AS to_come,
       CAST(projects.value AS DOUBLE) * CAST(exchange.value AS DOUBLE)                                 AS value,
       CASE WHEN coalesce(worked.unknown, 0) + coalesce(paid.unknown, 0) + coalesce(left_over.unknown, 0) = 0 AND worked.project IS NOT NULL AND left_over.project IS NOT NULL
            THEN 1 - (coalesce(worked.cost, 0) + coalesce(paid.cost, 0) + left_over.cost)
                     / nullif(CAST(projects.value AS DOUBLE) * CAST(exchange.value AS DOUBLE), 0) END   AS margin,
       coalesce(projects.margin, company.margin)                                                       AS target,
       worked.last_day
FROM projects
CROSS JOIN company
LEFT JOIN worked    ON worked.project = lower(projects.id)
LEFT JOIN paid      ON paid.project = lower(projects.id)
LEFT JOIN left_over ON left_over.project = projects.id
LEFT JOIN exchange  ON exchange.currency = coalesce(projects.value_currency, '')
                   AND current_date >= exchange.first_day AND current_date < exchange.next_day
WHERE coalesce(projects.status, 'active') IN ('active', 'paused')
