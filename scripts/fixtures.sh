#!/bin/sh
# Fetches what tests hold the connectors against and nobody here wrote: examples of webhooks,
# schemas of the APIs. They lie in target/fixtures; what is there already is not fetched again.
set -eu
cd "$(dirname "$0")/.."

folder=target/fixtures
mkdir -p "$folder"

# fetch NAME PACKAGE@VERSION
fetch() {
    [ -e "$folder/$1/package.json" ] && return 0
    unpacked=$(mktemp -d "$folder/.$1.XXXXXX")
    (cd "$unpacked" && npm pack --silent "$2" >/dev/null && tar -xzf ./*.tgz)
    # Two at once: the first to arrive stays.
    mv -T "$unpacked/package" "$folder/$1" 2>/dev/null || true
    rm -rf "$unpacked"
    [ -e "$folder/$1/package.json" ]
}

fetch webhooks-examples @octokit/webhooks-examples@7.6.1
fetch graphql-schema @octokit/graphql-schema@15.26.1
fetch graphql graphql@16.11.0
