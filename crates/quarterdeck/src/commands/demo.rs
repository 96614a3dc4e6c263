//! A company to try things with, written to a folder.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};
use qd_demo::{Request, ZONE, make};

use crate::{
    cli::{Global, demo::DemoArgs},
    printer::Printer,
    rim,
};

/// Writes the company, and says what to try next.
pub(super) fn demo(global: &Global, args: &DemoArgs, printer: &Printer) -> Result<bool> {
    let folder = &args.dir;
    refuse_what_is_taken(folder)?;
    let today = rim::today(global, ZONE)?;
    printer.say(&format!("making up {} people and {} days of their work", args.people, args.days));
    let request = Request { people: args.people, seed: args.seed, days: args.days, today };
    let files = make(&request);
    let mut bytes = 0;
    for (path, content) in &files {
        write(&folder.join(path), content)?;
        bytes += content.len();
    }
    printer.say(&format!(
        "{} files, {:.1} MB, in `{}`; everything in them is invented",
        files.len(),
        bytes as f64 / 1e6,
        folder.display()
    ));
    printer.say(&format!(
        "\nNext:\n  quarterdeck brief {0}\n  quarterdeck tui {0}\nwhat is planted stands in {0}/STORIES.md",
        folder.display()
    ));
    Ok(true)
}

/// A folder with anything in it is somebody's.
fn refuse_what_is_taken(folder: &Path) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    if !folder.is_dir() {
        bail!("`{}` is no folder", folder.display());
    }
    let mut entries =
        fs::read_dir(folder).with_context(|| format!("`{}` cannot be read", folder.display()))?;
    if entries.next().is_some() {
        bail!("`{}` is not empty; name a folder that is not there yet", folder.display());
    }
    Ok(())
}

fn write(path: &Path, content: &[u8]) -> Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).with_context(|| format!("`{}` cannot be made", parent.display()))?;
    }
    fs::write(path, content).with_context(|| format!("`{}` cannot be written", path.display()))
}
