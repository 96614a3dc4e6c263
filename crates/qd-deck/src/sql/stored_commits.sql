SELECT sha FROM versions.commits WHERE source = '{source}' AND repo = '{repo}'
