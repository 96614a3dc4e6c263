//! How the cockpit stands many readers and many posts at once, also when it is killed in between.
//!
//! All on the loopback address, bounded in number and time. Readers go from page to page; posts are repeated until they
//! are acknowledged, as forges and alerts repeat theirs. In the end every acknowledged message has to be in the facts.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, ensure};
use serde::Serialize;

use crate::history::program;

/// Where readers go, one after another.
const PAGES: [&str; 7] =
    ["/", "/projects", "/signals", "/sources", "/report/delivery", "/api/v1/brief", "/sql?query=SELECT+1"];
/// Who posts: threads that share the posts of a second.
const POSTERS: usize = 8;
/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long the facts may take to hold what was posted.
const FOLDED: Duration = Duration::from_secs(180);
/// How long nothing listens when it was killed.
const PAUSE: Duration = Duration::from_millis(500);

/// What is to be borne.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Burden {
    /// Readers at once.
    pub(crate) readers: usize,
    /// Time that a reader looks at a page.
    pub(crate) look: Duration,
    /// Posts a second.
    pub(crate) posts: usize,
    /// How long.
    pub(crate) time: Duration,
    /// Whether the server is killed at half time.
    pub(crate) is_killed: bool,
    /// People of a made company; a small company of two where 0.
    pub(crate) people: usize,
}

/// What was measured; times in milliseconds, until an answer was there whole.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    pages: usize,
    page_p50: f64,
    page_p99: f64,
    page_max: f64,
    /// Pages that nobody answered: while nothing listened, and else.
    unanswered_in_the_pause: usize,
    errors: Vec<String>,
    posts: usize,
    acknowledged: usize,
    repeated: usize,
    post_p50: f64,
    post_p99: f64,
    post_max: f64,
    lost: usize,
    /// Seconds from the last post until the facts held all.
    folded_after: f64,
    /// Most memory that the last server had, in MiB.
    resident: f64,
}

/// What one thread met.
#[derive(Debug, Default)]
struct Met {
    times: Vec<f64>,
    in_the_pause: usize,
    repeated: usize,
    errors: Vec<String>,
    names: Vec<String>,
}

struct Stage {
    address: String,
    /// Nothing listens now, or has only begun to.
    is_down: AtomicBool,
    is_over: AtomicBool,
}

/// Bears it, and counts.
pub(crate) fn measure(burden: Burden) -> anyhow::Result<Report> {
    let program = program()?;
    let folder = tempfile::tempdir()?;
    let company = company(&program, folder.path(), burden.people)?;
    let (mut server, address) = start(&program, &company, 0)?;
    let port: u16 = address.rsplit(':').next().and_then(|port| port.parse().ok()).context("no port")?;
    let stage = Stage { address, is_down: AtomicBool::new(false), is_over: AtomicBool::new(false) };
    let begun = Instant::now();
    let (readers, posters) = thread::scope(|scope| {
        let stage = &stage;
        let readers: Vec<_> =
            (0..burden.readers).map(|reader| scope.spawn(move || read(stage, reader, burden))).collect();
        let posters: Vec<_> =
            (0..POSTERS).map(|poster| scope.spawn(move || post(stage, poster, begun, burden))).collect();
        let restarted = if burden.is_killed {
            thread::sleep(burden.time / 2);
            restart(&mut server, stage, || start(&program, &company, port))
        } else {
            Ok(())
        };
        thread::sleep(burden.time.saturating_sub(begun.elapsed()));
        stage.is_over.store(true, Ordering::SeqCst);
        let joined = |threads: Vec<thread::ScopedJoinHandle<'_, Met>>| -> Vec<Met> {
            threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
        };
        let met = (joined(readers), joined(posters));
        restarted.map(|()| met)
    })?;
    let mut report = counted(readers, posters);
    let told = folded(&stage.address, &mut report);
    report.resident = resident(server.id()).unwrap_or(f64::NAN);
    server.kill()?;
    server.wait()?;
    told.map(|()| report)
}

/// Kills the server where it stands, and starts it again a little later.
fn restart(
    server: &mut Child,
    stage: &Stage,
    start: impl FnOnce() -> anyhow::Result<(Child, String)>,
) -> anyhow::Result<()> {
    stage.is_down.store(true, Ordering::SeqCst);
    server.kill().context("it cannot be killed")?;
    server.wait()?;
    thread::sleep(PAUSE);
    *server = start()?.0;
    stage.is_down.store(false, Ordering::SeqCst);
    Ok(())
}

