//! Which dependencies a manifest names.
//!
//! Only direct ones, and only their names: enough to see what came and what went. A file
//! that is half-written or of a dialect unknown here names fewer, and nothing fails.

use std::collections::BTreeSet;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// Reads names out of a manifest's text; nothing where it cannot be understood.
type Names = fn(&str) -> Option<BTreeSet<String>>;

/// The ecosystem of the manifest at `path`, and how to read it; nothing for other files.
fn reader(path: &str) -> Option<(&'static str, Names)> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let lower = name.to_ascii_lowercase();
    let under =
        |folder: &str| path.starts_with(&format!("{folder}/")) || path.contains(&format!("/{folder}/"));
    Some(match lower.as_str() {
        "cargo.toml" => ("cargo", cargo),
        "package.json" => ("npm", npm),
        "go.mod" => ("go", go),
        "pyproject.toml" => ("pypi", pyproject),
        "gemfile" => ("rubygems", gemfile),
        "pom.xml" => ("maven", pom),
        "composer.json" => ("composer", composer),
        "dockerfile" | "containerfile" => ("docker", dockerfile),
        _ if lower.starts_with("dockerfile.") || lower.ends_with(".dockerfile") => ("docker", dockerfile),
        _ if is_compose(&lower) => ("docker", compose),
        _ if lower.ends_with(".txt") && (lower.starts_with("requirements") || under("requirements")) => {
            ("pypi", requirements)
        }
        _ => return None,
    })
}

fn is_compose(name: &str) -> bool {
    let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
    is_yaml && (name.starts_with("docker-compose") || name.starts_with("compose."))
}

/// The ecosystem of the manifest at `path`; nothing for other files.
#[must_use]
pub(crate) fn ecosystem(path: &str) -> Option<&'static str> {
    reader(path).map(|(ecosystem, _)| ecosystem)
}

/// The dependencies that the manifest at `path` with this `content` names; nothing where
/// it cannot be understood, which is not the same as naming none.
#[must_use]
pub(crate) fn dependencies(path: &str, content: &[u8]) -> Option<BTreeSet<String>> {
    let text = String::from_utf8_lossy(content);
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text).trim();
    let (_, names) = reader(path)?;
    let names = if text.is_empty() { BTreeSet::new() } else { names(text)? };
    Some(names.into_iter().filter(|name| !name.is_empty() && !name.contains('\0')).collect())
}

/// Whether two texts of the manifest at `path` name the same for sure, since they differ in nothing but words in quotes that are no
/// names: versions, most often. Half of all changes of such files are of this kind, and this is found out without
/// understanding them.
#[must_use]
pub(crate) fn are_alike(path: &str, old: &[u8], new: &[u8]) -> bool {
    let (mut old, mut new) = (old.split(|byte| *byte == b'\n'), new.split(|byte| *byte == b'\n'));
    ecosystem(path) == Some("cargo")
        && loop {
            match (old.next(), new.next()) {
                (None, None) => break true,
                (Some(old), Some(new)) if old == new || is_value_changed(old, new) => {}
                _ => break false,
            }
        }
}

/// Whether two lines differ in nothing but the word of one `key = "word"`, where the key is not that of a dependency's own name.
fn is_value_changed(old: &[u8], new: &[u8]) -> bool {
    let is_odd = |line: &[u8]| line.iter().any(|byte| matches!(byte, b'\\' | b'\'' | b'#'));
    let start = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let (before, old_rest) = old.split_at(start);
    let new_rest = &new[start..];
    let end = old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(old, new)| old == new).count();
    let words = [&old_rest[..old_rest.len() - end], &new_rest[..new_rest.len() - end]];
    let is_quoted = before.iter().filter(|byte| **byte == b'"').count() % 2 == 1;
    if is_odd(old) || is_odd(new) || !is_quoted || words.iter().any(|word| word.contains(&b'"')) {
        return false;
    }
    let quote = before.iter().rposition(|byte| *byte == b'"').unwrap_or(0);
    let key = before[..quote].trim_ascii_end().strip_suffix(b"=").map(<[u8]>::trim_ascii_end);
    let is_bare = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    key.is_some_and(|key| {
        let word = key.iter().rev().take_while(|byte| is_bare(byte)).count();
        let (before, key) = key.split_at(key.len() - word);
        !key.is_empty() && key != b"package" && !before.ends_with(b".")
    })
}

