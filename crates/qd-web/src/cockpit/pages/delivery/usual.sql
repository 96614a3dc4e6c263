-- What is usual for each figure (its own weeks before, by limits of natural process), and whether the newest week has left it. Hours for
-- times, shares for rates.
WITH newest AS (
    SELECT limits.*, row_number() OVER (PARTITION BY id, metric ORDER BY starts DESC) AS place
    FROM delivery_limits AS limits
    WHERE level = $about AND value IS NOT NULL AND lower IS NOT NULL AND starts >= current_date - 190
)
SELECT newest.id AS about, newest.metric AS figure, replace(newest.metric, '_', ' ') AS figure_name, newest.starts AS week, newest.value, newest.usual, newest.lower, newest.upper, newest.has_left
FROM newest
WHERE newest.place = 1
ORDER BY about, figure
