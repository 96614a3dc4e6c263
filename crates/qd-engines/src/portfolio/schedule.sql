-- The plan that was made: who does what, from when to when.
SELECT project, task, people, begins_hour, ends_hour FROM schedule
