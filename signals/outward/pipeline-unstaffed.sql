-- signal: pipeline-unstaffed
-- duty: who-works-on-what
-- asks: say what would wait, whom you would hire, or that you will not take it
-- says: if {name} comes{chance}, {what}
-- price: slips
-- patience: 14d
-- minutes: 45
-- audience: line
-- needs: SELECT 1 FROM tasks JOIN projects ON projects.id = tasks.project WHERE projects.status = 'proposed' LIMIT 1
-- declare: projects that are proposed, with tasks, a deadline and a probability
-- first: what does `quarterdeck whatif "take ..."` say?
--
-- Looked at: each project that is proposed and likely enough, planned beside those that are there. It speaks where some of it cannot
-- be done by anybody, where its own date would be in doubt, and where another project would be held up.
SELECT 'project ' || projects.id           AS subject,
       projects.lead                       AS owner,
       CAST(NULL AS DATE)                  AS since,   -- it may come
       coalesce(risk.probability, 0.5)     AS probability,
       CAST(projects.value_per_day AS DOUBLE) AS value_per_day,
       CAST($delay_days_per_day AS DOUBLE) AS value_days_per_day,
       projects.value_per_day_currency     AS currency,
       projects.id                         AS project,
       projects.team                       AS team,
       coalesce(projects.name, projects.id) AS name,
       coalesce(' (' || CAST(round(risk.probability * 100) AS BIGINT) || '%)', '') AS chance,
       CASE WHEN risk.why_not IS NOT NULL THEN 'some of it cannot be planned: ' || risk.why_not
            WHEN risk.kept < coalesce(projects.confidence, 0.8)
            THEN 'its date ' || CAST(risk.deadline AS VARCHAR) || ' holds in ' || CAST(round(risk.kept * 100) AS BIGINT) || ' of 100 cases'
                 || coalesce(CASE WHEN risk.delay_days > $pipeline_delay_days
                                  THEN ', and ' || risk.delays || ' is ready ' || CAST(risk.delay_days AS BIGINT) || ' days later' END, '')
            ELSE risk.delays || ' is ready ' || CAST(risk.delay_days AS BIGINT) || ' days later' END AS what
FROM pipeline_risk AS risk
JOIN projects ON projects.id = risk.project
WHERE coalesce(risk.probability, $pipeline_probability) >= $pipeline_probability
  AND (risk.why_not IS NOT NULL
       OR coalesce(risk.kept < coalesce(projects.confidence, 0.8), false)
       OR coalesce(risk.delay_days > $pipeline_delay_days, false))
