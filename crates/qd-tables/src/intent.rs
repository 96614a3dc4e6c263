//! What a company declares: the tables of its files.
//!
//! Every row also gets `file`, `line` (where it stands) and `asserted` (when somebody
//! last stood by it), so that a signal about a declaration opens to its text.

use crate::{
    Column, Declaration,
    Kind::{
        Boolean, Choice, Choices, Date, Days, Estimate, Integer, Money, Number, Pairs, Query, Reference,
        References, Secret, Text, Texts, Time,
    },
    Place::{Company, File, Folder, Inside, Records},
    Role::Intent,
    may, must,
};

/// Days of a working week.
const WEEKDAYS: &[&str] = &["monday", "tuesday", "wednesday", "thursday", "friday"];

pub(crate) const FILE: Column = must("file", Text, "", "File that declares it, from the company's folder.");
pub(crate) const LINE: Column = must("line", Integer, "", "Line in that file.");
pub(crate) const ASSERTED: Column = may(
    "asserted",
    Date,
    "",
    "Day somebody last stood by it: declared, or the day its text was last committed.",
);
const CONFIRM: Column = may(
    "confirm",
    Query,
    "",
    "Query that must return no row while it holds; with a least or a most, one number that lies between them.",
);
const CONFIRM_MIN: Column =
    may("confirm_min", Number, "", "Least number that `confirm` may return; null for none.");
const CONFIRM_MAX: Column = may("confirm_max", Number, "", "Most it may return; null for none.");
pub(crate) const ID: Column = must("id", Text, "", "Its id: the file's name, or the table's key.");

/// The company as a whole.
pub const COMPANY: Declaration = Declaration {
    name: "company",
    role: Intent(Company),
    comment: "The company as a whole.",
    key: &["name"],
    columns: &[
        must("name", Text, "", "Its name."),
        may("currency", Text, "", "Currency of its books, ISO 4217."),
        may("timezone", Text, "", "Time zone of its working day, IANA name."),
        may("me", Reference("people"), "", "Whose brief this is by default."),
        may("holidays", Texts, "", "Days nobody works, `2026-12-25` each."),
        may(
            "objectives",
            Choices(&["delay-cost", "makespan", "team-stability", "levelled-load"]),
            "",
            "What a plan is to be good at, the first first; where not declared little paid for delay, then all done early.",
        ),
        may(
            "interruption_cost",
            Days,
            "days",
            "What it takes to get back into a task that was put down for another one; `1h` where not declared. With a large one no task is put down.",
        ),
        may("day_rate", Money, "per day", "What a day of work costs where a person declares no rate."),
        may(
            "cash",
            Texts,
            "",
            "Accounts that hold its cash, as patterns: `Assets:Bank*`; where not given, those that banks sent statements of.",
        ),
        may("runway_months", Number, "months", "How long its cash should last at least."),
        may("margin", Number, "share", "Share of a project's value that should be left at its end."),
        may(
            "span_of_control",
            Texts,
            "people",
            "Fewest and most direct reports of a manager, as two numbers; 3 and 8 where not declared.",
        ),
        may(
            "decisions",
            Texts,
            "",
            "Where the decision records are kept: folders from the company folder, or `repo:folder`.",
        ),
        may(
            "protected_paths",
            Texts,
            "",
            "Paths that nothing may reach without a review: `api:billing/`, `*:migrations/`.",
        ),
        ASSERTED,
        FILE,
        LINE,
    ],
};

/// What can be read.
const SOURCE_KINDS: &[&str] = &[
    "git",
    "github",
    "gitlab",
    "jira",
    "junit",
    "alertmanager",
    "pagerduty",
    "cdevents",
    "mail",
    "chat",
    "calendar",
    "feed",
    "table",
    "ledger",
    "focus",
];

