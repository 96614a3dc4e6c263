-- kept: yes
--
-- The deployments of each service in the order in which they ended (`place`, from 1): once for all of them
-- (lane `*`), and once for each environment to which the service is deployed. One that nobody knows the
-- environment of stands in every lane of its service.
WITH lanes AS (
    SELECT DISTINCT service, unnest(make_array('*', nullif(target, ''))) AS lane FROM deployments
)
SELECT made.service, lanes.lane, made.source, made.repo, made.id, made.status, made.started_at, made.finished_at,
       row_number() OVER (PARTITION BY made.service, lanes.lane
                          ORDER BY made.finished_at, made.source, made.repo, made.id) AS place
FROM deployments AS made
JOIN lanes ON lanes.service = made.service
WHERE lanes.lane IS NOT NULL AND (lanes.lane = '*' OR made.target IN (lanes.lane, ''))
