SELECT max(at) AS at FROM seen WHERE row = '' AND by = '{person}'