/// A source of facts.
pub const SOURCES: Declaration = Declaration {
    name: "sources",
    role: Intent(File("sources")),
    comment: "A source of facts.",
    key: &["id"],
    columns: &[
        ID,
        must("kind", Choice(SOURCE_KINDS), "", "What it is."),
        may(
            "paths",
            Texts,
            "",
            "For git: repositories, or folders of repositories. For files: the files. For ledgers: journals of Beancount \
             and hledger, statements of banks (camt.053), or folders of them. `~` and `*` are expanded.",
        ),
        may(
            "urls",
            Texts,
            "",
            "For feeds: their addresses: `https://github.com/apache/datafusion/releases.atom`; where not given, the \
             `feed` of each entry of the radar.",
        ),
        may("ignore", Texts, "", "Paths left out, written the same way."),
        may(
            "private",
            Texts,
            "",
            "For mail: folders and labels that nothing is read of, with all below them. For chat: channels; `dm` \
             for conversations of two and of a few. For calendars of a server: their names.",
        ),
        may(
            "url",
            Text,
            "",
            "Where it answers, where that is not the usual place: `https://gitlab.example.org`. For mail on a \
             server: `imaps://imap.example.org`. For a calendar: its address or its server's; `{token}` in it is \
             its secret part.",
        ),
        may(
            "repositories",
            Texts,
            "",
            "For forges: what to read: `acme/api`, `acme/*`. For trackers: the projects' keys.",
        ),
        may("user", Text, "", "Who asks, where a token alone is not enough."),
        may(
            "token",
            Secret,
            "",
            "Where its token is to be had: `env:GITHUB_TOKEN`, `command:gh auth token`; for mail and calendars, the \
             password. For chat: that of an app in Slack, which is asked then.",
        ),
        may(
            "auth",
            Choice(&["password", "oauth"]),
            "",
            "For mail and calendars: what `token` is, a password (where not given) or an access token of OAuth 2.0.",
        ),
        may(
            "oauth",
            Choice(&["google", "microsoft"]),
            "",
            "For mail with `auth = \"oauth\"`: who gives access tokens. `token` is then what they are renewed with.",
        ),
        may("client", Text, "", "With `oauth`: id of the app that asks; for Microsoft also `TENANT/ID`."),
        may(
            "keep",
            Secret,
            "",
            "With `oauth`: `command:LINE` that keeps what it reads, where `token` finds it: \
             `command:pass insert -m -f mail`.",
        ),
        may(
            "secret",
            Secret,
            "",
            "Where the secret is to be had that what it posts to us is signed with; with `oauth`, that of the app.",
        ),
        may("since", Date, "", "Oldest day to read; everything where not given."),
        may("record", Text, "", "Folder to write each exchange to, without secrets."),
        may("replay", Text, "", "Folder of recorded exchanges to read in place of the network."),
        may("table", Text, "", "For kind `table`: the table that the files fill."),
        may("path", Text, "", "For kind `table`: the file, instead of `paths`."),
        may(
            "of",
            Reference("sources"),
            "",
            "For kind `table`: the source whose rows these are, such as that of the changes which reviews are of. For \
             exports of a chat: the source that asks Slack itself.",
        ),
        may(
            "columns",
            Pairs,
            "",
            "For kind `table`: column of the table = column of the file, where they differ.",
        ),
        may("repo", Text, "", "Repository that what it reads is about, where the files do not say."),
        may(
            "person",
            Reference("people"),
            "",
            "Whose mailbox or calendar it is; where not given, that of `me`.",
        ),
        ASSERTED,
        FILE,
        LINE,
    ],
};

