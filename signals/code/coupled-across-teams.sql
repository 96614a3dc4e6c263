-- signal: coupled-across-teams
-- duty: cross-team-dependencies
-- asks: say how the two teams work together and until when, or move the code to one of them
-- says: {team_name} and {other_name} change {pairs} together, {path_here} with {path_there} {often} in a year, and have not said how they work together
-- price: waits
-- patience: 20d
-- minutes: 45
-- audience: line
-- needs: SELECT 1 FROM couplings WHERE team <> other_team LIMIT 1
-- declare: two teams with what they own
-- first: who notices when only one half is changed?
--
-- Looked at: pairs of files of a program that belong to two teams and that at least half of the
-- commits to either one changed together in the last year, often enough to be no accident.
-- One row for two teams. Silent once either of them declares an interaction with the other that
-- has not ended: co-operation that was agreed on is no surprise, its end is another signal.
WITH pairs AS (
    SELECT least(couplings.team, couplings.other_team)    AS team,
           greatest(couplings.team, couplings.other_team) AS other,
           couplings.repo, couplings.path, couplings.other_repo, couplings.other_path,
           couplings.together, couplings.last_together
    FROM couplings
    JOIN code_files          ON code_files.source = couplings.source
                            AND code_files.repo = couplings.repo
                            AND code_files.path = couplings.path
    JOIN code_files AS others ON others.source = couplings.source
                            AND others.repo = couplings.other_repo
                            AND others.path = couplings.other_path
    WHERE couplings.team <> couplings.other_team
      AND couplings.degree >= $coupling_degree
      AND couplings.together >= $coupling_commits
      AND couplings.last_together >= current_date - $quarter_days
),
agreed AS (
    SELECT least(team, "with") AS team, greatest(team, "with") AS other
    FROM interactions
    WHERE "until" IS NULL OR "until" >= current_date
    GROUP BY least(team, "with"), greatest(team, "with")
),
joined AS (
    SELECT team, other,
           count(*)                                                                       AS pairs,
           max(together)                                                                  AS together,
           sum(together)                                                                  AS changes,
           first_value(repo || ':' || path             ORDER BY together DESC, path)      AS path,
           first_value(other_repo || ':' || other_path ORDER BY together DESC, path)      AS other_path
    FROM pairs
    GROUP BY team, other
)
SELECT joined.team || ' and ' || joined.other AS subject,
       CAST(NULL AS VARCHAR)                  AS owner,
       CAST(NULL AS DATE)                     AS since,   -- it grew
       CAST(2 AS DOUBLE)                      AS people,
       least(joined.changes / 365.0 * CAST($coupled_change_share AS DOUBLE), 0.25) AS share,
       joined.team                            AS team,
       coalesce(one.name, joined.team)        AS team_name,
       coalesce(two.name, joined.other)       AS other_name,
       CASE joined.pairs WHEN 1 THEN '1 pair of files' ELSE joined.pairs || ' pairs of files' END AS pairs,
       joined.together || ' times'            AS often,
       joined.path                            AS path_here,
       joined.other_path                      AS path_there
FROM joined
LEFT JOIN agreed       ON agreed.team = joined.team AND agreed.other = joined.other
LEFT JOIN teams AS one ON one.id = joined.team
LEFT JOIN teams AS two ON two.id = joined.other
WHERE agreed.team IS NULL
