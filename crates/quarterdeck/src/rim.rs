//! The one place that reads the clock, the environment and the user's git configuration.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use qd_deck::{Opening, Outside, Place};

use crate::cli::Global;

/// What the rim knows when a command starts.
pub(crate) fn opening(global: &Global, path: Option<&Path>) -> Result<Opening> {
    let now = Timestamp::now();
    let zone = TimeZone::system();
    let here = env::current_dir().context("the current folder cannot be read")?;
    let start = path.or(global.company.as_deref()).unwrap_or(&here);
    if !start.exists() {
        bail!("there is no `{}`", start.display());
    }
    let place = Place::of(start);
    let home = env::var_os("HOME").map(PathBuf::from);
    let state = match &place {
        Place::Company(folder) => folder.join(".quarterdeck"),
        Place::Repositories(folder) => user_data(home.as_deref())?.join(name_of(folder)),
    };
    let reader = qd_sources::git::configured_user(place.folder());
    let threads =
        global.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)).max(1);
    let mut opening = Opening {
        place,
        state,
        home,
        reader,
        now,
        as_of: now,
        zone,
        threads,
        mebibytes: global.memory,
        outside: OUTSIDE,
    };
    if let Some(text) = &global.as_of {
        // A day ends where the company is, wherever its reader sits.
        let (company, ..) = qd_deck::read_company(&opening);
        opening.as_of = moment(text, &opening.calendar(&company).zone)?;
    }
    Ok(opening)
}

/// Starts the program again, as the same process, with more in its environment. Comes back where some of it is set already, by this or by
/// whoever started it, and where it cannot be done: then all goes on as it is.
pub(crate) fn begin_again_with(settings: &[(&str, &str)]) {
    if settings.iter().any(|(name, _)| env::var_os(name).is_some()) {
        return;
    }
    #[cfg(unix)]
    if let Ok(program) = env::current_exe() {
        use std::os::unix::process::CommandExt as _;
        let arguments = env::args_os().skip(1);
        let _ = std::process::Command::new(program).args(arguments).envs(settings.iter().copied()).exec();
    }
}

/// What the deck cannot do by itself.
const OUTSIDE: Outside = Outside { secret, keep, clock: Timestamp::now, wait: std::thread::sleep };

/// The secret that `place` names, as seen from `folder`; an error never holds a part of it.
fn secret(place: &str, folder: &Path) -> Result<String, String> {
    let (kind, name) = place.split_once(':').unwrap_or(("", place));
    let name = name.trim();
    let text = match kind {
        "env" => env::var(name).map_err(|_| format!("the environment has no variable `{name}`"))?,
        "file" => {
            let path = match (name.strip_prefix("~/"), env::var_os("HOME")) {
                (Some(rest), Some(home)) => PathBuf::from(home).join(rest),
                _ => folder.join(name),
            };
            std::fs::read_to_string(&path)
                .map_err(|error| format!("`{}` cannot be read: {error}", path.display()))?
        }
        "command" => {
            let output = std::process::Command::new("sh")
                .args(["-c", name])
                .current_dir(folder)
                .stdin(std::process::Stdio::null())
                .output()
                .map_err(|error| format!("`{name}` cannot be started: {error}"))?;
            if !output.status.success() {
                return Err(format!("`{name}` ended with {}", output.status));
            }
            String::from_utf8(output.stdout).map_err(|_| format!("`{name}` did not print text"))?
        }
        // It is not repeated: who writes no place may have written the secret itself.
        _ => return Err("it names no place: write env:NAME, file:PATH or command:LINE".to_owned()),
    };
    match text.lines().next().map(str::trim) {
        Some(line) if !line.is_empty() => Ok(line.to_owned()),
        _ => Err(format!("`{place}` is empty")),
    }
}

/// Hands `secret` to the command that `place` names; an error never holds a part of it.
fn keep(place: &str, folder: &Path, secret: &str) -> Result<(), String> {
    use std::io::Write as _;
    let Some(line) = place.strip_prefix("command:").map(str::trim) else {
        return Err(format!(
            "`{place}` keeps nothing: write command:LINE, which reads it from its standard input"
        ));
    };
    let failed = |error: std::io::Error| format!("`{line}` cannot be given it: {error}");
    let mut child = std::process::Command::new("sh")
        .args(["-c", line])
        .current_dir(folder)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .map_err(failed)?;
    // It is closed at the end of the statement: the command waits for that.
    let written = child.stdin.take().map_or(Ok(()), |mut input| writeln!(input, "{secret}"));
    let status = child.wait().map_err(failed)?;
    if !status.success() {
        return Err(format!("`{line}` ended with {status}"));
    }
    written.map_err(failed)
}

