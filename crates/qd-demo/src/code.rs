//! Programs that look as if somebody had written them: files in TypeScript that grow and change.

use crate::{course::slug, dice::Dice};

const VERBS: &[&str] = &[
    "validate", "price", "format", "load", "merge", "expire", "announce", "count", "sort", "archive",
    "restore", "compare", "reserve", "release", "describe", "label",
];
const ENDINGS: &[&str] =
    &["", "ByDate", "ForPrint", "Draft", "OfWeek", "InZone", "WithFee", "OnPhone", "Preview", "AtNight"];
const FIELDS: &[&str] =
    &["total", "validUntil", "holder", "quantity", "reference", "note", "channel", "startsAt"];

/// The path of the file about a thing.
pub(crate) fn path(area: &str, thing: &str) -> String {
    format!("src/{area}/{}.ts", slug(thing))
}

/// The path of its test.
pub(crate) fn test_path(area: &str, thing: &str) -> String {
    format!("src/{area}/{}.test.ts", slug(thing))
}

/// `group ticket` as the name of a type.
fn type_name(thing: &str) -> String {
    let letters = thing.split(|letter: char| !letter.is_alphanumeric());
    letters.map(crate::course::capital).collect()
}

/// A first version of the file about a thing.
pub(crate) fn begin(dice: &mut Dice, thing: &str) -> Vec<String> {
    let name = type_name(thing);
    let mut lines = vec![
        "import { failed, type Result } from \"../result\";".to_owned(),
        String::new(),
        format!("/** What is known of the {thing}. */"),
        format!("export interface {name} {{"),
        "  id: string;".to_owned(),
    ];
    for field in FIELDS.iter().skip(dice.roll(3)).take(4) {
        lines.push(format!("  {field}: {};", kind_of(field)));
    }
    lines.push("}".to_owned());
    for _ in 0..dice.between(3, 6) {
        grow(&mut lines, dice, thing);
    }
    lines
}

fn kind_of(field: &str) -> &'static str {
    match field {
        "total" | "quantity" => "number",
        "validUntil" | "startsAt" => "Date",
        _ => "string",
    }
}

/// Adds a function that is not there yet.
pub(crate) fn grow(lines: &mut Vec<String>, dice: &mut Dice, thing: &str) {
    let name = type_name(thing);
    let verb = dice.word(VERBS);
    let function = format!("{verb}{name}{}", dice.word(ENDINGS));
    let opening = format!("export function {function}(");
    if lines.iter().any(|line| line.starts_with(&opening)) {
        return tweak(lines, dice);
    }
    let field = dice.word(FIELDS);
    lines.push(String::new());
    lines.push(format!("{opening}given: {name}): Result<{name}> {{"));
    match dice.roll(4) {
        0 => {
            lines.push(format!("  if (given.{field} === undefined) {{"));
            lines.push(format!("    return failed(\"no {field} in this {thing}\");"));
            lines.push("  }".to_owned());
            lines.push(format!("  return {{ ...given, {field}: given.{field} }};"));
        }
        1 => {
            lines.push(format!("  const limit = {};", dice.between(2, 90)));
            lines.push(format!("  const known = store.filter((one) => one.{field} === given.{field});"));
            lines.push("  if (known.length > limit) {".to_owned());
            lines.push(format!("    return failed(`more than ${{limit}} of one {field}`);"));
            lines.push("  }".to_owned());
            lines.push("  return known[0] ?? given;".to_owned());
        }
        2 => {
            lines.push("  const previous = store.find((one) => one.id === given.id);".to_owned());
            lines.push(format!("  if (previous?.{field} === given.{field}) {{"));
            lines.push("    return previous;".to_owned());
            lines.push("  }".to_owned());
            lines.push(format!("  log.info(\"{verb}\", {{ id: given.id, {field}: given.{field} }});"));
            lines.push("  return given;".to_owned());
        }
        _ => {
            lines.push(format!("  const wait = {} * 60_000;", dice.between(1, 48)));
            lines.push("  const due = new Date(clock.now() + wait);".to_owned());
            lines.push(format!("  return due > clock.today() ? given : failed(\"{thing} is over\");"));
        }
    }
    lines.push("}".to_owned());
}

/// Ways to write the same: each may stand for the other.
const ALIKE: &[(&str, &str)] = &[
    ("  return given;", "  return { ...given };"),
    ("  return known[0] ?? given;", "  return known.at(0) ?? given;"),
    ("    return previous;", "    return { ...previous };"),
    ("  log.info(", "  log.debug("),
    (" * 60_000;", " * MINUTE;"),
    ("given: given.", "value: given."),
    ("(given)).toMatchSnapshot", "(given)).toMatchInlineSnapshot"),
    ("=== undefined) {", "== null) {"),
];

