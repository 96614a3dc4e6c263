#!/bin/sh
# Lets a real server of CalDAV be read: a weekly meeting with a moved and a cancelled instance, what is
# changed and removed between syncs, a wrong password, a connection that drops, and a calendar by its
# address alone. Only loopback; done within two minutes, and nothing is left running. Needs Debian's
# radicale, which it installs where it may; runs it as an ordinary user (nobody) where it is root itself.
set -eu
cd "$(dirname "$0")/.."
if ! command -v radicale >/dev/null; then
    if ! apt-get install -y --no-install-recommends radicale >/dev/null; then
        echo "skipped: radicale cannot be installed here" >&2
        exit 0
    fi
fi
folder=$(mktemp -d)
port=${RADICALE_PORT:-19532}
# The password stands in the test.
printf 'ada:correct horse\n' >"$folder/users"
cat >"$folder/rights" <<END
[root]
user: .+
collection:
permissions: R
[own]
user: .+
collection: {user}
permissions: RW
[calendars]
user: .+
collection: {user}/[^/]+
permissions: rw
[everybody]
user: .*
collection: ada/shown
permissions: r
END
cat >"$folder/config" <<END
[server]
hosts = 127.0.0.1:$port
[auth]
type = htpasswd
htpasswd_filename = $folder/users
htpasswd_encryption = plain
delay = 0
[rights]
type = from_file
file = $folder/rights
[storage]
filesystem_folder = $folder/data
[logging]
level = warning
END
mkdir "$folder/data"
chmod 755 "$folder"
cargo test --release --workspace --test caldav --no-run
if [ "$(id -u)" = 0 ]; then
    chown -R nobody "$folder"
    setpriv --reuid=nobody --regid="$(id -gn nobody)" --clear-groups radicale --config "$folder/config" &
else
    radicale --config "$folder/config" &
fi
started=$!
trap 'kill "$started" 2>/dev/null || true; wait "$started" 2>/dev/null || true; rm -rf "$folder"' EXIT
sleep 2
kill -0 "$started"
RADICALE="127.0.0.1:$port" timeout 120 cargo test --release --workspace --test caldav -- --ignored --nocapture --test-threads 1