fn cargo(text: &str) -> Option<BTreeSet<String>> {
    const SECTIONS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];
    // As parsed, with nothing copied out: a history holds each manifest in hundreds of versions.
    let manifest = DeTable::parse(text).ok()?;
    let manifest = manifest.get_ref();
    if !manifest.values().all(|value| is_sound(value.get_ref())) {
        return None;
    }
    let targets = manifest.get("target").and_then(table);
    let targets = targets.into_iter().flat_map(|targets| targets.values()).filter_map(table);
    let workspace = manifest.get("workspace").and_then(table);
    let tables = std::iter::once(manifest).chain(targets).chain(workspace);
    let sections =
        tables.flat_map(|table| SECTIONS.into_iter().filter_map(|name| self::table(table.get(name)?)));
    let names = sections
        .flatten()
        // A path leads to a crate of the same repository.
        .filter(|(_, value)| value.get_ref().get("path").is_none())
        .map(|(name, value)| {
            let package = value.get_ref().get("package").and_then(|package| package.get_ref().as_str());
            package.unwrap_or(name.get_ref()).to_owned()
        });
    Some(names.collect())
}

fn table<'a, 'b>(value: &'a Spanned<DeValue<'b>>) -> Option<&'a DeTable<'b>> {
    value.get_ref().as_table()
}

/// Whether all numbers in `value` are such as TOML allows, which its parser leaves to the reader.
fn is_sound(value: &DeValue<'_>) -> bool {
    match value {
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).is_ok(),
        DeValue::Float(number) => {
            let is_finite = |number: f64| !number.is_infinite();
            number.as_str().contains("inf") || number.as_str().parse().is_ok_and(is_finite)
        }
        DeValue::Array(values) => values.iter().all(|value| is_sound(value.get_ref())),
        DeValue::Table(table) => table.values().all(|value| is_sound(value.get_ref())),
        DeValue::String(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => true,
    }
}

fn json_names(text: &str, sections: &[&str], is_wanted: fn(&str, &str) -> bool) -> Option<BTreeSet<String>> {
    let manifest: serde_json::Value = serde_json::from_str(text).ok()?;
    let names = sections
        .iter()
        .filter_map(|section| manifest.get(section)?.as_object())
        .flatten()
        .filter(|(name, version)| is_wanted(name, version.as_str().unwrap_or_default()))
        .map(|(name, _)| name.clone());
    Some(names.collect())
}

fn npm(text: &str) -> Option<BTreeSet<String>> {
    let sections = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];
    json_names(text, &sections, |_, version| {
        !["file:", "link:", "workspace:", "portal:"].iter().any(|local| version.starts_with(local))
    })
}

fn composer(text: &str) -> Option<BTreeSet<String>> {
    // Names without a vendor are the language and its extensions.
    json_names(text, &["require", "require-dev"], |name, _| name.contains('/'))
}

fn go(text: &str) -> Option<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        let required = match line.strip_prefix("require") {
            Some(rest) if rest.trim_start().starts_with('(') => {
                inside = true;
                continue;
            }
            Some(rest) if rest.starts_with([' ', '\t']) => rest.trim(),
            _ if inside && line.starts_with(')') => {
                inside = false;
                continue;
            }
            _ if inside => line,
            _ => continue,
        };
        if !required.starts_with("//") && !required.contains("// indirect") {
            names.extend(required.split_whitespace().next().map(|name| name.trim_matches('"').to_owned()));
        }
    }
    Some(names)
}

