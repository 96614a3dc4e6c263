SELECT DISTINCT repo, number FROM versions.change_requests WHERE source = '{source}'
