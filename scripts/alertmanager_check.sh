#!/bin/sh
# Lets a real Alertmanager fire, silence and resolve an alert, and holds what it posts and answers
# against what the source `alertmanager` makes of it. Only loopback; done within two minutes, and
# nothing is left running. Needs Debian's prometheus-alertmanager, which it installs where it may.
set -eu
cd "$(dirname "$0")/.."
if ! command -v prometheus-alertmanager >/dev/null; then
    if ! apt-get install -y --no-install-recommends prometheus-alertmanager >/dev/null; then
        echo "skipped: prometheus-alertmanager cannot be installed here" >&2
        exit 0
    fi
fi
folder=$(mktemp -d)
port=${ALERTMANAGER_PORT:-19093}
receiver=${RECEIVER_PORT:-19094}
cat >"$folder/alertmanager.yml" <<END
route: { receiver: test, group_wait: 0s, group_interval: 1s, repeat_interval: 1h }
receivers: [{ name: test, webhook_configs: [{ url: "http://127.0.0.1:$receiver/", send_resolved: true }] }]
END
cargo test --release --workspace --test alertmanager --no-run
prometheus-alertmanager --config.file="$folder/alertmanager.yml" --storage.path="$folder/data" \
    --web.listen-address="127.0.0.1:$port" --cluster.listen-address= --log.level=error &
started=$!
trap 'kill "$started" 2>/dev/null || true; wait "$started" 2>/dev/null || true; rm -rf "$folder"' EXIT
sleep 2
ALERTMANAGER="127.0.0.1:$port" RECEIVER="127.0.0.1:$receiver" timeout 120 \
    cargo test --release --workspace --test alertmanager -- --ignored
