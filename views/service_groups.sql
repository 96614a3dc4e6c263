-- kept: yes
--
-- How services are put together: each by itself, by the team that answers for them, by the projects
-- whose code lies where theirs does, and all of the company. One row for each service of a group.
--
-- A service's team is its owner, or the team its owner is a member of; without an owner, the team that
-- owns the code around it. A repository that no service
-- claims is a service of its own name, and of the team that owns all of it. A project delivers
-- through the services it shares a place with: the same repository, and one path within the other.
WITH members AS (
    SELECT own.person, min(own.id) AS team
    FROM (SELECT id, unnest(members) AS person FROM teams WHERE "until" IS NULL OR "until" >= current_date) AS own
    GROUP BY own.person
),
around AS (
    SELECT here.id AS service, min(owned.id) AS team
    FROM areas AS here
    JOIN areas AS owned ON owned.kind = 'team'
                       AND owned.repo = here.repo
                       AND (owned.path_like = '%' OR here.path_like LIKE owned.path_like)
    WHERE here.kind = 'service'
    GROUP BY here.id
),
declared AS (
    SELECT services.id AS service, coalesce(teams.id, members.team, around.team) AS team
    FROM services
    LEFT JOIN teams   ON teams.id = services.owner
    LEFT JOIN members ON members.person = services.owner AND teams.id IS NULL
    LEFT JOIN around  ON around.service = services.id AND services.owner IS NULL
),
claimed AS (
    SELECT repo FROM service_places GROUP BY repo
),
repos AS (
    SELECT owned.repo AS service, min(owned.id) AS team
    FROM areas AS owned
    LEFT JOIN claimed ON claimed.repo = owned.repo
    WHERE owned.kind = 'team' AND owned.path_like = '%' AND claimed.repo IS NULL
    GROUP BY owned.repo
),
teamed AS (
    SELECT service, team FROM declared WHERE team IS NOT NULL
    UNION ALL
    SELECT service, team FROM repos
),
shared AS (
    SELECT DISTINCT projects.id AS project, coalesce(here.id, projects.repo) AS service
    FROM areas AS projects
    LEFT JOIN areas AS here ON here.kind = 'service'
                           AND here.repo = projects.repo
                           AND (here.path_like = '%' OR projects.path_like = '%'
                                OR here.path_like LIKE projects.path_like OR projects.path_like LIKE here.path_like)
    LEFT JOIN claimed ON claimed.repo = projects.repo
    WHERE projects.kind = 'project' AND (here.id IS NOT NULL OR claimed.repo IS NULL)
),
made AS (
    SELECT service FROM deployments GROUP BY service
    UNION
    SELECT id FROM services WHERE lifecycle IS NULL OR lifecycle <> 'retired'
)
SELECT 'service' AS level, service AS id, service FROM made
UNION ALL
SELECT 'team', team, service FROM teamed
UNION ALL
SELECT 'project', project, service FROM shared
UNION ALL
SELECT 'company', coalesce((SELECT max(nullif(name, '')) FROM company), 'company'), service FROM made