/// A person who works or worked for the company, or a robot.
pub const PEOPLE: Declaration = Declaration {
    name: "people",
    role: Intent(Folder("people")),
    comment: "A person who works or worked for the company, or a robot.",
    key: &["id"],
    columns: &[
        ID,
        may("name", Text, "", "Name to show; the id where not given."),
        may("mails", Texts, "", "Mail addresses that are theirs."),
        may("logins", Texts, "", "Logins at forges and trackers."),
        may("role", Text, "", "What they do."),
        may("reports_to", Reference("people"), "", "Their manager."),
        may(
            "skills",
            Texts,
            "",
            "What they can do, and how well where levels are told apart: `rust`, `sql:3`.",
        ),
        may("rate", Money, "per day", "What a day of their work costs."),
        may(
            "capacity",
            Number,
            "share",
            "Share of a full week they work, 0 to 1; where not given, that of their weekdays.",
        ),
        may("weekdays", Choices(WEEKDAYS), "", "Days of the week they work; all five where not given."),
        may("timezone", Text, "", "Their time zone, IANA name."),
        may("joined", Date, "", "First day."),
        may("left", Date, "", "Last day; leavers stay in the files."),
        may("is_bot", Boolean, "", "True for robots."),
        ASSERTED,
        FILE,
        LINE,
    ],
};

/// A time when a person is away.
pub const ABSENCES: Declaration = Declaration {
    name: "absences",
    role: Intent(Inside { parent: "people", key: "absences" }),
    comment: "A time when a person is away.",
    key: &["person", "from"],
    columns: &[
        must("person", Reference("people"), "", "Who."),
        must("from", Date, "", "First day away."),
        may("to", Date, "", "Last day away; null for not known."),
        may("kind", Text, "", "Leave, parental leave, training ..."),
        ASSERTED,
        FILE,
        LINE,
    ],
};

/// The kinds of work that a person's time is counted in.
const TIME_KINDS: &[&str] = &["one-to-one", "team", "large", "outward", "alone", "review", "code", "writing"];

/// How much of a week a person means to give to a kind of work.
pub const TIME_BUDGETS: Declaration = Declaration {
    name: "time_budgets",
    role: Intent(Inside { parent: "people", key: "time_budgets" }),
    comment: "How much of a week a person means to give to a kind of work.",
    key: &["person", "kind"],
    columns: &[
        must("person", Reference("people"), "", "Whose time."),
        must(
            "kind",
            Choice(TIME_KINDS),
            "",
            "Meetings: one-to-one, team, large, outward; time kept for oneself: alone; and review, code, writing.",
        ),
        must("hours", Number, "hours a week", "How much."),
        ASSERTED,
        FILE,
        LINE,
    ],
};

/// A team.
pub const TEAMS: Declaration = Declaration {
    name: "teams",
    role: Intent(Folder("teams")),
    comment: "A team.",
    key: &["id"],
    columns: &[
        ID,
        may("name", Text, "", "Name to show; the id where not given."),
        may("lead", Reference("people"), "", "Who leads it."),
        may("members", References("people"), "", "Who is in it."),
        may("parent", Reference("teams"), "", "The team it is part of."),
        may(
            "type",
            Choice(&["stream-aligned", "platform", "enabling", "complicated-subsystem"]),
            "",
            "Its type, in the words of Team Topologies (Skelton and Pais 2019).",
        ),
        may("mission", Text, "", "What it is for."),
        may("owns", Texts, "", "Repositories and paths it owns: `api`, `api:billing/`, `web:src/**/*.ts`."),
        may("until", Date, "", "Day it was dissolved."),
        may("is_guess", Boolean, "", "True where Quarterdeck guessed it and nobody has confirmed it."),
        ASSERTED,
        FILE,
        LINE,
    ],
};

/// How a team works with another one.
pub const INTERACTIONS: Declaration = Declaration {
    name: "interactions",
    role: Intent(Inside { parent: "teams", key: "interactions" }),
    comment: "How a team works with another one.",
    key: &["team", "with"],
    columns: &[
        must("team", Reference("teams"), "", "The team."),
        must("with", Reference("teams"), "", "The other team."),
        must(
            "mode",
            Choice(&["collaboration", "x-as-a-service", "facilitating"]),
            "",
            "How, in the words of Team Topologies (Skelton and Pais 2019).",
        ),
        may("purpose", Text, "", "What for."),
        may("from", Date, "", "Since when."),
        may("until", Date, "", "Until when."),
        ASSERTED,
        FILE,
        LINE,
    ],
};

