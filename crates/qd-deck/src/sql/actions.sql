SELECT id, at, by, row, verb, "to", until, reason, undoes, fingerprint, signal, subject, awaits FROM actions ORDER BY at, id