/// A company to look at, with a source that is posted to.
fn company(program: &Path, folder: &Path, people: usize) -> anyhow::Result<PathBuf> {
    let company = folder.join("company");
    if people == 0 {
        fs::create_dir_all(&company)?;
        fs::write(
            company.join("company.toml"),
            "name = \"Example\"\nme = \"ada\"\n[people.ada]\nname = \"Ada\"\n[people.bo]\nname = \"Bo\"\n\
             [projects.atlas]\nname = \"Atlas\"\nlead = \"ada\"\ndeadline = 2020-01-31\n",
        )?;
    } else {
        let run = Command::new(program)
            .arg("demo")
            .arg(&company)
            .args(["--people", &people.to_string()])
            .output()?;
        ensure!(run.status.success(), "the company cannot be made: {}", String::from_utf8_lossy(&run.stderr));
        let run = Command::new(program).arg("--company").arg(&company).args(["-q", "sync"]).output()?;
        ensure!(run.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&run.stderr));
    }
    let mut text = fs::OpenOptions::new().append(true).open(company.join("company.toml"))?;
    text.write_all(
        b"\n[sources.load]\nkind = \"alertmanager\"\nurl = \"http://127.0.0.1:9\"\nsecret = \"env:LOAD_SECRET\"\n",
    )?;
    Ok(company)
}

fn start(program: &Path, company: &Path, port: u16) -> anyhow::Result<(Child, String)> {
    let mut child = Command::new(program)
        .arg("--company")
        .arg(company)
        .args(["serve", "--no-sync", "--port", &port.to_string()])
        .env("LOAD_SECRET", "hush")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().context("no output")?).read_line(&mut line)?;
    let address = line.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
    if address.is_empty() {
        let _ = child.kill();
        anyhow::bail!("it does not listen at port {port}");
    }
    // The first page is there once the first deck is.
    let _ = ask(&address, "GET /healthz HTTP/1.1\r\n", "");
    Ok((child, address))
}

/// Status and body of one request on a connection of its own; `head` ends its lines itself.
fn ask(address: &str, head: &str, body: &str) -> std::io::Result<(u16, String)> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let length = body.len();
    write!(stream, "{head}Host: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}")?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let status = text.split(' ').nth(1).and_then(|status| status.parse().ok());
    let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let cut = || std::io::Error::new(std::io::ErrorKind::UnexpectedEof, "the answer broke off");
    Ok((status.ok_or_else(cut)?, body.to_owned()))
}

fn read(stage: &Stage, reader: usize, burden: Burden) -> Met {
    let mut met = Met::default();
    // Readers do not come all at the same moment.
    thread::sleep(burden.look.mul_f64(reader as f64 / burden.readers.max(1) as f64));
    for page in PAGES.iter().cycle().skip(reader) {
        if stage.is_over.load(Ordering::SeqCst) {
            break;
        }
        let was_down = stage.is_down.load(Ordering::SeqCst);
        let begun = Instant::now();
        let told = ask(&stage.address, &format!("GET {page} HTTP/1.1\r\n"), "");
        let is_down = was_down || stage.is_down.load(Ordering::SeqCst);
        match told {
            Ok((200, _)) => met.times.push(begun.elapsed().as_secs_f64() * 1000.0),
            Err(_) if is_down => met.in_the_pause += 1,
            Ok((status, body)) => met.errors.push(format!("{page}: {status} {body}")),
            Err(error) => met.errors.push(format!("{page}: {error}")),
        }
        thread::sleep(burden.look);
    }
    met
}

fn alert(name: &str) -> String {
    format!(
        "{{\"version\":\"4\",\"status\":\"firing\",\"alerts\":[{{\"status\":\"firing\",\"fingerprint\":\"{name}\",\
         \"startsAt\":\"2026-03-02T10:00:00Z\",\"endsAt\":\"0001-01-01T00:00:00Z\",\
         \"labels\":{{\"alertname\":\"Load\",\"severity\":\"low\"}}}}]}}"
    )
}

const HOOK: &str = "POST /hooks/alertmanager/load HTTP/1.1\r\nContent-Type: application/json\r\n\
                    Authorization: Bearer hush\r\n";