/// A project.
pub const PROJECTS: Declaration = Declaration {
    name: "projects",
    role: Intent(Folder("projects")),
    comment: "A project.",
    key: &["id"],
    columns: &[
        ID,
        may("name", Text, "", "Name to show; the id where not given."),
        may(
            "status",
            Choice(&["proposed", "active", "paused", "done", "cancelled"]),
            "",
            "How it stands; active where not given.",
        ),
        may("client", Reference("relations"), "", "For whom."),
        may("lead", Reference("people"), "", "Who answers for it."),
        may("team", Reference("teams"), "", "Which team does it."),
        may("people", References("people"), "", "Who works on it."),
        may("repositories", Texts, "", "Where its work lands: `api`, `api:billing/`."),
        may("started", Date, "", "First day; nothing of it is planned before."),
        may("deadline", Date, "", "Day it is promised for."),
        may(
            "confidence",
            Number,
            "",
            "Share of cases in which the promise should hold; 0.8 where not given.",
        ),
        may("probability", Number, "share", "How likely it is to come, where it is proposed: 0 to 1."),
        may("value", Money, "", "What it is worth in all."),
        may("value_per_day", Money, "per day", "What a day of delay costs: its cost of delay."),
        may("budget", Money, "", "What it may cost."),
        may(
            "margin",
            Number,
            "share",
            "Share of its value that should be left at its end; the company's where not given.",
        ),
        ASSERTED,
        FILE,
        LINE,
    ],
};

/// A piece of work of a project.
pub const TASKS: Declaration = Declaration {
    name: "tasks",
    role: Intent(Inside { parent: "projects", key: "tasks" }),
    comment: "A piece of work of a project.",
    key: &["project", "id"],
    columns: &[
        must("project", Reference("projects"), "", "Of which project."),
        must("id", Text, "", "Its id within the project."),
        may("title", Text, "", "What it is."),
        may("owner", Reference("people"), "", "Who does it."),
        may("skill", Text, "", "Skill it needs of one person; at a level at least: `sql:2`."),
        may(
            "skills",
            Texts,
            "",
            "Who does it together, where it takes several: `backend`, `2 design`, `sql:2`; the owner is one of them.",
        ),
        may("estimate", Estimate, "days", "What it takes, in working days of one person."),
        may(
            "after",
            Texts,
            "",
            "Tasks of the project that come first: `plan`, `plan + 3d`; by their beginning `start of plan`, to end after their end `end of plan`.",
        ),
        may("begins", Date, "", "Day on which it can begin at the earliest."),
        may("deadline", Date, "", "Day it is due."),
        may("value_per_day", Money, "per day", "What a day of delay after that costs."),
        may("priority", Integer, "", "Higher comes first where a choice is open; 0 where not given."),
        may("preferred", References("people"), "", "People who do it where that costs no time."),
        may("done", Boolean, "", "True when it is done."),
        may(
            "issues",
            Texts,
            "",
            "Issues and change requests that are its work: `api#12`, `WEB-12`; it is done when all of them are.",
        ),
        ASSERTED,
        FILE,
        LINE,
    ],
};

/// A plan that was accepted.
pub const ACCEPTED_PLANS: Declaration = Declaration {
    name: "accepted_plans",
    role: Intent(File("accepted_plans")),
    comment: "A plan that was accepted, as `plan.lock.toml` keeps it; its id is the day.",
    key: &["id"],
    columns: &[
        ID,
        must("accepted", Date, "", "Day on which it was accepted."),
        may("by", Text, "", "Who accepted it."),
        FILE,
        LINE,
    ],
};

