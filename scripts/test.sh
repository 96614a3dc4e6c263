#!/bin/sh
# Runs all tests, in the profile that users get: DataFusion is built once, for both.
set -eu
cd "$(dirname "$0")/.."

if cargo nextest --version >/dev/null 2>&1; then
    set -- cargo nextest run --release --workspace "$@"
else
    set -- cargo test --release --workspace "$@"
fi
echo "+ $*" >&2
exec "$@"
