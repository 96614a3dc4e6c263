-- The lines of estimates in the order in which they were written down, what a day of each is sold for, and what it costs:
-- on the mean of those who have the skill, of those who are named if any are; the company's day rate where theirs is not
-- known. Another currency than the company's is unknown.
WITH own AS (
    SELECT max(currency) AS currency, CAST(max(day_rate) AS DOUBLE) AS day_rate, max(day_rate_currency) AS day_rate_currency
    FROM company
),
card AS (
    SELECT "of", lower(skill) AS skill, CAST(rate AS DOUBLE) AS rate, rate_currency FROM estimate_rates
    UNION ALL
    SELECT NULL, lower(id), CAST(rate AS DOUBLE), rate_currency FROM rate_card
),
sold AS (
    SELECT card."of", card.skill, max(card.rate) AS rate
    FROM card JOIN own ON coalesce(card.rate_currency, own.currency) IS NOT DISTINCT FROM own.currency
    GROUP BY card."of", card.skill
),
named AS (SELECT id AS "of", unnest(people) AS person FROM estimates),
paid AS (
    SELECT people.id AS person, CAST(people.rate AS DOUBLE) AS rate
    FROM people JOIN own ON coalesce(people.rate_currency, own.currency) IS NOT DISTINCT FROM own.currency
    WHERE people.rate IS NOT NULL AND NOT coalesce(people.is_bot, false) AND people."left" IS NULL
),
asked AS (SELECT "of", id, kind, skill FROM estimate_skills),
costs AS (
    SELECT asked."of", asked.id, asked.kind, avg(paid.rate) AS rate
    FROM asked
    JOIN (SELECT "of", count(*) AS people FROM named GROUP BY "of") AS crew ON crew."of" = asked."of"
    JOIN named ON named."of" = asked."of"
    JOIN paid  ON paid.person = named.person
    LEFT JOIN person_skills AS has ON has.person = paid.person AND has.skill = asked.skill
    WHERE asked.skill IS NULL OR has.person IS NOT NULL
    GROUP BY asked."of", asked.id, asked.kind
    UNION ALL
    SELECT asked."of", asked.id, asked.kind, avg(paid.rate)
    FROM asked
    LEFT JOIN (SELECT DISTINCT "of" FROM named) AS crew ON crew."of" = asked."of"
    CROSS JOIN paid
    LEFT JOIN person_skills AS has ON has.person = paid.person AND has.skill = asked.skill
    WHERE crew."of" IS NULL AND (asked.skill IS NULL OR has.person IS NOT NULL)
    GROUP BY asked."of", asked.id, asked.kind
),
said AS (
    SELECT "of", id, coalesce(title, id) AS title, category, skill, coalesce(optional, false) AS is_optional,
           estimate_low AS low, estimate_likely AS likely, estimate_high AS high,
           CAST(NULL AS DOUBLE) AS probability, CAST(0 AS DOUBLE) AS money, 'line' AS kind, "line"
    FROM estimate_lines
    UNION ALL
    SELECT "of", id, coalesce(title, id), CAST(NULL AS VARCHAR), skill, false,
           estimate_low, estimate_likely, estimate_high, probability,
           CASE WHEN cost IS NULL THEN 0
                WHEN coalesce(cost_currency, own.currency) IS NOT DISTINCT FROM own.currency THEN CAST(cost AS DOUBLE) END,
           'risk', "line"
    FROM estimate_risks CROSS JOIN own
)
SELECT said."of", said.id, said.title, said.category, said.skill, said.is_optional, said.low, said.likely, said.high,
       said.probability, said.money, said.kind,
       coalesce(mine.rate, mine_any.rate, ours.rate, ours_any.rate)                     AS sold,
       coalesce(costs.rate,
                CASE WHEN coalesce(own.day_rate_currency, own.currency) IS NOT DISTINCT FROM own.currency THEN own.day_rate END) AS cost
FROM said
JOIN asked ON asked."of" = said."of" AND asked.id = said.id AND asked.kind = said.kind
CROSS JOIN own
LEFT JOIN sold AS mine     ON mine."of" = said."of" AND mine.skill = asked.skill
LEFT JOIN sold AS mine_any ON mine_any."of" = said."of" AND mine_any.skill = 'any'
LEFT JOIN sold AS ours     ON ours."of" IS NULL AND ours.skill = asked.skill
LEFT JOIN sold AS ours_any ON ours_any."of" IS NULL AND ours_any.skill = 'any'
LEFT JOIN costs ON costs."of" = said."of" AND costs.id = said.id AND costs.kind = said.kind
ORDER BY said."of", said."line", said.id