/// What accepted plans said of projects.
pub const PLAN_HISTORY: Declaration = Declaration {
    name: "plan_history",
    role: Intent(Inside { parent: "accepted_plans", key: "projects" }),
    comment: "What a plan said of a project when it was accepted.",
    key: &["plan", "project"],
    columns: &[
        must("plan", Text, "", "Day of the plan."),
        must("project", Text, "", "Id of the project."),
        may("deadline", Date, "", "Day it was promised for."),
        may("ends", Date, "", "Day it was planned to be ready."),
        may("p50", Date, "", "Day by which it was ready in half of the runs."),
        may("p80", Date, "", "The same in eight of ten."),
        may("kept", Number, "share", "Share of the runs in which the promise was kept."),
        must("days", Number, "days", "Working days of one person that were expected to be left of it."),
        may("done_days", Number, "days", "Expected working days of what was done of it."),
        FILE,
        LINE,
    ],
};

/// What the accepted plan says of tasks.
pub const ACCEPTED_TASKS: Declaration = Declaration {
    name: "accepted_tasks",
    role: Intent(Inside { parent: "accepted_plans", key: "tasks" }),
    comment: "What the plan that was accepted last says of a task.",
    key: &["plan", "task"],
    columns: &[
        must("plan", Text, "", "Day of the plan."),
        must("task", Text, "", "The task, `project/task`."),
        may("people", Texts, "", "Who does it."),
        may("starts", Date, "", "First day it is worked on."),
        may("ends", Date, "", "Day it is ready."),
        may(
            "parts",
            Texts,
            "",
            "First and last day of each part, `2026-03-02/2026-03-06`, of a task that is put down for others.",
        ),
        must("days", Number, "days", "Working days of one person that were expected to be left of it."),
        FILE,
        LINE,
    ],
};

/// A client, investor, candidate or partner.
pub const RELATIONS: Declaration = Declaration {
    name: "relations",
    role: Intent(File("relations")),
    comment: "A client, investor, candidate or partner.",
    key: &["id"],
    columns: &[
        ID,
        may("name", Text, "", "Name to show; the id where not given."),
        must(
            "kind",
            Choice(&["client", "investor", "candidate", "partner", "authority", "press"]),
            "",
            "What they are to us.",
        ),
        may("owner", Reference("people"), "", "Who looks after them."),
        may("mails", Texts, "", "Addresses and domains that are theirs."),
        may("value_per_day", Money, "per day", "What a day of their waiting costs us."),
        may("patience", Days, "days", "How long they may wait for an answer."),
        ASSERTED,
        FILE,
        LINE,
    ],
};

/// Something that runs, or a component.
pub const SERVICES: Declaration = Declaration {
    name: "services",
    role: Intent(File("services")),
    comment: "Something that runs, or a component.",
    key: &["id"],
    columns: &[
        ID,
        may("name", Text, "", "Name to show; the id where not given."),
        may("owner", Reference("people|teams"), "", "Who answers for it."),
        may("system", Text, "", "System it is part of."),
        may(
            "lifecycle",
            Choice(&["experimental", "production", "deprecated", "retired"]),
            "",
            "Where it stands in its life.",
        ),
        may("criticality", Choice(&["low", "medium", "high"]), "", "How bad its failing is."),
        may("impact", Money, "", "What its failing costs, once."),
        may("repositories", Texts, "", "Where its code is: `api`, `api:billing/`."),
        may("after", Texts, "", "Services it needs, by id."),
        ASSERTED,
        FILE,
        LINE,
    ],
};

/// What counts as a deployment of a service.
pub const DEPLOYMENT_RULES: Declaration = Declaration {
    name: "deployment_rules",
    role: Intent(Inside { parent: "services", key: "deployments" }),
    comment: "What counts as a deployment of a service. All that a rule names must fit; `*` fits anything.",
    key: &["service", "id"],
    columns: &[
        must("service", Reference("services"), "", "The service."),
        must("id", Text, "", "Its id within the service."),
        may("repo", Text, "", "Repository; those of the service where not given."),
        may("workflow", Text, "", "Pipeline whose runs deploy: `deploy*`."),
        may("job", Text, "", "Job whose runs deploy: `deploy-production`."),
        may("branch", Text, "", "Branch it must run on."),
        may("tag", Text, "", "Tag whose making deploys: `v*`."),
        may("environment", Text, "", "Environment that reported deployments must name; `production` else."),
        ASSERTED,
        FILE,
        LINE,
    ],
};