fn post(stage: &Stage, poster: usize, begun: Instant, burden: Burden) -> Met {
    let mut met = Met::default();
    let all = (burden.time.as_secs_f64() * burden.posts as f64) as usize;
    for number in (poster..all).step_by(POSTERS) {
        // Each has its time; who is late hurries after it.
        let due = Duration::from_secs_f64(number as f64 / burden.posts.max(1) as f64);
        thread::sleep(due.saturating_sub(begun.elapsed()));
        let name = format!("load-{number}");
        let first = Instant::now();
        loop {
            let began = Instant::now();
            let was_down = stage.is_down.load(Ordering::SeqCst);
            match ask(&stage.address, HOOK, &alert(&name)) {
                Ok((202, _)) => {
                    met.times.push(began.elapsed().as_secs_f64() * 1000.0);
                    met.names.push(name);
                    break;
                }
                Ok((status, body)) => met.errors.push(format!("a post: {status} {body}")),
                Err(_) if was_down || stage.is_down.load(Ordering::SeqCst) => {}
                Err(error) => met.errors.push(format!("a post: {error}")),
            }
            if first.elapsed() > PATIENCE {
                break;
            }
            met.repeated += 1;
            thread::sleep(Duration::from_millis(200));
        }
    }
    met
}

fn counted(readers: Vec<Met>, posters: Vec<Met>) -> Report {
    let mut report = Report::default();
    let mut pages = Vec::new();
    for met in readers {
        pages.extend(met.times);
        report.unanswered_in_the_pause += met.in_the_pause;
        report.errors.extend(met.errors);
    }
    let mut posts = Vec::new();
    for met in posters {
        posts.extend(met.times);
        report.acknowledged += met.names.len();
        report.repeated += met.repeated;
        report.errors.extend(met.errors);
    }
    report.pages = pages.len();
    report.posts = posts.len() + report.repeated;
    (report.page_p50, report.page_p99, report.page_max) = spread(pages);
    (report.post_p50, report.post_p99, report.post_max) = spread(posts);
    report
}

/// Median, 99th percentile and maximum.
fn spread(mut times: Vec<f64>) -> (f64, f64, f64) {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let place = (share * times.len().saturating_sub(1) as f64).round() as usize;
        times.get(place).copied().unwrap_or(f64::NAN)
    };
    (at(0.5), at(0.99), at(1.0))
}

/// Waits until the facts hold all that was acknowledged, and counts what they lack.
fn folded(address: &str, report: &mut Report) -> anyhow::Result<()> {
    let query = "SELECT count(DISTINCT id) AS there FROM incidents WHERE title = 'Load'";
    let body = format!("{{\"query\": \"{query}\"}}");
    let head = "POST /api/v1/sql HTTP/1.1\r\nContent-Type: application/json\r\n";
    let begun = Instant::now();
    loop {
        let (status, told) = ask(address, head, &body).context("nothing answers any more")?;
        ensure!(status == 200, "{status} {told}");
        let told: serde_json::Value = serde_json::from_str(&told)?;
        let there = told.pointer("/rows/0/there").and_then(serde_json::Value::as_u64).unwrap_or(0) as usize;
        report.lost = report.acknowledged.saturating_sub(there);
        report.folded_after = begun.elapsed().as_secs_f64();
        if report.lost == 0 || begun.elapsed() > FOLDED {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(500));
    }
}

/// MiB of memory that a process had at most.
fn resident(id: u32) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse::<f64>().ok().map(|kibibytes| kibibytes / 1024.0)
}

impl Report {
    /// Whether nothing went wrong and nothing was lost.
    pub(crate) fn holds(&self) -> bool {
        self.errors.is_empty() && self.lost == 0 && self.acknowledged > 0 && self.pages > 0
    }

    /// For people.
    pub(crate) fn text(&self) -> String {
        let mut text = format!(
            "pages   {} answered, p50 {:.1} ms, p99 {:.1} ms, most {:.0} ms; {} asked while nothing listened\n\
             posts   {} acknowledged, p50 {:.1} ms, p99 {:.1} ms, most {:.0} ms; {} repeated\n\
             facts   {} of them lost, {:.1} s after the last one\n\
             memory  {:.0} MiB at most\n\
             errors  {}\n",
            self.pages,
            self.page_p50,
            self.page_p99,
            self.page_max,
            self.unanswered_in_the_pause,
            self.acknowledged,
            self.post_p50,
            self.post_p99,
            self.post_max,
            self.repeated,
            self.lost,
            self.folded_after,
            self.resident,
            self.errors.len(),
        );
        for error in self.errors.iter().take(5) {
            text.push_str(&format!("        {error}\n"));
        }
        text
    }
}
