//! What the cockpit costs: each page's first byte and size, the server's memory, and everybody's brief.
//!
//! The real program listens, and is asked as a browser asks. Which pages there are is read from the pages
//! themselves: of addresses that differ in their last part alone (`/row/...`), one is asked.

use std::{
    collections::BTreeSet,
    fmt::Write as _,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use serde::Serialize;

use crate::{briefs, history::program};

/// Most pages that are asked.
const PAGES: usize = 40;
/// Longest time for an answer.
const PATIENCE: Duration = Duration::from_secs(300);

/// What was measured, and on what.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Report {
    cores: usize,
    people: usize,
    served: Option<Served>,
    briefs: Option<briefs::Report>,
}

/// A page.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Page {
    path: String,
    status: u16,
    /// Milliseconds to the first byte where it is the first page that a server is asked.
    cold: f64,
    /// The same of a page that was asked before; the median of several.
    warm: f64,
    /// Bytes of the page.
    bytes: usize,
    /// With the style sheets, scripts and pictures of the server that it names.
    in_all: usize,
}

/// What is measured.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// People of the company that is made up.
    pub(crate) people: usize,
    /// One that is there already, in place of that.
    pub(crate) company: Option<PathBuf>,
    /// Warm asks of each page.
    pub(crate) runs: usize,
    /// A server of its own for the first ask of each page.
    pub(crate) is_cold: bool,
    /// Which part of it.
    pub(crate) what: What,
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum What {
    /// The pages.
    Pages,
    /// Everybody's brief.
    Briefs,
    /// All of it.
    All,
}

/// The server, and its pages.
#[derive(Debug, Clone, PartialEq, Serialize)]
struct Served {
    /// Seconds from the start of `serve` to its address.
    ready: f64,
    /// MiB of the server that are resident: at its address, after all pages, and at most.
    resident: [Option<f64>; 3],
    pages: Vec<Page>,
}