/// A kind of work.
pub const WORK_KINDS: Declaration = Declaration {
    name: "work_kinds",
    role: Intent(File("work_kinds")),
    comment: "A kind of work: how it is told from others, and how much of it there should be.",
    key: &["id"],
    columns: &[
        ID,
        may("target", Number, "share", "Share of all work that it should be, 0 to 1."),
        may("labels", Texts, "", "Labels and issue types that mark it: `bug`, `tech-debt*`."),
        may("paths", Texts, "", "Paths whose changes are of it: `docs/`, `*:infra/**`."),
        may("types", Texts, "", "Commit types that mark it, as in `fix: ...` and `feat(api): ...`."),
        ASSERTED,
        FILE,
        LINE,
    ],
};

/// What was found out about an incident.
pub const INCIDENT_REVIEWS: Declaration = Declaration {
    name: "incident_reviews",
    role: Intent(Folder("incidents")),
    comment: "What was found out about an incident, and what is done so that it does not come again.",
    key: &["id"],
    columns: &[
        ID,
        may("title", Text, "", "What happened."),
        may("incidents", Texts, "", "Incidents it is about, by their ids; its own id where not given."),
        may("service", Reference("services"), "", "Service that was hit."),
        may("deployment", Text, "", "Deployment that caused it, by its id; overrides what is guessed."),
        may(
            "is_change_failure",
            Boolean,
            "",
            "False where no deployment caused it; overrides what is guessed.",
        ),
        may("owner", Reference("people"), "", "Who answers for the review."),
        may("started", Time, "", "When it began, where no system knows."),
        may("resolved", Time, "", "When it was over, where no system knows."),
        may("reviewed", Date, "", "Day it was talked over."),
        may("cause", Text, "", "What caused it."),
        ASSERTED,
        FILE,
        LINE,
    ],
};

/// What an incident is to lead to.
pub const INCIDENT_ACTIONS: Declaration = Declaration {
    name: "incident_actions",
    role: Intent(Inside { parent: "incident_reviews", key: "actions" }),
    comment: "Something to do so that an incident does not come again.",
    key: &["review", "id"],
    columns: &[
        must("review", Reference("incident_reviews"), "", "Of which review."),
        must("id", Text, "", "Its id within the review."),
        may("title", Text, "", "What to do."),
        may("owner", Reference("people"), "", "Who does it."),
        may("due", Date, "", "By when."),
        may("done", Boolean, "", "True when it is done."),
        ASSERTED,
        FILE,
        LINE,
    ],
};

/// A decision record.
pub const DECISIONS: Declaration = Declaration {
    name: "decisions",
    role: Intent(Records),
    comment: "A decision record.",
    key: &["id"],
    columns: &[
        ID,
        may("number", Integer, "", "Its number."),
        may("title", Text, "", "What was decided; null where the record does not say."),
        may(
            "status",
            Choice(&["draft", "proposed", "accepted", "rejected", "deferred", "deprecated", "superseded"]),
            "",
            "How it stands, in one of seven words.",
        ),
        may("status_text", Text, "", "How it stands, as written."),
        may("date", Date, "", "Day of its last change, as written; null where missing or ambiguous."),
        may("date_text", Text, "", "That day as written."),
        may("deciders", Texts, "", "Who decided, as written."),
        may("owner", Reference("people"), "", "Who answers for it."),
        may("supersedes", Texts, "", "Records it replaces, by id."),
        may("superseded_by", Texts, "", "Records that replace it, by id."),
        may("scope", Texts, "", "Repositories and paths it is about: `api`, `api:billing/`."),
        CONFIRM,
        CONFIRM_MIN,
        CONFIRM_MAX,
        may("revisit", Text, "", "Day to look at it again, or a query that returns a row when it is time."),
        may("dialect", Choice(&["madr", "nygard", "log4brains", "other"]), "", "Form it is written in."),
        ASSERTED,
        FILE,
        LINE,
    ],
};

