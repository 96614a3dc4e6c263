-- Projects that are worked on, and what was promised of them.
SELECT id, deadline FROM projects WHERE coalesce(status, 'active') = 'active' ORDER BY id
