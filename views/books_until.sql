-- kept: yes
--
-- The first day of which the books say nothing yet: the month of their newest entry counts as told once that entry
-- stands in its last week. Without books it is the month of today, for what is assumed.
SELECT least(CAST(date_trunc('month', current_date) AS DATE),
             coalesce(CAST(date_trunc('month', max(day) + 7) AS DATE), CAST(date_trunc('month', current_date) AS DATE))) AS day,
       max(day) AS newest
FROM (SELECT day FROM ledger_entries WHERE day <= current_date
      UNION ALL
      SELECT day FROM cloud_costs WHERE day <= current_date) AS told
