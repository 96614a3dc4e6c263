SELECT min(observed_at) AS first_observed FROM versions.repositories
