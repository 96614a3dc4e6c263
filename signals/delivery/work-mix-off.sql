-- signal: work-mix-off
-- duty: work-mix
-- asks: say which it is: another target, or work that is not begun or not stopped
-- says: {kind} was {share_now} and {share_before} of the work of {whose} in the last two months; {target} was meant
-- price: waits
-- patience: 10d
-- minutes: 20
-- audience: line
-- needs: SELECT 1 FROM work_kinds WHERE target IS NOT NULL LIMIT 1
-- declare: kinds of work with the share that each should have (`work_kinds.toml`)
-- first: was there a decision, or did it come about?
--
-- Looked at: the last two full months of the company and of each team, where enough changes are of a known
-- kind. Off is a kind whose share lay on the same side of its target in both months, by more than a
-- tenth of all work. Of a team's kinds only the one that is furthest off is told.
WITH months AS (
    SELECT mix.level, mix.id, mix.kind, mix.target, mix.month, mix.share, mix.share - mix.target AS off
    FROM work_mix AS mix
    WHERE mix.target IS NOT NULL
      AND mix.month >= CAST(date_trunc('month', current_date) - INTERVAL '2 months' AS DATE)
      AND mix.is_complete
      AND mix.classified >= $mix_changes
      AND mix.classified >= mix.landed * $mix_classified
),
both AS (
    SELECT level, id, kind, target,
           first_value(share ORDER BY month DESC) AS newest,
           first_value(share ORDER BY month)      AS before,
           max(month)                             AS month,
           min(abs(off))                          AS off
    FROM months
    GROUP BY level, id, kind, target
    HAVING count(*) = 2 AND (min(off) > $mix_tolerance OR max(off) < -$mix_tolerance)
),
furthest AS (
    SELECT both.*, row_number() OVER (PARTITION BY level, id ORDER BY off DESC, kind) AS place FROM both
)
SELECT level || ' ' || id                                                       AS subject,
       CAST(NULL AS VARCHAR)                                                    AS owner,
       month                                                                    AS since,
       CAST(1 AS DOUBLE)                                                        AS people,
       off * CAST($mix_share AS DOUBLE)                                         AS share,
       CASE level WHEN 'team' THEN id END                                       AS team,
       CASE level WHEN 'team' THEN id ELSE 'the company' END                    AS whose,
       kind                                                                     AS kind,
       CAST(round(100 * newest) AS BIGINT) || '%'                               AS share_now,
       CAST(round(100 * before) AS BIGINT) || '%'                               AS share_before,
       CAST(round(100 * target) AS BIGINT) || '%'                               AS target
FROM furthest
WHERE place = 1
