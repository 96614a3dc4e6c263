-- The kinds of work that a person's time is counted in, in the order they are shown in, and what they are called there.
SELECT column1 AS kind, column2 AS place, column3 AS words
FROM (VALUES
    ('one-to-one', 1, 'one-to-ones'),
    ('team',       2, 'team meetings'),
    ('large',      3, 'large meetings'),
    ('outward',    4, 'meetings outward'),
    ('alone',      5, 'kept for oneself'),
    ('review',     6, 'reviews'),
    ('code',       7, 'code'),
    ('writing',    8, 'writing')
) AS told
