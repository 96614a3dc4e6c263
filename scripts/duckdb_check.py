#!/usr/bin/env python3
"""Whether DuckDB finds in a lake what Quarterdeck finds in it, row by row.

The facts are a DuckLake, so that nobody needs Quarterdeck to read them. DuckDB's own
`ducklake` extension is the judge of that: it attaches the catalog, and each stored table
is compared with what `quarterdeck sql` answers. Statistics of the catalog decide which
files DuckDB opens, so it is asked for the least and the greatest of each column too.

    python scripts/duckdb_check.py COMPANY [--facts FOLDER] [--quarterdeck PROGRAM]

Exits with 1 where anything differs. Without DuckDB or its extensions nothing is compared,
which is said, and is no failure. `pip install duckdb pytz duckdb-extension-ducklake
duckdb-extension-sqlite-scanner` brings them.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

# So many of the snapshots are read, evenly spread.
SNAPSHOTS = 20


def quoted(name):
    """A name or text as SQL writes a text."""
    return "'" + str(name).replace("'", "''") + "'"


def connection():
    """DuckDB with what it needs to read a DuckLake; leaves where that is missing."""
    try:
        import duckdb
        import pytz  # noqa: F401 (DuckDB hands out times with it)

        db = duckdb.connect()
        for extension in ("ducklake", "sqlite_scanner"):
            try:
                from duckdb_extensions import import_extension

                import_extension(extension)
            except ImportError:
                pass  # It may be installed in DuckDB's own folder.
            db.execute(f"LOAD {extension}")
    except Exception as error:  # An extension of another version fails in many ways.
        print(f"skipped: {str(error).splitlines()[0]}")
        sys.exit(0)
    db.execute("SET TimeZone = 'UTC'")
    return db


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("company", help="a company's folder, or a repository")
    parser.add_argument("--facts", help="folder of catalog.sqlite [default: COMPANY/.quarterdeck]")
    parser.add_argument("--quarterdeck", default="target/release/quarterdeck", help="the program")
    arguments = parser.parse_args()
    db = connection()
    facts = arguments.facts or pathlib.Path(arguments.company, ".quarterdeck")
    facts = pathlib.Path(facts).resolve()

    def ask(query, form):
        command = [arguments.quarterdeck, "--quiet", "--company", arguments.company, "sql", query]
        command += ["--format", form, "--rows", "1000000000", "--timeout", "600"]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout

    # The catalog calls its folder `data/`, so that a lake may be moved.
    db.execute(
        f"ATTACH {quoted(f'ducklake:sqlite:{facts}/catalog.sqlite')} AS lake "
        f"(DATA_PATH {quoted(f'{facts}/data/')}, OVERRIDE_DATA_PATH true, READ_ONLY)"
    )
    differences = 0
    tables = "SELECT table_name, key FROM meta.tables WHERE kind IN ('event', 'state') ORDER BY 1"
    for table in json.loads(ask(tables, "json")):
        name = table["table_name"]
        with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
            file.write(ask(f"SELECT * FROM versions.{name}", "parquet"))
            file.flush()
            ours, theirs = f"read_parquet({quoted(file.name)})", f"lake.{name}"
            columns = db.execute(f"DESCRIBE SELECT * FROM {ours}").fetchall()
            both = [ours, theirs]
            # By name, since a column that came later stands last in one of them.
            listed = ", ".join(f'"{column[0]}"' for column in columns)
            lone = [
                db.execute(
                    f"SELECT count(*) FROM (SELECT {listed} FROM {one} "
                    f"EXCEPT ALL SELECT {listed} FROM {other})"
                ).fetchone()[0]
                for one, other in (both, both[::-1])
            ]
            keys = ", ".join(f'"{column}"' for column in table["key"])
            tallies, unlike = [], []
            for source in both:
                distinct = f"SELECT count(*) FROM (SELECT DISTINCT {keys} FROM {source})"
                tally = f"SELECT count(*), ({distinct}) FROM {source}"
                tallies.append(db.execute(tally).fetchone())
            span = ""
            for column, kind, *_ in columns:
                ends = f'SELECT min("{column}"), max("{column}") FROM '
                least, greatest = db.execute(ends + ours).fetchone()
                if kind.startswith("TIMESTAMP") and least is not None and not span:
                    span = f"{column} {least:%F %T} .. {greatest:%F %T}"
                if "[]" in kind:
                    continue
                for value in (least, greatest):
                    # Spelled out: what is prepared is not used to leave files unread.
                    where = f'WHERE "{column}" = {quoted(value)}::{kind}'
                    if value is None:
                        where = f'WHERE "{column}" IS NOT NULL'
                    found = [
                        db.execute(f"SELECT count(*) FROM {source} {where}").fetchone()[0]
                        for source in both
                    ]
                    if found[0] != found[1]:
                        unlike.append(f"{where}: {found[0]} rows, DuckDB {found[1]}")
        is_same = lone == [0, 0] and tallies[0] == tallies[1] and not unlike
        differences += not is_same
        rows, unique = tallies[1]
        verdict = "same" if is_same else "DIFFERS"
        print(f"{verdict:8}{name:20}{rows:>9} rows {unique:>9} keys  {span}".rstrip())
        if not is_same:
            print(f"        {lone[0]} rows are Quarterdeck's alone, {lone[1]} DuckDB's alone")
            print(f"        rows and keys: {tallies[0]}, DuckDB {tallies[1]}")
            for difference in unlike:
                print(f"        {difference}")
    # Snapshots that are kept can be read, and facts are only ever added.
    listing = "SELECT snapshot_id FROM ducklake_snapshots('lake') ORDER BY 1"
    snapshots = [snapshot for (snapshot,) in db.execute(listing).fetchall()]
    catalog = "__ducklake_metadata_lake"
    began = db.execute(
        "SELECT t.table_name, t.begin_snapshot, c.column_name "
        f"FROM {catalog}.ducklake_table AS t "
        f"JOIN {catalog}.ducklake_column AS c ON c.table_id = t.table_id AND c.column_id = 1"
    ).fetchall()
    before = {}
    for snapshot in snapshots[:: max(1, len(snapshots) // SNAPSHOTS)] + snapshots[-1:]:
        for name, begin, column in began:
            if begin > snapshot:
                continue
            count = f'SELECT count("{column}") FROM lake.{name} AT (VERSION => {snapshot})'
            rows = db.execute(count).fetchone()[0]
            if rows < before.get(name, 0):
                differences += 1
                print(f"DIFFERS {name:20}{rows:>9} rows at snapshot {snapshot}, was {before[name]}")
            before[name] = rows
    print(f"{len(snapshots)} snapshots, {differences} differences")
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
