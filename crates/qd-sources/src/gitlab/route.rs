//! What an address of GitLab's API is about.

use jiff::Timestamp;

use super::{AUTHOR, SINCE, notes::Of};

/// What the items of an answer are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Project,
    MergeRequest,
    Issue,
    Note(Of),
    Discussion(Of),
    StateEvent(Of),
    LabelEvent(Of),
    Commits,
    Diffs,
    Approvals,
    Reviewers,
    Links,
    Pipeline,
    Job,
    Deployment,
    Release,
    Vulnerability,
    /// Known, and no table holds it.
    Silent,
}

/// An address, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Route {
    pub(super) kind: Kind,
    /// Path of the project (`acme/api`); none where the address has only its number, or a group.
    pub(super) path: Option<String>,
    /// GitLab's own id of the project, where the address has it in the place of the path.
    pub(super) id: Option<String>,
    /// Number of the merge request or issue.
    pub(super) number: Option<String>,
    /// Which page of a list, from 1.
    pub(super) page: u64,
    /// Since when the answer is so.
    pub(super) since: Option<Timestamp>,
    /// Who opened the merge request.
    pub(super) author: Option<String>,
}

impl Kind {
    /// What an answer below a merge request or an issue is about.
    pub(super) fn of(self) -> Option<Of> {
        match self {
            Self::Note(of) | Self::Discussion(of) | Self::StateEvent(of) | Self::LabelEvent(of) => Some(of),
            Self::Commits | Self::Diffs | Self::Approvals | Self::Reviewers => Some(Of::ChangeRequest),
            Self::Links => Some(Of::Issue),
            _ => None,
        }
    }
}

impl Route {
    /// Whether an item that gives no fact is nothing to wonder at.
    pub(super) fn is_partial(&self) -> bool {
        matches!(
            self.kind,
            Kind::Commits
                | Kind::Diffs
                | Kind::Reviewers
                | Kind::Links
                | Kind::Silent
                | Kind::Note(_)
                | Kind::Discussion(_)
                | Kind::StateEvent(_)
                | Kind::LabelEvent(_)
                | Kind::Approvals
        )
    }
}

/// The last part of a path: `api` of `acme/api`.
pub(super) fn short(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What `url` is about; none where it is no known address of GitLab's API.
pub(super) fn read(url: &str) -> Option<Route> {
    let (place, query) = url.split_once('?').unwrap_or((url, ""));
    let path = place.split_once("/api/v4/")?.1.trim_end_matches('/');
    let parts: Vec<&str> = path.split('/').collect();
    let (kind, project, number) = match parts.as_slice() {
        ["projects"] | ["groups", _, "projects"] => (Kind::Project, None, None),
        ["groups", _, rest @ ..] => (top(rest)?, None, None),
        ["merge_requests" | "issues"] => (top(&parts)?, None, None),
        ["projects", project] => (Kind::Project, Some(*project), None),
        ["projects", project, rest @ ..] => {
            let (kind, number) = below(rest)?;
            (kind, Some(*project), number)
        }
        _ => return None,
    };
    let parameter = |name: &str| query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    Some(Route {
        kind,
        path: project.map(decoded).filter(|path| !is_id(path)),
        id: project.filter(|path| is_id(path)).map(str::to_owned),
        number: number.map(str::to_owned),
        page: parameter("page").and_then(|page| page.parse().ok()).unwrap_or(1),
        since: parameter(SINCE).and_then(|since| decoded(since).parse().ok()),
        author: parameter(AUTHOR).map(decoded),
    })
}

fn is_id(place: &str) -> bool {
    place.bytes().all(|byte| byte.is_ascii_digit())
}

fn top(parts: &[&str]) -> Option<Kind> {
    match parts {
        ["merge_requests"] => Some(Kind::MergeRequest),
        ["issues"] => Some(Kind::Issue),
        _ => None,
    }
}

fn below<'u>(parts: &[&'u str]) -> Option<(Kind, Option<&'u str>)> {
    let plain = |kind| Some((kind, None));
    match *parts {
        ["merge_requests"] | ["merge_requests", _] | ["merge_requests", _, "changes"] => {
            plain(Kind::MergeRequest)
        }
        ["merge_requests", number, ref rest @ ..] => Some((inside(Of::ChangeRequest, rest)?, Some(number))),
        ["issues"] | ["issues", _] => plain(Kind::Issue),
        ["issues", number, ref rest @ ..] => Some((inside(Of::Issue, rest)?, Some(number))),
        ["pipelines"] | ["pipelines", _] => plain(Kind::Pipeline),
        ["jobs"] | ["jobs", _] | ["pipelines", _, "jobs" | "bridges"] => plain(Kind::Job),
        ["deployments"] | ["deployments", _] => plain(Kind::Deployment),
        ["releases"] | ["releases", _] => plain(Kind::Release),
        ["vulnerabilities"] | ["vulnerability_findings"] => plain(Kind::Vulnerability),
        ["environments", ..] | ["labels", ..] | ["milestones", ..] | ["members", ..] | ["repository", ..] => {
            plain(Kind::Silent)
        }
        _ => None,
    }
}

fn inside(of: Of, parts: &[&str]) -> Option<Kind> {
    Some(match *parts {
        ["notes"] | ["notes", _] => Kind::Note(of),
        ["discussions"] | ["discussions", _] => Kind::Discussion(of),
        ["resource_state_events"] | ["resource_state_events", _] => Kind::StateEvent(of),
        ["resource_label_events"] | ["resource_label_events", _] => Kind::LabelEvent(of),
        ["commits"] => Kind::Commits,
        ["diffs"] => Kind::Diffs,
        ["approvals"] => Kind::Approvals,
        ["reviewers"] => Kind::Reviewers,
        ["links"] => Kind::Links,
        ["pipelines"] => Kind::Pipeline,
        ["versions", ..]
        | ["participants"]
        | ["closes_issues"]
        | ["approval_state"]
        | ["resource_milestone_events", ..]
        | ["related_merge_requests"]
        | ["closed_by"] => Kind::Silent,
        _ => return None,
    })
}

/// `text` without the escapes of an address.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let pair = (byte == b'%').then(|| Some((hex(ahead.next()?)? << 4) | hex(ahead.next()?)?)).flatten();
        match pair {
            Some(value) => {
                bytes.push(value);
                rest = ahead;
            }
            None => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
