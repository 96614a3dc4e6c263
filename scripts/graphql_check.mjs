// Validates GraphQL documents against GitHub's published schema: those in the files named, or, with
// `-`, one from standard input. Needs scripts/fixtures.sh to have run.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { buildSchema, parse, validate } = require("../target/fixtures/graphql");
// The published schema defines two fields twice, which is not ours to mend.
const text = readFileSync(new URL("../target/fixtures/graphql-schema/schema.graphql", import.meta.url), "utf8");
const schema = buildSchema(text, { assumeValidSDL: true });
let failed = false;
for (const document of JSON.parse(readFileSync(0, "utf8"))) {
  for (const error of validate(schema, parse(document))) {
    console.log(error.message, error.locations?.[0]?.line);
    failed = true;
  }
}
process.exit(failed ? 1 : 0);