/// Changes a few lines where they are: a number, or the way in which something is said.
pub(crate) fn tweak(lines: &mut [String], dice: &mut Dice) {
    let mut places: Vec<usize> =
        (0..lines.len()).filter(|place| changed(&lines[*place], 3).is_some()).collect();
    dice.shuffle(&mut places);
    for place in places.into_iter().take(dice.between(1, 4) as usize) {
        if let Some(line) = changed(&lines[place], dice.between(2, 90)) {
            lines[place] = line;
        }
    }
}

/// The line in another way, or with another number; none where nothing is to be changed in it.
fn changed(line: &str, number: i64) -> Option<String> {
    if line.starts_with("  const limit = ") {
        return Some(format!("  const limit = {number};"));
    }
    ALIKE.iter().find_map(|(one, other)| {
        let found = if line.contains(other) {
            Some((other, one))
        } else {
            line.contains(one).then_some((one, other))
        };
        found.map(|(from, to)| line.replace(from, to))
    })
}

/// Takes the oldest function out, where the file has become long.
pub(crate) fn shorten(lines: &mut Vec<String>) {
    if lines.len() < 160 {
        return;
    }
    let begins = lines.iter().position(|line| line.starts_with("export function "));
    if let Some(begins) = begins
        && let Some(length) = lines.iter().skip(begins).position(|line| line == "}")
    {
        lines.drain(begins.saturating_sub(1)..=begins + length);
    }
}

/// A test more.
pub(crate) fn test(lines: &mut Vec<String>, dice: &mut Dice, thing: &str) {
    if lines.is_empty() {
        lines.push("import { expect, test } from \"vitest\";".to_owned());
        lines.push(format!("import * as subject from \"./{}\";", slug(thing)));
    }
    if lines.len() > 150 {
        return tweak(lines, dice);
    }
    let verb = dice.word(VERBS);
    lines.push(String::new());
    lines.push(format!("test(\"{verb} the {thing} with {}\", () => {{", dice.word(FIELDS)));
    lines.push(format!("  const given = example({});", dice.between(1, 400)));
    lines.push(format!("  expect(subject.{verb}{}(given)).toMatchSnapshot();", type_name(thing)));
    lines.push("});".to_owned());
}

/// The files that every repository begins with.
pub(crate) fn basics(name: &str, title: &str, owners: &str, is_gitlab: bool) -> Vec<(String, String)> {
    let (owners_at, pipeline_at) = if is_gitlab {
        (".gitlab/CODEOWNERS", ".gitlab-ci.yml")
    } else {
        (".github/CODEOWNERS", ".github/workflows/ci.yml")
    };
    let readme = format!(
        "# {title}\n\nPart of a made-up company, written by `quarterdeck demo`: nothing in here runs.\n\n\
         ## To begin\n\n    npm install\n    npm test\n    npm run dev\n\n\
         Questions go to the channel of the team; owners stand in `{owners_at}`.\n"
    );
    let package = format!(
        "{{\n  \"name\": \"{name}\",\n  \"private\": true,\n  \"scripts\": {{\n    \"dev\": \"vite\",\n    \
         \"test\": \"vitest run\",\n    \"lint\": \"eslint src\"\n  }},\n  \"dependencies\": {{\n    \
         \"preact\": \"10.24.3\",\n    \"zod\": \"3.23.8\"\n  }},\n  \"devDependencies\": {{\n    \
         \"typescript\": \"5.6.3\",\n    \"vite\": \"5.4.11\",\n    \"vitest\": \"2.1.5\"\n  }}\n}}\n"
    );
    let github = "name: ci\non: [push, pull_request]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      \
                    - uses: actions/checkout@v4\n      - run: npm ci\n      - run: npm run lint\n      - run: npm test\n";
    let gitlab = "test:\n  image: node:22\n  script:\n    - npm ci\n    - npm run lint\n    - npm test\n";
    let pipeline = if is_gitlab { gitlab } else { github };
    let files = [
        ("README.md", readme),
        ("LICENSE", "All of this is made up. Do with it what you like.\n".to_owned()),
        (".gitignore", "node_modules/\ndist/\n".to_owned()),
        (".editorconfig", "root = true\n\n[*]\nindent_style = space\nindent_size = 2\n".to_owned()),
        (".prettierrc", "{ \"printWidth\": 100 }\n".to_owned()),
        (owners_at, owners.to_owned()),
        (pipeline_at, pipeline.to_owned()),
        ("package.json", package),
        (
            "tsconfig.json",
            "{ \"compilerOptions\": { \"strict\": true, \"target\": \"ES2022\" } }\n".to_owned(),
        ),
        (
            "src/result.ts",
            "export type Result<T> = T | { error: string };\n\nexport function failed(error: string) {\n  \
             return { error };\n}\n"
                .to_owned(),
        ),
    ];
    files.into_iter().map(|(path, text)| (path.to_owned(), text)).collect()
}