/// Makes the company where there is none, and measures.
pub(crate) fn measure(plan: &Plan) -> anyhow::Result<Report> {
    let program = program()?;
    let scratch = tempfile::tempdir().context("no folder for a company can be made")?;
    let company = match &plan.company {
        Some(company) => company.clone(),
        None => made(&program, scratch.path(), plan.people)?,
    };
    let served = match plan.what {
        What::Briefs => None,
        What::Pages | What::All => Some(serve(&program, &company, plan)?),
    };
    let briefs = match plan.what {
        What::Pages => None,
        What::Briefs | What::All => Some(briefs::measure(&company)?),
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Ok(Report { cores, people: plan.people, served, briefs })
}

fn serve(program: &Path, company: &Path, plan: &Plan) -> anyhow::Result<Served> {
    let begun = Instant::now();
    let server = Server::start(program, company)?;
    let ready = begun.elapsed().as_secs_f64();
    let first = server.resident("VmRSS:");
    let mut pages = Vec::new();
    for path in server.pages()? {
        let mut page = server.page(&path, plan.runs)?;
        if plan.is_cold {
            page.cold = Server::start(program, company)?.ask(&path)?.first_byte;
        }
        pages.push(page);
    }
    let resident = [first, server.resident("VmRSS:"), server.resident("VmHWM:")];
    Ok(Served { ready, resident, pages })
}

fn made(program: &Path, scratch: &Path, people: usize) -> anyhow::Result<PathBuf> {
    let company = scratch.join("company");
    let mut arguments = vec!["-q".to_owned(), "demo".to_owned(), company.display().to_string()];
    arguments.extend(["--people".to_owned(), people.to_string()]);
    if people > 50 {
        arguments.push("--facts".to_owned());
    }
    let run = |arguments: &[String]| -> anyhow::Result<()> {
        let status = Command::new(program).args(arguments).stdout(Stdio::null()).status()?;
        ensure!(status.success(), "`quarterdeck {}` failed: {status}", arguments.join(" "));
        Ok(())
    };
    run(&arguments)?;
    let named = company.display().to_string();
    run(&["-q", "sync", "--company", &named].map(str::to_owned))?;
    Ok(company)
}

/// A cockpit that listens; it ends with this.
struct Server {
    child: Child,
    address: String,
}

/// An answer.
struct Answer {
    status: u16,
    kind: String,
    body: String,
    /// Milliseconds.
    first_byte: f64,
}

impl Server {
    fn start(program: &Path, company: &Path) -> anyhow::Result<Self> {
        let mut command = Command::new(program);
        command.args(["-q", "serve", "--no-sync", "--port", "0", "--company"]).arg(company);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut line = String::new();
        let out = child.stdout.as_mut().context("the program has no output")?;
        BufReader::new(out).read_line(&mut line)?;
        let address = line.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
        let server = Self { child, address };
        ensure!(!server.address.is_empty(), "`quarterdeck serve` did not say where it listens");
        Ok(server)
    }

    /// MiB, as the kernel tells; nothing where it does not.
    fn resident(&self, name: &str) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        let kibibytes: f64 = line.split_whitespace().next()?.parse().ok()?;
        Some(kibibytes / 1024.0)
    }

    fn ask(&self, path: &str) -> anyhow::Result<Answer> {
        let begun = Instant::now();
        let mut stream = TcpStream::connect(&self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let head = format!("Host: {}\r\nAccept: text/html\r\nConnection: close", self.address);
        write!(stream, "GET {path} HTTP/1.1\r\n{head}\r\n\r\n")?;
        let mut first = [0; 1];
        stream.read_exact(&mut first).with_context(|| format!("{path} is not answered"))?;
        let first_byte = begun.elapsed().as_secs_f64() * 1e3;
        let mut told = first.to_vec();
        stream.read_to_end(&mut told)?;
        let told = String::from_utf8_lossy(&told);
        let (head, body) = told.split_once("\r\n\r\n").context("an answer has no head")?;
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        let kind = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-type").then(|| value.trim().to_owned())
        });
        Ok(Answer { status, kind: kind.unwrap_or_default(), body: body.to_owned(), first_byte })
    }

    /// The pages that can be reached from the first one, one of each shape.
    fn pages(&self) -> anyhow::Result<Vec<String>> {
        let mut shapes = BTreeSet::from([shape("/")]);
        let mut pages = vec!["/".to_owned()];
        let mut next = 0;
        while let Some(path) = pages.get(next).cloned() {
            next += 1;
            let answer = self.ask(&path)?;
            if !answer.kind.starts_with("text/html") {
                pages.retain(|page| *page != path);
                next -= 1;
                continue;
            }
            for link in links(&answer.body, "href=\"") {
                if pages.len() < PAGES && shapes.insert(shape(&link)) {
                    pages.push(link);
                }
            }
        }
        Ok(pages)
    }

    fn page(&self, path: &str, runs: usize) -> anyhow::Result<Page> {
        let cold = self.ask(path)?;
        let mut warm = Vec::new();
        for _ in 0..runs.max(1) {
            warm.push(self.ask(path)?.first_byte);
        }
        warm.sort_by(f64::total_cmp);
        let mut in_all = cold.body.len();
        let assets: BTreeSet<String> = links(&cold.body, "src=\"")
            .chain(links(&cold.body, "href=\"").filter(|link| !is_page(link)))
            .collect();
        for asset in assets {
            in_all += self.ask(&asset)?.body.len();
        }
        Ok(Page {
            path: path.to_owned(),
            status: cold.status,
            cold: cold.first_byte,
            warm: warm.get(warm.len() / 2).copied().unwrap_or_default(),
            bytes: cold.body.len(),
            in_all,
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Addresses of this server that a page names behind `word`.
fn links<'a>(page: &'a str, word: &'a str) -> impl Iterator<Item = String> + use<'a> {
    page.split(word).skip(1).filter_map(|rest| {
        let link = rest.split('"').next()?.split('#').next()?.replace("&amp;", "&");
        (link.starts_with('/') && !link.starts_with("//")).then_some(link)
    })
}

/// Whether an address is a page's, and not that of a style sheet, a script or a picture.
fn is_page(link: &str) -> bool {
    let name = link.split('?').next().and_then(|path| path.rsplit('/').next()).unwrap_or_default();
    let end = name.rsplit_once('.').map_or("", |(_, end)| end);
    !["css", "js", "svg", "png", "ico", "woff2", "webmanifest"].contains(&end)
}

/// What addresses of one kind of page have in common.
fn shape(link: &str) -> String {
    if !is_page(link) {
        return "asset".to_owned();
    }
    let path = link.split('?').next().unwrap_or_default().trim_matches('/');
    let mut parts = path.split('/');
    let first = parts.next().unwrap_or_default();
    format!("{first}/{}", parts.count())
}

impl Report {
    /// The report for people.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("{} people; {} cores\n", self.people, self.cores);
        if let Some(served) = &self.served {
            text.push_str(&served.text());
        }
        if let Some(briefs) = &self.briefs {
            text.push_str(&briefs.text());
        }
        text
    }
}

impl Served {
    fn text(&self) -> String {
        let [first, after, most] = self.resident.map(|mebibytes| match mebibytes {
            Some(mebibytes) => format!("{mebibytes:.0} MiB"),
            None => "unknown".to_owned(),
        });
        let mut text = format!(
            "\nready after {:.1} s; resident {first}, {after} after all pages, {most} at most\n\n{:<34} {:>6} {:>10} {:>10} {:>9} {:>9}\n",
            self.ready, "page", "status", "cold ms", "warm ms", "kB", "kB in all"
        );
        for page in &self.pages {
            let _ = writeln!(
                text,
                "{:<34} {:>6} {:>10.1} {:>10.1} {:>9.1} {:>9.1}",
                page.path,
                page.status,
                page.cold,
                page.warm,
                page.bytes as f64 / 1e3,
                page.in_all as f64 / 1e3
            );
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn one_page_of_each_kind_is_asked() {
        let page = r#"<a href="/row/a1">1</a><a href="/row/b2#top">2</a><a href="/projects">3</a>
            <link href="/style.css"><a href="https://elsewhere.example/">4</a><a href="/sql?q=1&amp;rows=2">5</a>"#;
        let all: Vec<String> = links(page, "href=\"").collect();
        assert_eq!(all, ["/row/a1", "/row/b2", "/projects", "/style.css", "/sql?q=1&rows=2"]);
        let shapes: BTreeMap<String, usize> = all.iter().fold(BTreeMap::new(), |mut shapes, link| {
            *shapes.entry(shape(link)).or_default() += 1;
            shapes
        });
        assert_eq!(
            shapes.into_iter().collect::<Vec<_>>(),
            [
                ("asset".to_owned(), 1),
                ("projects/0".to_owned(), 1),
                ("row/1".to_owned(), 2),
                ("sql/0".to_owned(), 1)
            ]
        );
    }
}
