//! What a whole process costs: time on the wall, time on the cores, anonymous memory.
//!
//! The kernel is asked (`/proc`), since a process cannot tell what its own start and end
//! cost. Where there is no `/proc`, the wall clock is all there is.

use std::{
    fs,
    io::Read as _,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};

/// Time between two looks at a running process's memory.
const STEP: Duration = Duration::from_millis(5);
/// Ticks of a second in `/proc/PID/stat`; Linux fixes it for programs at 100.
const TICKS: f64 = 100.0;

/// What one run cost.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cost {
    /// Seconds from its start to its end.
    pub(crate) wall: f64,
    /// Seconds of all its threads and of the processes it waited for, kernel included.
    pub(crate) cpu: Option<f64>,
    /// Most anonymous memory it was seen with, in MiB; mapped files are not among it.
    pub(crate) memory: Option<f64>,
}

/// Runs `command` with its output thrown away. Its exit status must be among `codes`.
pub(crate) fn measured(command: &mut Command, codes: &[i32]) -> anyhow::Result<Cost> {
    let name = command.get_program().to_string_lossy().into_owned();
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("`{name}` cannot be run"))?;
    let mut pipe = child.stderr.take().context("the process has no standard error")?;
    // The pipe closes when the process ends: that is the moment, not our next look.
    let reader = std::thread::spawn(move || {
        let mut complaint = Vec::new();
        let _ = pipe.read_to_end(&mut complaint);
        (start.elapsed(), complaint)
    });
    let (cpu, memory) = watch(&mut child)?;
    let status = child.wait()?;
    let Ok((wall, complaint)) = reader.join() else { bail!("the output of `{name}` was lost") };
    ensure!(
        status.code().is_some_and(|code| codes.contains(&code)),
        "`{name}` failed ({status}): {}",
        String::from_utf8_lossy(&complaint).trim()
    );
    Ok(Cost { wall: wall.as_secs_f64(), cpu, memory })
}

/// Seconds that this process and its threads have taken so far.
pub(crate) fn own_cpu() -> Option<f64> {
    cpu(&fs::read_to_string("/proc/self/stat").ok()?)
}

/// Looks at `child` until it has ended.
fn watch(child: &mut Child) -> anyhow::Result<(Option<f64>, Option<f64>)> {
    let folder = format!("/proc/{}", child.id());
    let mut peak = None;
    loop {
        let Ok(status) = fs::read_to_string(format!("{folder}/status")) else {
            // No `/proc` here: wait as anywhere.
            child.wait()?;
            return Ok((None, None));
        };
        peak = peak.max(anonymous(&status));
        // Ended, but not yet waited for: its times are final and still to be read.
        if field(&status, "State:").is_some_and(|state| state.starts_with('Z')) {
            let stat = fs::read_to_string(format!("{folder}/stat")).unwrap_or_default();
            return Ok((cpu(&stat), peak.map(|kibibytes| kibibytes as f64 / 1024.0)));
        }
        std::thread::sleep(STEP);
    }
}

fn field<'a>(status: &'a str, name: &str) -> Option<&'a str> {
    status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim)
}

/// KiB of anonymous memory, from `/proc/PID/status`.
fn anonymous(status: &str) -> Option<u64> {
    field(status, "RssAnon:")?.split_whitespace().next()?.parse().ok()
}

/// Seconds of user and system time, its children's too, from `/proc/PID/stat`: the name in
/// brackets may hold anything, so counting begins behind it.
fn cpu(stat: &str) -> Option<f64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let times: Vec<u64> =
        fields.split_whitespace().skip(11).take(4).map_while(|time| time.parse().ok()).collect();
    (times.len() == 4).then(|| times.iter().sum::<u64>() as f64 / TICKS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernels_words_are_understood() {
        let status = "Name:\tgit\nState:\tR (running)\nRssAnon:\t    2048 kB\nRssFile:\t 1 kB\n";
        assert_eq!(anonymous(status), Some(2048));
        assert_eq!(field(status, "State:"), Some("R (running)"));
        let stat = "7 (a) b) R 1 7 7 0 -1 4194304 100 0 0 0 150 25 3 2 20 0 1 0 3 4 5";
        assert_eq!(cpu(stat), Some(1.8));
    }

    #[test]
    fn a_process_is_measured_and_a_failure_is_told() {
        let cost = |script: &str| measured(Command::new("sh").args(["-c", script]), &[0]);
        let slept = cost("sleep 0.05").expect("it runs");
        assert!(slept.wall >= 0.05, "{slept:?}");
        let error = cost("echo no disk >&2; exit 3").expect_err("it fails").to_string();
        assert!(error.contains("no disk"), "{error}");
    }
}