/// Somebody the company pays for a product or a service.
pub const VENDORS: Declaration = Declaration {
    name: "vendors",
    role: Intent(File("vendors")),
    comment: "Somebody the company pays for a product or a service.",
    key: &["id"],
    columns: &[
        ID,
        may("name", Text, "", "Name to show; the id where not given."),
        may("owner", Reference("people"), "", "Who answers for it."),
        may("product", Text, "", "What is bought."),
        may("cost_per_year", Money, "per year", "What it costs."),
        may("renews", Date, "", "Day it renews by itself."),
        may("notice", Days, "calendar days", "How long before that notice must be given, in calendar days."),
        may(
            "decision",
            Choice(&["renew", "cancel", "renegotiate"]),
            "",
            "What was decided for the next renewal.",
        ),
        may(
            "payees",
            Texts,
            "",
            "Names under which it is paid, as patterns: `ACME*`; its name and id where not given. Case does not count.",
        ),
        may(
            "price_rise",
            Number,
            "share",
            "Most that its price may rise in a year by contract; a rise beyond it is told.",
        ),
        may("seats", Integer, "seats", "Seats that are paid."),
        may("data", Text, "", "Class of the data it holds."),
        may("exit", Text, "", "How we would leave."),
        ASSERTED,
        FILE,
        LINE,
    ],
};

/// What may be spent on something.
pub const BUDGET: Declaration = Declaration {
    name: "budget",
    role: Intent(File("budget")),
    comment: "A line of the budget: what may be spent on what, from when to when.",
    key: &["id"],
    columns: &[
        ID,
        may("name", Text, "", "Name to show; the id where not given."),
        may("owner", Reference("people|teams"), "", "Who answers for it."),
        must(
            "kind",
            Choice(&["payroll", "software", "cloud", "services", "other"]),
            "",
            "What it is spent on.",
        ),
        must("amount", Money, "", "What is meant to be spent in each period."),
        may(
            "least",
            Money,
            "",
            "Least that a period is expected to take; with `most`, the range of the line.",
        ),
        may("most", Money, "", "Most that a period may take."),
        may(
            "period",
            Choice(&["year", "quarter", "month"]),
            "",
            "What the amounts are for; the year where not given.",
        ),
        must("from", Date, "", "First day."),
        must("to", Date, "", "Last day."),
        may("accounts", Texts, "", "Accounts of books, as patterns: `Expenses:Cloud*`, `65*`."),
        may("vendors", References("vendors"), "", "Vendors whose payments it is for."),
        may("projects", References("projects"), "", "Projects whose costs it is for."),
        may("teams", References("teams"), "", "Teams whose costs it is for."),
        may("services", Texts, "", "Services of clouds and accounts of their bills, as patterns: `Amazon*`."),
        may(
            "quantity",
            Number,
            "days or seats",
            "How much a period is meant to take: days of work, or seats.",
        ),
        may("unit", Choice(&["days", "seats"]), "", "What `quantity` counts."),
        ASSERTED,
        FILE,
        LINE,
    ],
};

/// What a currency is worth in the company's own.
pub const RATES: Declaration = Declaration {
    name: "rates",
    role: Intent(File("rates")),
    comment: "What a unit of a currency is worth in the company's own, from a day on.",
    key: &["id"],
    columns: &[
        ID,
        may("currency", Text, "", "The currency, ISO 4217; the id where not given."),
        must("value", Number, "per unit", "What one unit of it is worth, in the company's currency."),
        may("from", Date, "", "First day of this rate; of all days before the next one where not given."),
        ASSERTED,
        FILE,
        LINE,
    ],
};

