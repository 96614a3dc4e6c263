//! What an address says of the thing behind it.

/// What stands behind an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Repository,
    ChangeRequest,
    ChangeCommits,
    ChangeFiles,
    RequestedReviewers,
    Review,
    ReviewComment,
    Issue,
    Comment,
    Happening,
    Run,
    Job,
    CheckRun,
    CommitStatus,
    Deployment,
    DeploymentStatus,
    Release,
    DependabotAlert,
    CodeAlert,
    SecretAlert,
    CodeOwners,
    Graph,
    /// Nothing of what is kept: limits, who one is, notifications (which are no state).
    Nothing,
}

/// An address, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) owner: Option<String>,
    pub(super) repo: Option<String>,
    /// What follows the repository.
    route: Vec<String>,
    /// The first part where the address is not of a repository.
    top: Option<String>,
}

/// First parts of the API's own addresses; any other is the owner of a repository on the site.
const API: [&str; 15] = [
    "repos",
    "repositories",
    "orgs",
    "organizations",
    "users",
    "user",
    "search",
    "issues",
    "installation",
    "graphql",
    "notifications",
    "rate_limit",
    "enterprises",
    "events",
    "meta",
];

impl Address {
    pub(super) fn of(url: &str) -> Self {
        let path =
            url.split_once("://").map_or(url, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let mut parts: Vec<String> =
            path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        if parts.first().is_some_and(|part| part == "api") {
            let is_versioned = parts.get(1).is_some_and(|part| part == "v3");
            parts.drain(..1 + usize::from(is_versioned));
        }
        let mut parts = parts.into_iter();
        let Some(first) = parts.next() else { return Self::default() };
        match first.as_str() {
            "repos" => Self { owner: parts.next(), repo: parts.next(), route: parts.collect(), top: None },
            // The pages after the first are named by the repository's id.
            "repositories" => Self { route: parts.skip(1).collect(), ..Self::default() },
            name if API.contains(&name) => {
                Self { route: parts.collect(), top: Some(first), ..Self::default() }
            }
            _ => Self { owner: Some(first), repo: parts.next(), route: parts.collect(), top: None },
        }
    }

    /// The number or id at `place` of what follows the repository, if it is one.
    pub(super) fn digits(&self, place: usize) -> Option<&str> {
        let part = self.route.get(place)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then_some(part.as_str())
    }

    /// The commit in `/commits/SHA/...`.
    pub(super) fn commit(&self) -> Option<&str> {
        let is_commit = self.route.first().is_some_and(|part| part == "commits" || part == "statuses");
        self.route.get(1).filter(|_| is_commit).map(String::as_str)
    }

    /// The number of a change or an issue.
    pub(super) fn number(&self) -> Option<&str> {
        matches!(self.route.first()?.as_str(), "pulls" | "pull" | "issues").then(|| self.digits(1)).flatten()
    }

    /// What stands behind it; nothing where the address is not known.
    pub(super) fn kind(&self) -> Option<Kind> {
        let route: Vec<&str> = self.route.iter().map(String::as_str).collect();
        if let Some(top) = &self.top {
            return Self::kind_at_the_top(top, &route);
        }
        Some(match route.as_slice() {
            [] => Kind::Repository,
            ["pulls" | "pull", _, "reviews", _, "comments"] | ["pulls", _, "comments"] => Kind::ReviewComment,
            ["pulls", "comments", ..] => Kind::ReviewComment,
            ["pulls" | "pull", _, "reviews", ..] => Kind::Review,
            ["pulls" | "pull", _, "commits"] => Kind::ChangeCommits,
            ["pulls" | "pull", _, "files"] => Kind::ChangeFiles,
            ["pulls" | "pull", _, "requested_reviewers"] => Kind::RequestedReviewers,
            ["pulls" | "pull"] | ["pulls" | "pull", _] | ["commits", _, "pulls"] => Kind::ChangeRequest,
            ["issues", "comments", ..] | ["issues", _, "comments", ..] => Kind::Comment,
            ["issues", "events", ..] | ["issues", _, "events" | "timeline"] => Kind::Happening,
            ["issues"] | ["issues", _] => Kind::Issue,
            ["actions", "runs", _, "jobs"]
            | ["actions", "runs", _, "attempts", _, "jobs"]
            | ["actions", "jobs", _] => Kind::Job,
            ["actions", "runs"]
            | ["actions", "runs", _]
            | ["actions", "runs", _, "attempts", _]
            | ["actions", "workflows", _, "runs"] => Kind::Run,
            ["commits", _, "check-runs"] | ["check-runs", _] | ["check-suites", _, "check-runs"] => {
                Kind::CheckRun
            }
            ["commits", _, "statuses" | "status"] | ["statuses", _] => Kind::CommitStatus,
            ["deployments", _, "statuses", ..] => Kind::DeploymentStatus,
            ["deployments", ..] => Kind::Deployment,
            ["releases", _, "assets" | "reactions", ..] => Kind::Nothing,
            ["releases", ..] => Kind::Release,
            ["contents", .., "CODEOWNERS"] => Kind::CodeOwners,
            ["dependabot" | "code-scanning" | "secret-scanning", "alerts"]
            | ["dependabot" | "code-scanning" | "secret-scanning", "alerts", _] => {
                return alert(route.first()?);
            }
            [
                "labels" | "milestones" | "branches" | "commits" | "compare" | "contributors"
                | "collaborators" | "teams" | "git" | "contents" | "hooks" | "languages" | "tags" | "topics"
                | "environments" | "rules" | "rulesets" | "actions" | "stargazers" | "subscribers"
                | "check-suites",
                ..,
            ] => Kind::Nothing,
            _ => return None,
        })
    }

    fn kind_at_the_top(top: &str, route: &[&str]) -> Option<Kind> {
        Some(match (top, route) {
            ("graphql", []) => Kind::Graph,
            ("orgs" | "users", [_, "repos"]) | ("user", ["repos"]) | ("installation", ["repositories"]) => {
                Kind::Repository
            }
            ("orgs" | "enterprises", [_, scan, "alerts"]) => return alert(scan),
            ("issues", []) | ("search", ["issues"]) | ("user" | "orgs", [.., "issues"]) => Kind::Issue,
            ("rate_limit" | "user" | "users" | "notifications" | "orgs" | "meta" | "events", _) => {
                Kind::Nothing
            }
            _ => return None,
        })
    }
}

fn alert(scan: &str) -> Option<Kind> {
    match scan {
        "dependabot" => Some(Kind::DependabotAlert),
        "code-scanning" => Some(Kind::CodeAlert),
        "secret-scanning" => Some(Kind::SecretAlert),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_tells_repository_number_and_kind() {
        let cases = [
            ("https://api.github.com/repos/acme/api", Some(Kind::Repository), None),
            ("https://api.github.com/repos/acme/api/pulls?state=all", Some(Kind::ChangeRequest), None),
            (
                "https://ghe.acme.example/api/v3/repos/acme/api/pulls/12",
                Some(Kind::ChangeRequest),
                Some("12"),
            ),
            ("https://github.com/acme/api/pull/12#issuecomment-1", Some(Kind::ChangeRequest), Some("12")),
            ("/repos/acme/api/pulls/12/reviews", Some(Kind::Review), Some("12")),
            ("https://api.github.com/repos/acme/api/pulls/comments/7", Some(Kind::ReviewComment), None),
            ("https://api.github.com/repos/acme/api/issues/5/timeline", Some(Kind::Happening), Some("5")),
            ("https://api.github.com/repos/acme/api/issues/comments", Some(Kind::Comment), None),
            ("https://api.github.com/repos/acme/api/actions/runs/8/jobs", Some(Kind::Job), None),
            (
                "https://api.github.com/repos/acme/api/contents/.github/CODEOWNERS",
                Some(Kind::CodeOwners),
                None,
            ),
            ("https://api.github.com/repos/acme/api/dependabot/alerts", Some(Kind::DependabotAlert), None),
            ("https://api.github.com/repos/acme/api/wonders", None, None),
        ];
        for (url, kind, number) in cases {
            let address = Address::of(url);
            assert_eq!(address.kind(), kind, "{url}");
            assert_eq!((address.repo.as_deref(), address.number()), (Some("api"), number), "{url}");
        }
        let paged = Address::of("https://api.github.com/repositories/1296269/issues?page=2");
        assert_eq!((paged.kind(), paged.repo), (Some(Kind::Issue), None));
        for url in ["https://api.github.com/graphql", "https://ghe.acme.example/api/graphql"] {
            assert_eq!(Address::of(url).kind(), Some(Kind::Graph), "{url}");
        }
    }
}
