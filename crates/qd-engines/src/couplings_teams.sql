-- What each team owns, a row for each place.
SELECT id AS team, unnest(owns) AS place
FROM teams
WHERE "until" IS NULL OR "until" >= current_date
