//! `init`, `check`, `fmt`, `reconcile` and `schema`: the company's texts.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};
use jiff::tz::TimeZone;
use qd_deck::{LocalDeck, draft, read_company, write_atomically};
use qd_model::{Deck, Severity};
use qd_sources::http::Patience;
use serde_json::json;

use super::{deck, declared, sync_first};
use crate::{
    cli::{CheckArgs, FmtArgs, Global, InitArgs, PlainFormat, ReconcileArgs},
    draw::{diagnostics, words::count},
    printer::Printer,
    rim,
};

pub(crate) fn check(global: &Global, args: &CheckArgs, printer: &Printer) -> Result<bool> {
    let opening = rim::opening(global, args.path.as_deref())?;
    declared(&opening)?;
    let deck = LocalDeck::open(opening)?;
    let (complaints, files) = deck.check();
    let failing = deck.failing_signals();
    let complaints: Vec<_> = complaints.iter().cloned().chain(failing).collect();
    let errors = complaints.iter().filter(|complaint| complaint.severity == Severity::Error).count();
    if args.format == PlainFormat::Json {
        let list: Vec<_> = complaints
            .iter()
            .map(|complaint| {
                let text = files.get(&complaint.file).map(String::as_str).unwrap_or_default();
                let (line, column) = complaint.position(text);
                let mut value = json!(complaint);
                value["line"] = json!(line);
                value["column"] = json!(column);
                value
            })
            .collect();
        printer.result(&format!("{}\n", serde_json::to_string_pretty(&list)?))?;
        return Ok(errors == 0);
    }
    printer.result(&diagnostics::render(&complaints, files, printer.has_colour()))?;
    let warnings = complaints.len() - errors;
    printer.say(&match (errors, warnings) {
        (0, 0) => format!("no mistakes in {}", count(files.len(), "file", "files")),
        _ => format!("{}, {}", count(errors, "error", "errors"), count(warnings, "warning", "warnings")),
    });
    Ok(errors == 0)
}

pub(crate) fn fmt(global: &Global, args: &FmtArgs, printer: &Printer) -> Result<bool> {
    in_the_present(global)?;
    let opening = rim::opening(global, args.path.as_deref())?;
    let folder = declared(&opening)?;
    let (_, files, _) = read_company(&opening);
    let mut changed = 0;
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".toml")) {
        let laid_out = qd_intent::fmt(text);
        if laid_out == *text {
            continue;
        }
        changed += 1;
        if args.check {
            let edit = qd_intent::Edit::new(path, Some(text), laid_out);
            printer.result(&edit.diff(Some(text)))?;
        } else {
            write_atomically(&folder.join(path), laid_out.as_bytes())
                .with_context(|| format!("`{path}` cannot be written"))?;
            printer.result(&format!("{path}\n"))?;
        }
    }
    let verb = if args.check { "would change" } else { "changed" };
    printer.say(&format!("{} {verb}", count(changed, "file", "files")));
    Ok(!(args.check && changed > 0))
}

pub(crate) fn reconcile(global: &Global, args: &ReconcileArgs, printer: &Printer) -> Result<bool> {
    in_the_present(global)?;
    let opening = rim::opening(global, None)?;
    let folder = declared(&opening)?;
    let (_, is_clean) = sync_first(&opening, printer, &[], Patience::SYNC)?;
    let deck = deck(global, None)?;
    let edits = qd_deck::reconcile(&deck)?;
    let (_, files) = deck.check();
    for edit in &edits {
        printer.result(&edit.diff(files.get(&edit.file).map(String::as_str)))?;
        if args.write {
            let path = folder.join(&edit.file);
            let present = fs::read_to_string(&path).ok();
            let text = edit.apply(present.as_deref())?;
            write_atomically(&path, text.as_bytes())
                .with_context(|| format!("`{}` cannot be written", edit.file))?;
        }
    }
    printer.say(&match (edits.len(), args.write) {
        (0, _) => "what is declared and what was observed agree".to_owned(),
        (edits, true) => format!("{} written", count(edits, "file", "files")),
        (edits, false) => format!("{} proposed; --write writes", count(edits, "edit", "edits")),
    });
    Ok(is_clean)
}

/// Texts are only written as they are now: with an earlier moment they would be put back
/// to what they were then.
fn in_the_present(global: &Global) -> Result<()> {
    if global.as_of.is_some() {
        bail!("the past cannot be edited: leave out --as-of");
    }
    Ok(())
}

pub(crate) fn init(global: &Global, args: &InitArgs, printer: &Printer) -> Result<bool> {
    if args.dir.join("company.toml").exists() {
        bail!("`{}` holds a company already; init never overwrites", args.dir.display());
    }
    let here = Path::new(".");
    let repos: Vec<&Path> =
        if args.repos.is_empty() { vec![here] } else { args.repos.iter().map(AsRef::as_ref).collect() };
    let mut paths = Vec::new();
    for repo in &repos {
        let whole = fs::canonicalize(repo).with_context(|| format!("there is no `{}`", repo.display()))?;
        paths.push(whole.to_string_lossy().into_owned());
    }
    // A company of nothing but a source, in a folder of its own, is looked at first.
    let scratch = tempfile::tempdir().context("no folder for temporary files can be made")?;
    let name = args.name.clone().unwrap_or_else(|| default_name(&args.dir, &paths));
    let sources = vec![("code".to_owned(), paths)];
    let bare = qd_intent::Draft { name: name.clone(), sources: sources.clone(), ..Default::default() };
    for (path, text) in qd_intent::write_company(&bare) {
        write_atomically(&scratch.path().join(path), text.as_bytes())?;
    }
    let opening = rim::opening(global, Some(scratch.path()))?;
    let (_, is_clean) = sync_first(&opening, printer, &[], Patience::SYNC)?;
    let timezone = TimeZone::system().iana_name().map(str::to_owned);
    let deck = LocalDeck::open(opening)?;
    let draft = draft(&deck, &name, timezone, sources)?;
    let files = qd_intent::write_company(&draft);
    for (path, text) in &files {
        let target = args.dir.join(path);
        if target.exists() {
            printer.complain(&format!("left as it is: {}", target.display()));
            continue;
        }
        if !args.dry_run {
            write_atomically(&target, text.as_bytes())
                .with_context(|| format!("`{}` cannot be written", target.display()))?;
        }
        printer.result(&format!("{}\n", target.display()))?;
    }
    if !args.dry_run {
        let ignored = args.dir.join(".gitignore");
        if !ignored.exists() {
            write_atomically(&ignored, b".quarterdeck/\n")?;
        }
    }
    printer.say(&format!(
        "{}, {} guessed; next: `quarterdeck check {dir}`, then `quarterdeck brief {dir}`",
        count(draft.people.len(), "person", "people"),
        count(draft.teams.len(), "team", "teams"),
        dir = args.dir.display()
    ));
    Ok(is_clean)
}

/// The folder's name, or the repositories' where the folder is called `company`.
fn default_name(dir: &Path, paths: &[String]) -> String {
    let of = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let own = of(dir).filter(|name| name != "company");
    own.or_else(|| of(Path::new(paths.first()?))).unwrap_or_else(|| "My company".to_owned())
}

pub(crate) fn schema(printer: &Printer) -> Result<bool> {
    printer.result(&format!("{:#}\n", qd_intent::json_schema()))?;
    Ok(true)
}
