#!/bin/sh
# Looks at the cockpit with a real browser: every page of two made-up companies opens without a complaint of
# the browser or of axe-core (WCAG 2.2 AA), the brief is worked by keys, texts are edited. Only loopback; done
# within two minutes, and nothing is left running. Needs node, npm and Debian's chromium, which it installs where it
# may; where it cannot, it says that it is skipped, or fails where CI is set. UPDATE=1 takes the pictures of the docs.
set -eu
cd "$(dirname "$0")/.."

missing() {
    echo "skipped: $1" >&2
    [ -z "${CI:-}" ] || exit 1
    exit 0
}

for needed in node npm chromium; do
    command -v "$needed" >/dev/null && continue
    package=$needed
    [ "$needed" = node ] && package=nodejs
    install="apt-get install -y --no-install-recommends $package"
    if [ "$(id -u)" != 0 ] || ! { $install >/dev/null || { apt-get update >/dev/null && $install >/dev/null; }; }; then
        missing "$package cannot be installed here"
    fi
done

modules=target/fixtures/browser
mkdir -p "$modules"
if ! cmp -s tests/browser/package-lock.json "$modules/package-lock.json" || [ ! -d "$modules/node_modules" ]; then
    cp tests/browser/package.json tests/browser/package-lock.json "$modules/"
    if ! npm ci --prefix "$modules" --silent --no-audit --no-fund --ignore-scripts >&2; then
        rm -f "$modules/package-lock.json"
        missing "npm cannot fetch what drives the browser"
    fi
fi

cargo build --release --workspace --bin quarterdeck
QUARTERDECK=$(realpath "${CARGO_TARGET_DIR:-target}/release/quarterdeck")
CHROMIUM=$(command -v chromium)
MODULES=$(realpath "$modules")
COMPANIES=$(mktemp -d)
trap 'rm -rf "$COMPANIES"' EXIT
made() {
    "$QUARTERDECK" demo "$COMPANIES/$1" --people "$1" >/dev/null 2>&1
    "$QUARTERDECK" sync --company "$COMPANIES/$1" >/dev/null 2>&1
    # What is slow is computed once, and kept beside the facts.
    "$QUARTERDECK" brief "$COMPANIES/$1" --no-sync >/dev/null
}
made 50 &
other=$!
made 12
wait "$other"
SCREENSHOTS=
[ -z "${UPDATE:-}" ] || SCREENSHOTS=$(realpath docs)/screenshots
export QUARTERDECK CHROMIUM MODULES COMPANIES SCREENSHOTS
timeout 900 node --test --test-concurrency=2 "${@:-tests/browser/}"
