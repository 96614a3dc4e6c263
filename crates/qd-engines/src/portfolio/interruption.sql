-- What it takes to get back into a task that was put down for another one, in working days.
SELECT interruption_cost AS cost FROM company
