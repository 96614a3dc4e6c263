-- signal: goal-in-doubt
-- duty: goals
-- asks: change the plan or the goal, and tell whoever counts on it
-- says: "{title}" {trouble}
-- price: slips
-- patience: 5d
-- minutes: 30
-- audience: line
-- needs: SELECT 1 FROM goals LIMIT 1
-- declare: goals with `confidence` and `due`, or with `confirm`
-- first: who counts on it and does not know yet?
--
-- Looked at: goals whose own query contradicts them, whose day to be looked at again has come, or
-- that are due within a quarter while their owner gives them less than an even chance.
WITH judged AS (
    SELECT id, state, since, detail FROM confirmations WHERE kind = 'goal' AND state IN ('violated', 'due')
)
SELECT 'goal ' || goals.id                    AS subject,
       people.id                              AS owner,
       coalesce(judged.since, goals.asserted) AS since,
       1 - coalesce(goals.confidence, 0.5)    AS probability,
       CAST(NULL AS DOUBLE)                   AS value_per_day,
       CAST($goal_days_per_day AS DOUBLE)    AS value_days_per_day,
       goals.due                              AS deadline,
       teams.id                               AS team,
       coalesce(goals.title, goals.id)        AS title,
       CASE judged.state
            WHEN 'violated' THEN 'does not hold: ' || coalesce(judged.detail, 'its own query says so')
            WHEN 'due'      THEN 'was to be looked at again' || coalesce(' on ' || judged.since, '')
            ELSE 'is due on ' || goals.due || ', and its owner gives it ' || CAST(CAST(round(goals.confidence * 100) AS BIGINT) AS VARCHAR) || '%'
       END                                    AS trouble
FROM goals
LEFT JOIN judged ON judged.id = goals.id
LEFT JOIN people ON people.id = goals.owner
LEFT JOIN teams  ON teams.id = goals.owner AND people.id IS NULL
WHERE judged.id IS NOT NULL
   OR (goals.confidence < 0.5 AND goals.due BETWEEN current_date AND current_date + $quarter_days)
