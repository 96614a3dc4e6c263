-- The plan that was made: who does what, from when to when, and when it lies.
SELECT project, task, people, begins_hour, ends_hour, pauses_hours FROM schedule
