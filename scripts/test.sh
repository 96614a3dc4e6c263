#!/bin/sh
# Runs all tests, in the profile that users get: DataFusion is built once, for both.
set -eu
cd "$(dirname "$0")/.."

# What tests hold the connectors against. Where npm or the network is not to be had, those tests say
# that they are skipped; where `CI` is set, they fail.
if command -v npm >/dev/null 2>&1; then
    sh scripts/fixtures.sh >&2 || echo "some fixtures could not be fetched" >&2
fi

if cargo nextest --version >/dev/null 2>&1; then
    set -- cargo nextest run --release --workspace "$@"
else
    set -- cargo test --release --workspace "$@"
fi
echo "+ $*" >&2
exec "$@"