/// Where data of this user lies that belongs to no company.
pub(crate) fn data_folder() -> Result<PathBuf> {
    user_data(env::var_os("HOME").map(PathBuf::from).as_deref())
}

/// The user's folder for data of Quarterdeck, as the XDG base directory specification has it.
pub(crate) fn user_data(home: Option<&Path>) -> Result<PathBuf> {
    let base = env::var_os("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| home.map(|home| home.join(".local/share")));
    match base {
        Some(base) => Ok(base.join("quarterdeck")),
        None => bail!("neither XDG_DATA_HOME nor HOME is set, so there is no place to keep facts"),
    }
}

/// A folder's name that no other folder has.
fn name_of(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let tidy: String =
        name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
    format!("{tidy}-{}", qd_model::row_id("folder", &folder.to_string_lossy()))
}

/// A moment as people write one: a day means its end, a time means itself.
fn moment(text: &str, zone: &TimeZone) -> Result<Timestamp> {
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(time);
    }
    if let Ok(time) = text.parse::<jiff::Zoned>() {
        return Ok(time.timestamp());
    }
    if let Ok(time) = text.parse::<jiff::civil::DateTime>()
        && text.contains(':')
    {
        return Ok(time.to_zoned(zone.clone())?.timestamp());
    }
    let date: Date = text
        .parse()
        .ok()
        .with_context(|| format!("`{text}` is no date: write 2026-03-02, or 2026-03-02T08:00"))?;
    Ok(date.at(23, 59, 59, 999_999_000).to_zoned(zone.clone())?.timestamp())
}

/// Today by the clocks of `zone`, or the day that was asked for.
pub(crate) fn today(global: &Global, zone: &str) -> Result<Date> {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let at = match &global.as_of {
        Some(text) => moment(text, &zone)?,
        None => Timestamp::now(),
    };
    Ok(at.to_zoned(zone).date())
}

/// The day a snooze ends: `2026-12-01`, `3d` or `2w`.
pub(crate) fn day(text: &str, today: Date) -> Result<Date> {
    day_from(text, today, 1).with_context(|| format!("`{text}` is no day: write 2026-12-01, 3d or 2w"))
}

/// The day something begins: `2026-01-01`, or `7d` or `2w` ago.
pub(crate) fn day_back(text: &str, today: Date) -> Result<Date> {
    day_from(text, today, -1)
        .with_context(|| format!("`{text}` is no day: write 2026-01-01, or 7d or 2w back from now"))
}

/// A time as people write one, in seconds: `90s`, `5m`, `1h`.
pub(crate) fn seconds(text: &str) -> Result<u32> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let unit = match unit.trim() {
        "s" => Some(1),
        "m" | "min" => Some(60),
        "h" => Some(3600),
        _ => None,
    };
    let seconds = number.parse::<u32>().ok().zip(unit).and_then(|(number, unit)| number.checked_mul(unit));
    // A week is long enough for whoever only wants to hear of files and mail.
    seconds
        .filter(|seconds| (1..=7 * 86_400).contains(seconds))
        .with_context(|| format!("`{text}` is no time: write 90s, 5m or 1h, up to a week"))
}

/// A program of this name that can be started.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(name)).find(|path| path.is_file())
}

fn day_from(text: &str, today: Date, direction: i32) -> Option<Date> {
    if let Ok(date) = text.parse::<Date>() {
        return Some(date);
    }
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let days: i32 = match (number.parse::<i32>().ok(), unit.trim()) {
        (Some(days), "d" | "day" | "days") => days,
        (Some(weeks), "w" | "week" | "weeks") => weeks.checked_mul(7)?,
        _ => return None,
    };
    let span = jiff::Span::new().try_days(days.checked_mul(direction)?).ok()?;
    today.checked_add(span).ok()
}

/// The user's editor, as a line of the shell: what `git commit` would open.
pub(crate) fn editor() -> String {
    let named = ["VISUAL", "EDITOR"].into_iter().filter_map(|name| env::var(name).ok());
    named.map(|line| line.trim().to_owned()).find(|line| !line.is_empty()).unwrap_or_else(|| "vi".to_owned())
}

/// True where the user asked for no colour at all (<https://no-color.org>).
pub(crate) fn is_colour_refused() -> bool {
    env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// True where the terminal cannot place a cursor.
pub(crate) fn is_terminal_dumb() -> bool {
    env::var_os("TERM").is_none_or(|name| name.is_empty() || name == "dumb")
}
