SELECT id, status = 'acknowledged' FROM incidents WHERE source = '{source}' AND status <> 'resolved'
