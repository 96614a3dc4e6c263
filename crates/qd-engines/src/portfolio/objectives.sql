-- What a plan is to be good at, the first first.
SELECT unnest(objectives) AS objective FROM company
