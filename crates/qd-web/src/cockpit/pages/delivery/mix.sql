-- unit: share share
-- unit: meant share
-- unit: known share
--
-- What work went to, by month: the share of the changes whose kind is known, beside what was meant. `known` is how many are.
SELECT mix.id AS about, mix.kind, mix.month, mix.share, mix.target AS meant, mix.n AS changes, mix.place,
       CASE WHEN mix.landed > 0 THEN CAST(mix.classified AS DOUBLE) / mix.landed END AS known
FROM work_mix AS mix
WHERE mix.level = $about
ORDER BY about, place, month