/// A name as the Python index compares it.
fn python_name(requirement: &str) -> Option<String> {
    let is_name = |character: char| character.is_ascii_alphanumeric() || "-_.".contains(character);
    let end = requirement.find(|character| !is_name(character)).unwrap_or(requirement.len());
    let mut name = String::new();
    for character in requirement[..end].to_ascii_lowercase().chars() {
        let separates = "-_.".contains(character);
        if !(separates && name.ends_with('-')) {
            name.push(if separates { '-' } else { character });
        }
    }
    Some(name).filter(|name| name.starts_with(|first: char| first.is_ascii_alphanumeric()))
}

fn requirements(text: &str) -> Option<BTreeSet<String>> {
    let names = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with(['#', '-', '.', '/']))
        .filter(|line| !line.split('#').next().unwrap_or_default().contains("://") || line.contains(" @ "))
        .filter_map(python_name);
    Some(names.collect())
}

fn pyproject(text: &str) -> Option<BTreeSet<String>> {
    let manifest = text.parse::<toml::Table>().ok()?;
    let at = |path: &[&str]| {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(manifest.get(*first)?, |value, key| value.get(key))
    };
    let mut lists: Vec<&toml::Value> = Vec::new();
    lists.extend(at(&["project", "dependencies"]));
    lists.extend(at(&["build-system", "requires"]));
    for groups in [at(&["project", "optional-dependencies"]), at(&["dependency-groups"])] {
        lists.extend(groups.and_then(toml::Value::as_table).into_iter().flat_map(|groups| groups.values()));
    }
    let mut names: BTreeSet<String> = lists
        .into_iter()
        .filter_map(toml::Value::as_array)
        .flatten()
        .filter_map(|item| python_name(item.as_str()?.trim()))
        .collect();
    let mut tables: Vec<&toml::Value> = Vec::new();
    tables.extend(at(&["tool", "poetry", "dependencies"]));
    tables.extend(at(&["tool", "poetry", "dev-dependencies"]));
    let groups = at(&["tool", "poetry", "group"]).and_then(toml::Value::as_table);
    tables.extend(
        groups.into_iter().flat_map(|groups| groups.values()).filter_map(|group| group.get("dependencies")),
    );
    names.extend(
        tables
            .into_iter()
            .filter_map(toml::Value::as_table)
            .flat_map(|table| table.keys())
            .filter(|name| *name != "python")
            .filter_map(|name| python_name(name)),
    );
    Some(names)
}

fn gemfile(text: &str) -> Option<BTreeSet<String>> {
    let gem = |line: &str| {
        let rest = line.trim().strip_prefix("gem")?.trim_start_matches([' ', '(', '\t']);
        let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
        Some(rest[1..].split(quote).next()?.to_owned())
    };
    Some(text.lines().filter_map(gem).collect())
}

fn pom(text: &str) -> Option<BTreeSet<String>> {
    fn inside<'a>(text: &'a str, tag: &str) -> Option<&'a str> {
        let (_, rest) = text.split_once(&format!("<{tag}>"))?;
        Some(rest.split_once(&format!("</{tag}>"))?.0.trim())
    }
    let name = |block: &str| {
        let block = block.split_once("</dependency>")?.0;
        let block = block.split_once("<exclusions>").map_or(block, |(before, _)| before);
        Some(format!("{}:{}", inside(block, "groupId")?, inside(block, "artifactId")?))
    };
    Some(text.split("<dependency>").skip(1).filter_map(name).collect())
}

/// An image's name without tag and digest; nothing where it is put together at build time.
fn image(reference: &str) -> Option<String> {
    let reference = reference.trim_matches(['"', '\'']);
    let name = reference.split('@').next()?;
    let slash = name.rfind('/').map_or(0, |place| place + 1);
    let end = name[slash..].find(':').map_or(name.len(), |place| slash + place);
    Some(name[..end].to_owned()).filter(|name| !name.is_empty() && !name.contains('$'))
}