/// A technology that the company uses, tries, watches or leaves.
pub const RADAR: Declaration = Declaration {
    name: "radar",
    role: Intent(File("radar")),
    comment: "A technology that the company uses, tries, watches or leaves.",
    key: &["id"],
    columns: &[
        ID,
        may("name", Text, "", "Name to show; the id where not given."),
        must(
            "ring",
            Choice(&["adopt", "trial", "assess", "hold"]),
            "",
            "How far to go with it, in the words of the Technology Radar (Thoughtworks 2010).",
        ),
        may("owner", Reference("people"), "", "Who watches it."),
        may("reviewed", Date, "", "Day somebody last looked at it."),
        may("decision", Text, "", "Record of the decision about it, by id."),
        may(
            "feed",
            Text,
            "",
            "Address of the feed that tells its releases: `https://github.com/apache/datafusion/releases.atom`. A \
             source of kind `feed` without `urls` reads those of all entries.",
        ),
        ASSERTED,
        FILE,
        LINE,
    ],
};

/// A goal.
pub const GOALS: Declaration = Declaration {
    name: "goals",
    role: Intent(File("goals")),
    comment: "A goal.",
    key: &["id"],
    columns: &[
        ID,
        may("title", Text, "", "What is to be reached."),
        may("owner", Reference("people|teams"), "", "Who answers for it."),
        may("measure", Text, "", "How one sees it."),
        may("confidence", Number, "share", "How sure the owner is to reach it, 0 to 1."),
        may("due", Date, "", "By when."),
        CONFIRM,
        CONFIRM_MIN,
        CONFIRM_MAX,
        may("revisit", Text, "", "Day to look at it again, or a query that returns a row when it is time."),
        ASSERTED,
        FILE,
        LINE,
    ],
};

/// Something that may happen.
pub const RISKS: Declaration = Declaration {
    name: "risks",
    role: Intent(File("risks")),
    comment: "Something that may happen.",
    key: &["id"],
    columns: &[
        ID,
        may("title", Text, "", "What may happen."),
        may("cause", Text, "", "Why it may."),
        may("effect", Text, "", "What follows."),
        may("owner", Reference("people"), "", "Who watches it."),
        may("probability_per_year", Number, "share", "How likely it is in a year, 0 to 1."),
        may("impact", Money, "", "What it would cost."),
        may("treatment", Choice(&["avoid", "reduce", "transfer", "accept"]), "", "What is done about it."),
        may("accepted_until", Date, "", "Until when it is accepted."),
        may("reviewed", Date, "", "Day somebody last looked at it."),
        ASSERTED,
        FILE,
        LINE,
    ],
};

/// What somebody wants to do, or has promised.
pub const TODOS: Declaration = Declaration {
    name: "todos",
    role: Intent(File("todos")),
    comment: "What somebody wants to do, or has promised to somebody: their own list.",
    key: &["id"],
    columns: &[
        ID,
        may("title", Text, "", "What."),
        may("person", Text, "", "Who does it; `me` where not given."),
        may("to", Text, "", "Whom it was promised to: a person, a relation, or a name."),
        may("due", Date, "", "By when."),
        may("added", Date, "", "Day it was written down."),
        may("done", Date, "", "Day it was done."),
        ASSERTED,
        FILE,
        LINE,
    ],
};

/// A promise to somebody.
pub const COMMITMENTS: Declaration = Declaration {
    name: "commitments",
    role: Intent(File("commitments")),
    comment: "A promise to somebody.",
    key: &["id"],
    columns: &[
        ID,
        may("title", Text, "", "What was promised."),
        may("to", Reference("relations"), "", "To whom."),
        may("owner", Reference("people"), "", "Who keeps it."),
        may("project", Reference("projects"), "", "Project that does it."),
        may("due", Date, "", "By when."),
        may("penalty_per_day", Money, "per day", "What a day of delay costs."),
        CONFIRM,
        CONFIRM_MIN,
        CONFIRM_MAX,
        may("revisit", Text, "", "Day to look at it again, or a query that returns a row when it is time."),
        may("done", Boolean, "", "True when it is kept."),
        ASSERTED,
        FILE,
        LINE,
    ],
};
