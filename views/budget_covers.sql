-- What each line of the budget is for, one pattern a row. Where a cost fits several lines, the least `place` counts:
-- a project says more than a vendor, a vendor more than a service, a team or an account. `likeness` is the pattern for
-- LIKE, and `below` that of what stands below it, as `Expenses:Cloud:Storage` stands below `Expenses:Cloud`.
SELECT line, kind, what, place, "from", "to",
       replace(replace(pattern, '_', '\_'), '*', '%')                 AS likeness,
       concat(replace(replace(pattern, '_', '\_'), '*', '%'), ':%')   AS below
FROM (
    SELECT id AS line, kind, 'project' AS what, 1 AS place, lower(pattern) AS pattern, "from", "to"
    FROM (SELECT id, kind, "from", "to", unnest(projects) AS pattern FROM budget) AS own
    UNION ALL
    SELECT id, kind, 'vendor', 2, lower(pattern) AS pattern, "from", "to"
    FROM (SELECT id, kind, "from", "to", unnest(vendors) AS pattern FROM budget) AS own
    UNION ALL
    SELECT id, kind, 'service', 3, lower(pattern) AS pattern, "from", "to"
    FROM (SELECT id, kind, "from", "to", unnest(services) AS pattern FROM budget) AS own
    UNION ALL
    SELECT id, kind, 'team', 4, lower(pattern) AS pattern, "from", "to"
    FROM (SELECT id, kind, "from", "to", unnest(teams) AS pattern FROM budget) AS own
    UNION ALL
    SELECT id, kind, 'account', 5, lower(pattern) AS pattern, "from", "to"
    FROM (SELECT id, kind, "from", "to", unnest(accounts) AS pattern FROM budget) AS own
    -- Payroll that no books tell, and bills of clouds, fall to the line of that kind that names nothing else.
    UNION ALL
    SELECT id, kind, 'kind', 6, kind AS pattern, "from", "to"
    FROM budget
    WHERE kind IN ('payroll', 'cloud')
) AS every