fn dockerfile(text: &str) -> Option<BTreeSet<String>> {
    let mut stages = BTreeSet::new();
    let mut names = BTreeSet::new();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        if !words.next().is_some_and(|word| word.eq_ignore_ascii_case("from")) {
            continue;
        }
        let mut words = words.filter(|word| !word.starts_with("--"));
        let Some(reference) = words.next() else { continue };
        if !stages.contains(&reference.to_ascii_lowercase()) && reference != "scratch" {
            names.extend(image(reference));
        }
        if words.next().is_some_and(|word| word.eq_ignore_ascii_case("as")) {
            stages.extend(words.next().map(str::to_ascii_lowercase));
        }
    }
    Some(names)
}

fn compose(text: &str) -> Option<BTreeSet<String>> {
    let reference = |line: &str| {
        let rest = line.trim().trim_start_matches("- ").strip_prefix("image:")?;
        image(rest.split(" #").next()?.trim())
    };
    Some(text.lines().filter_map(reference).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, content: &str, wanted: &[&str]) {
        let names = dependencies(path, content.as_bytes()).unwrap_or_default();
        assert_eq!(names.iter().map(String::as_str).collect::<Vec<_>>(), wanted, "{path}");
    }

    #[test]
    fn every_ecosystem_names_its_dependencies() {
        check(
            "a/Cargo.toml",
            "[dependencies]\nserde = \"1\"\nours = { path = \"../ours\" }\nold = { package = \"new\" }\n\
             [target.'cfg(unix)'.dependencies]\nlibc = \"0.2\"\n[workspace.dependencies]\ntoml = \"1\"\n",
            &["libc", "new", "serde", "toml"],
        );
        check(
            "web/package.json",
            r#"{"dependencies": {"react": "^19", "ours": "workspace:*"}, "devDependencies": {"vite": "7"}}"#,
            &["react", "vite"],
        );
        check(
            "go.mod",
            "module x\nrequire (\n\tgolang.org/x/text v0.3\n\tgithub.com/a/b v1 // indirect\n)\nrequire one.org/c v2\n",
            &["golang.org/x/text", "one.org/c"],
        );
        check(
            "pyproject.toml",
            "[project]\ndependencies = [\"Foo_Bar[x]>=1; python_version > '3'\"]\n\
             [tool.poetry.dependencies]\npython = \"3\"\nrequests = \"*\"\n[dependency-groups]\ndev = [\"ruff\"]\n",
            &["foo-bar", "requests", "ruff"],
        );
        check(
            "requirements-dev.txt",
            "# x\n-r base.txt\nDjango==5\ngit+https://x/y\nfoo @ https://x/y\n",
            &["django", "foo"],
        );
        check("requirements/base.txt", "flask\n", &["flask"]);
        check("Gemfile", "source 'x'\n  gem \"rails\", '~> 8'\ngem('puma')\n", &["puma", "rails"]);
        check(
            "pom.xml",
            "<dependency>\n<groupId>org.a</groupId><artifactId>b</artifactId></dependency>",
            &["org.a:b"],
        );
        check("composer.json", r#"{"require": {"php": "8", "a/b": "1"}}"#, &["a/b"]);
        check(
            "Dockerfile",
            "FROM --platform=x rust:1.95 AS build\nFROM build\nFROM localhost:5000/a/b@sha256:0\nFROM $BASE\n",
            &["localhost:5000/a/b", "rust"],
        );
        check("docker-compose.yml", "services:\n  db:\n    image: \"postgres:18\" # db\n", &["postgres"]);
    }

    #[test]
    fn a_new_version_is_seen_without_reading_the_rest() {
        let check = |old: &str, new: &str, wanted| {
            assert_eq!(are_alike("a/Cargo.toml", old.as_bytes(), new.as_bytes()), wanted, "{old} {new}");
        };
        check("[package]\nversion = \"1.0.0\"\n", "[package]\nversion = \"1.0.1\"\n", true);
        check(
            "a = { version = \"1\", features = [\"x\"] }",
            "a = { version = \"22\", features = [\"x\"] }",
            true,
        );
        check("a = \"1\"", "b = \"1\"", false);
        check("a = \"1\"", "a = { path = \"1\" }", false);
        check("a = { package = \"b\" }", "a = { package = \"c\" }", false);
        check("a.package = \"b\"", "a.package = \"c\"", false);
        check("a = { \"package\" = \"b\" }", "a = { \"package\" = \"c\" }", false);
        check("a = \"1\" # x\"", "a = \"2\" # x\"", false);
        check("a = \"1\"", "a = \"1\"\nb = \"1\"", false);
        assert!(!are_alike("package.json", b"\"a\": \"1\"", b"\"a\": \"2\""));
    }

    #[test]
    fn what_is_alike_names_the_same() {
        use proptest::prelude::*;
        let line = "(\\[(dependencies|package|dependencies.a|target.x.dependencies)\\]|[ab]|package|path|version|a.package)\
                    ( ?= ?)?(\\{ ?(version|package|path) = \"[ab1]{1,2}\" ?\\}|\"[ab1]{0,2}\")?";
        let text = || proptest::collection::vec(line, 1..6);
        proptest!(ProptestConfig::with_cases(2_000), |(old in text(), word in "[ab12]{0,2}", at in any::<prop::sample::Index>(), other in text())| {
            let mut new = old.clone();
            let place = at.index(new.len());
            new[place] = new[place].replacen("\"1", &format!("\"{word}"), 1);
            for new in [new, other] {
                let (old, new) = (old.join("\n"), new.join("\n"));
                if are_alike("Cargo.toml", old.as_bytes(), new.as_bytes())
                    && let (Some(old), Some(new)) = (cargo(&old), cargo(&new))
                {
                    prop_assert_eq!(old, new);
                }
            }
        });
    }

    #[test]
    fn a_manifest_that_is_no_toml_is_not_understood() {
        let texts = [
            "[dependencies]\na = 1\na = 2\n",
            "[dependencies]\na = \"1\"\n[dependencies]\nb = \"1\"\n",
            "x = 9223372036854775807\n",
            "x = 9223372036854775808\n",
            "x = [{ y = -9223372036854775809 }]\n",
            "x = 0xffffffffffffffff\n",
            "x = 1e400\n",
            "x = [inf, -inf, nan, 1_0.5e-3]\n",
            "x = 1979-05-27T07:32:00Z\n",
            "[package\nname = 1\n",
            "\"a\\u0041b\" = 'x'\n[dependencies.\"a.b\"]\npath = '..'\n",
            "dependencies = 1\n",
        ];
        for text in texts {
            assert_eq!(cargo(text).is_some(), text.parse::<toml::Table>().is_ok(), "{text}");
        }
    }

    #[test]
    fn no_bytes_make_it_panic() {
        use proptest::prelude::*;
        let paths = [
            "Cargo.toml",
            "package.json",
            "go.mod",
            "pyproject.toml",
            "requirements.txt",
            "Gemfile",
            "pom.xml",
            "composer.json",
            "Dockerfile",
            "compose.yaml",
        ];
        proptest!(|(
            path in proptest::sample::select(paths.to_vec()),
            bytes in proptest::collection::vec(any::<u8>(), 0..200),
            text in "(gem|require|FROM|image:|<dependency>|</dependency>|<groupId>|[\\[\\]\"'(){}@:/#=é \n-]){0,30}",
        )| {
            let _ = dependencies(path, &bytes);
            let _ = dependencies(path, text.as_bytes());
        });
    }
}
