#!/bin/sh
# Holds the GitHub connector against an API mocked from GitHub's own OpenAPI description: every REST
# route that it reads is asked, and what comes back must be mapped. Slow (it fetches 80 MB), so that
# it stands beside the default tests. The mock is bound to this machine alone.
set -eu
cd "$(dirname "$0")/.."

folder=target/fixtures/prism
port=${PRISM_PORT:-4010}
mkdir -p "$folder"
if [ ! -e "$folder/node_modules/.bin/prism" ]; then
    if ! npm install --prefix "$folder" --silent --no-audit --no-fund @stoplight/prism-cli@5 @octokit/openapi@23 >&2; then
        echo "skipped: the mock cannot be installed here" >&2
        exit 0
    fi
fi

# The whole description takes minutes to load: only what is asked is kept.
node - "$folder" <<'JS'
const fs = require("fs");
const folder = process.argv[2];
const whole = JSON.parse(fs.readFileSync(`${folder}/node_modules/@octokit/openapi/generated/api.github.com.deref.json`, "utf8"));
const routes = fs.readFileSync("crates/qd-sources/tests/github/routes.txt", "utf8").trim().split("\n");
const paths = {};
for (const route of routes) {
  if (!whole.paths[route]) throw new Error(`the description has no ${route}`);
  paths[route] = { get: whole.paths[route].get };
  // One example of the description is wrapped twice.
  for (const example of Object.values(whole.paths[route].get.responses["200"].content["application/json"].examples ?? {})) {
    if (example.value?.value) example.value = example.value.value;
  }
}
fs.writeFileSync(`${folder}/routes.json`, JSON.stringify({ openapi: whole.openapi, info: whole.info, paths }));
JS

"$folder/node_modules/.bin/prism" mock -h 127.0.0.1 -p "$port" "$folder/routes.json" >"$folder/log" 2>&1 &
prism=$!
trap 'kill "$prism" 2>/dev/null || true' EXIT
tries=0
until grep -q "Prism is listening" "$folder/log"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 60 ] || ! kill -0 "$prism" 2>/dev/null; then
        cat "$folder/log" >&2
        exit 1
    fi
    sleep 1
done

QD_PRISM="127.0.0.1:$port" cargo test --release --workspace --test github -- --ignored --nocapture mocked
