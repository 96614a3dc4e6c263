SELECT row, min(at) AS first_seen FROM seen WHERE row <> '' GROUP BY row
