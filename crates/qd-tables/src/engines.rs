//! What the engines return: the computed tables.

use crate::{
    Declaration,
    Kind::{Boolean, Choice, Date, Integer, Number, Text, Texts, Time},
    Role::Engine,
    may, must,
};

/// Who an address belongs to.
pub const IDENTITIES: Declaration = Declaration {
    name: "identities",
    role: Engine,
    comment: "An address and name seen in commits, and the person it is taken to be.",
    key: &["email", "name"],
    columns: &[
        must("email", Text, "", "Address as observed, lower case."),
        must("name", Text, "", "Name as observed with it."),
        must(
            "person",
            Text,
            "",
            "Id of the person: declared, or made from the name where nobody is declared.",
        ),
        must("person_name", Text, "", "Name to show."),
        must("is_bot", Boolean, "", "True for robots."),
        must("is_declared", Boolean, "", "True where the person stands in the company's files."),
        must(
            "why",
            Choice(&["declared", "mailmap", "same-address", "same-name", "observed"]),
            "",
            "What joined it to the person.",
        ),
        must("commits", Integer, "commits", "Commits written under it."),
        must("first_seen", Time, "", "Author time of the first."),
        must("last_seen", Time, "", "Author time of the last."),
    ],
};

/// The line of the default branch.
pub const MAINLINE: Declaration = Declaration {
    name: "mainline",
    role: Engine,
    comment: "A commit of the last year on the default branch itself: its head, the first parent of that, and so on. What came by a merge is behind the merge.",
    key: &["source", "repo", "sha"],
    columns: &[
        must("source", Text, "", "Name of the source in company.toml."),
        must("repo", Text, "", "Name of the repository."),
        must("sha", Text, "", "Commit, hex."),
        must("commit_time", Time, "", "When it was committed."),
    ],
};

/// Which messages hang together.
pub const CONVERSATIONS: Declaration = Declaration {
    name: "conversations",
    role: Engine,
    comment: "A message and the conversation that it is part of, by what answers what; copies in several mailboxes are one.",
    key: &["id"],
    columns: &[
        must("id", Text, "", "Id of the message."),
        must("conversation", Text, "", "Id of the message that it began with, as far as that is known."),
        may("parent", Text, "", "Id of the message it answers, where that is known."),
    ],
};

/// In which order mail is shown.
pub const MESSAGE_ORDER: Declaration = Declaration {
    name: "message_order",
    role: Engine,
    comment: "Where a message to the owner of a mailbox stands among others (docs/ranking.md). It orders messages, and hides none.",
    key: &["person", "id"],
    columns: &[
        must("person", Text, "", "Whose mailbox it is in."),
        must("id", Text, "", "Id of the message."),
        must("rule", Number, "points", "Points of the fixed rule."),
        must("probability", Number, "", "Chance that they answer it within seven days."),
        must("score", Number, "", "The higher, the earlier it is shown: the rule's, or the learned one."),
    ],
};

/// How good the order of mail was.
pub const MESSAGE_ORDER_FIGURES: Declaration = Declaration {
    name: "message_order_figures",
    role: Engine,
    comment: "How good the fixed rule and the learned order were on the reader's own past: items in the order of time, the first 30% only learned from, the rest scored before they were learned from (docs/ranking.md).",
    key: &["person", "order"],
    columns: &[
        must("person", Text, "", "Whose mailbox it is."),
        must("order", Choice(&["to before cc", "rule", "model"]), "", "Which order."),
        must("is_used", Boolean, "", "True for the one in use."),
        must("scored", Integer, "messages", "Messages that were scored."),
        must("answered", Integer, "messages", "Those of them that were answered within seven days."),
        may(
            "area_under_curve",
            Number,
            "",
            "Chance that an answered one stands before one that was not (AUROC).",
        ),
        may("average_precision", Number, "", "Mean precision at each answered one."),
        may(
            "calibration_error",
            Number,
            "",
            "Mean distance between chance and share answered, over ten parts.",
        ),
        may(
            "shown_at_90_recall",
            Number,
            "share",
            "Share to be shown so that nine of ten answered ones are in it.",
        ),
    ],
};

/// Who knows a path.
pub const OWNERSHIP: Declaration = Declaration {
    name: "ownership",
    role: Engine,
    comment: "A person who knows a path of the default branch, by the degree-of-authorship model (Avelino et al. 2016).",
    key: &["source", "repo", "path", "person"],
    columns: &[
        must("source", Text, "", "Name of the source in company.toml."),
        must("repo", Text, "", "Name of the repository."),
        must("path", Text, "", "Path as of now."),
        must("person", Text, "", "Person, as in `identities`."),
        must("is_first_author", Boolean, "", "True where the person created the file."),
        must("changes", Integer, "commits", "Commits of the person to the path."),
        must("others", Integer, "commits", "Commits of other people to the path."),
        must("authorship", Number, "", "Degree of authorship, absolute."),
        must("share", Number, "", "Degree of authorship over the highest one of the path: 0 to 1."),
        must(
            "is_author",
            Boolean,
            "",
            "True from a share over 0.75 and an authorship of at least 3.293: an author in the sense of the model.",
        ),
        must("last_touched", Time, "", "Last commit of the person to the path."),
        must(
            "knows",
            Boolean,
            "",
            "True for an author, or a share of at least a half, who touched it or its folder within two years.",
        ),
    ],
};

/// How few people a repository hangs on.
pub const TRUCK_FACTORS: Declaration = Declaration {
    name: "truck_factors",
    role: Engine,
    comment: "How many of its main authors a repository could lose before most of its files have no author.",
    key: &["source", "repo"],
    columns: &[
        must("source", Text, "", "Name of the source in company.toml."),
        must("repo", Text, "", "Name of the repository."),
        must("low", Integer, "people", "Lower end: counting only authors who committed to it within a year."),
        must(
            "high",
            Integer,
            "people",
            "Upper end: the greedy algorithm of Avelino et al. 2016 over all history.",
        ),
        must("people", Texts, "", "The people it counts, in the order of removal."),
        must("files", Integer, "files", "Files looked at."),
    ],
};

/// Files that are changed often and are large.
pub const HOTSPOTS: Declaration = Declaration {
    name: "hotspots",
    role: Engine,
    comment: "A file of the default branch by how often it changes and how large it is, a quarter at a time.",
    key: &["source", "repo", "path", "quarter"],
    columns: &[
        must("source", Text, "", "Name of the source in company.toml."),
        must("repo", Text, "", "Name of the repository."),
        must("path", Text, "", "Path as of now."),
        must(
            "quarter",
            Integer,
            "quarters",
            "Quarters back from as_of: 0 is the last 91 days, 1 the 91 before.",
        ),
        must(
            "changes",
            Integer,
            "commits",
            "Commits of people to it in that quarter; what robots do is left out.",
        ),
        must("churn", Integer, "lines", "Lines added and removed in that quarter."),
        must("people", Integer, "people", "People who changed it in that quarter."),
        may("bytes", Integer, "bytes", "Its size now."),
        must(
            "rank",
            Integer,
            "",
            "Place among the repository's files of that quarter by changes times size; 1 is the hottest.",
        ),
        must(
            "is_hot",
            Boolean,
            "",
            "True for the files of the top twentieth by rank (at least one) that changed five times or more.",
        ),
    ],
};

/// Files that change together.
pub const COUPLINGS: Declaration = Declaration {
    name: "couplings",
    role: Engine,
    comment: "Two files changed by the same commits in the last year.",
    key: &["source", "repo", "path", "other_repo", "other_path"],
    columns: &[
        must("source", Text, "", "Name of the source in company.toml."),
        must("repo", Text, "", "Repository of the first file."),
        must("path", Text, "", "First file; the alphabetically smaller of the two."),
        must("other_repo", Text, "", "Repository of the second file."),
        must("other_path", Text, "", "Second file."),
        must("together", Integer, "commits", "Commits that changed both."),
        must("changes", Integer, "commits", "Commits that changed the first."),
        must("other_changes", Integer, "commits", "Commits that changed the second."),
        must("degree", Number, "", "Together over the mean of both counts: 0 to 1."),
        may("team", Text, "", "Team that owns the first file."),
        may("other_team", Text, "", "Team that owns the second file."),
        must("last_together", Time, "", "Commit time of the last common change."),
    ],
};

/// In which order open change requests are worth a second pair of eyes.
pub const REVIEW_ORDER: Declaration = Declaration {
    name: "review_order",
    role: Engine,
    comment: "An open change request that is no draft, with how much a second pair of eyes is worth and why. Each factor stands as its value and as what it multiplies the odds by; 1 is usual or unknown.",
    key: &["source", "repo", "number"],
    columns: &[
        must("source", Text, "", "Name of the forge's source in company.toml."),
        must("repo", Text, "", "Name of the repository."),
        must("number", Text, "", "Its number there."),
        may("title", Text, "", "Its title."),
        may("url", Text, "", "Where a person can look at it."),
        may("author", Text, "", "Login of who opened it."),
        may("person", Text, "", "Person behind the login; null for a robot."),
        must("rank", Integer, "", "Place in the order, over all repositories; 1 is the first to look at."),
        must(
            "worth",
            Number,
            "",
            "What orders them: risk times days waited, of which at least 1 and at most 30 count.",
        ),
        must(
            "risk",
            Number,
            "",
            "Probability that it will be reverted or mended within 21 days of its merge: 0 to 1.",
        ),
        must("waiting_since", Time, "", "When it was opened, or last stopped being a draft."),
        must("waiting_days", Number, "days", "Days since then."),
        must("peers", Integer, "changes", "Earlier changes of the repository that it was ranked among."),
        may(
            "lines",
            Number,
            "lines",
            "Lines it adds to files of a program; in proportion where only a total is known.",
        ),
        must("lines_times", Number, "", "What the lines multiply the odds by."),
        may("files", Integer, "files", "Files of a program that it touches."),
        may("folders", Integer, "folders", "Folders of those."),
        may("spread", Number, "bits", "Entropy of the files over the folders; 0 in one folder."),
        must("spread_times", Number, "", "What the spread multiplies the odds by."),
        may("heat", Integer, "commits", "Commits that touched the files in the last 91 days."),
        must(
            "hot_files",
            Texts,
            "",
            "Files among them touched five times or more in these days, the hottest first; empty also where the files are unknown.",
        ),
        must("heat_times", Number, "", "What the heat multiplies the odds by."),
        may("fixes", Integer, "commits", "Fixes that touched the files within a year."),
        must("fixes_times", Number, "", "What the fixes multiply the odds by."),
        may("known_files", Integer, "files", "Files among them that existed before."),
        may(
            "lone_files",
            Integer,
            "files",
            "Of those, files that nobody but the author knows who is there: touched within two years, seen in 180 days, not away.",
        ),
        must("lone_times", Number, "", "What the part of such files multiplies the odds by."),
        may(
            "new_files",
            Integer,
            "files",
            "Of those, files that the author never touched; null where the author is unknown.",
        ),
        must("new_times", Number, "", "What the part of such files multiplies the odds by."),
    ],
};

/// When each task is worked on.
pub const SCHEDULE: Declaration = Declaration {
    name: "schedule",
    role: Engine,
    comment: "A task of a project that is worked on and not done: when it is planned, and for whom, from what the company's files say.",
    key: &["project", "task"],
    columns: &[
        must("project", Text, "", "Id of the project."),
        must("task", Text, "", "Id of the task within it."),
        must("title", Text, "", "What it is."),
        must("people", Texts, "", "Who does it; nobody where it could not be planned."),
        may("starts", Date, "", "First day it is worked on; null where it could not be planned."),
        may("ends", Date, "", "Day it is ready."),
        may(
            "begins_hour",
            Number,
            "hours",
            "Working hours of the company from the morning of this day to its beginning.",
        ),
        may("ends_hour", Number, "hours", "Working hours to its end."),
        must(
            "parts",
            Texts,
            "",
            "First and last day of each part, `2026-03-02/2026-03-06`, of a task that is put down for others; else empty.",
        ),
        must(
            "pauses_hours",
            Texts,
            "hours",
            "Working hours to when it is put down and taken up again, `40/56`.",
        ),
        must("days", Number, "days", "Working days of one person that are expected to be left of it."),
        must(
            "hours",
            Number,
            "hours",
            "Working hours that it takes of whoever does it, beside their meetings and with their capacity.",
        ),
        must("is_begun", Boolean, "", "True where work on it was seen."),
        must("is_assumed", Boolean, "", "True where nobody estimated it."),
        may("deadline", Date, "", "Day it is due."),
        may("is_late", Boolean, "", "True where it is ready after that; null where none is declared."),
        may("p80", Date, "", "Day by which it is ready in eight of ten runs with other luck."),
        may(
            "critical",
            Number,
            "",
            "Share of the runs in which the end of a project hung on it: its criticality index.",
        ),
        may("why_not", Text, "", "Why it could not be planned."),
    ],
};

/// How full the weeks are.
pub const LOAD: Declaration = Declaration {
    name: "load",
    role: Engine,
    comment: "A person's week until the end of the plan: hours that are planned, and hours in which they are there.",
    key: &["week", "person"],
    columns: &[
        must("week", Date, "", "Its Monday."),
        must("person", Text, "", "Who."),
        must("planned", Number, "hours", "Hours of tasks."),
        must("there", Number, "hours", "Working hours without absences and holidays."),
        must("projects", Texts, "", "Projects of those tasks."),
    ],
};

/// What may come of a plan.
pub const PLAN_RISK: Declaration = Declaration {
    name: "plan_risk",
    role: Engine,
    comment: "A project that is worked on, and when it may be ready: its tasks done many times, with durations by their three-point estimates and whoever is free taking the next task.",
    key: &["project"],
    columns: &[
        must("project", Text, "", "Id of the project."),
        may("deadline", Date, "", "Day it is promised for."),
        must("confidence", Number, "share", "Share of cases in which that promise should hold."),
        must("days", Number, "days", "Working days of one person that are expected to be left of it."),
        may("planned", Date, "", "Day it is ready by the schedule, at expected durations."),
        may(
            "p50",
            Date,
            "",
            "Day by which it is ready in half of the runs; null where some of it cannot be planned.",
        ),
        may("p80", Date, "", "The same in eight of ten."),
        may("p95", Date, "", "The same in 95 of a hundred."),
        may(
            "kept",
            Number,
            "share",
            "Share of the runs in which the promise is kept; null where none is declared.",
        ),
        may(
            "delay_cost",
            Number,
            "",
            "Mean cost of its delay, by its cost of delay, in the books' currency; at least one for each hour.",
        ),
    ],
};

/// What would keep a promise.
pub const REMEDIES: Declaration = Declaration {
    name: "remedies",
    role: Engine,
    comment: "A single change to a project whose promise is less sure than it should be, and what would come of it: run anew with that change alone, in the order of the plan that is there.",
    key: &["project", "question"],
    columns: &[
        must("project", Text, "", "Id of the project."),
        must(
            "question",
            Text,
            "",
            "The change, as `quarterdeck whatif` takes it: `hire backend from 2027-02-01`.",
        ),
        must(
            "kind",
            Choice(&["give", "pause", "drop", "hire", "move"]),
            "",
            "Another doer, another project that waits, less scope, one more, or a later promise.",
        ),
        must("kept", Number, "share", "Share of the runs in which the promise is kept as things are."),
        must("kept_with", Number, "share", "The same with the change."),
        may("p80_with", Date, "", "Day by which the project is ready in eight of ten runs with it."),
        may(
            "saved",
            Number,
            "",
            "Mean cost of delay that it saves over all projects, in the books' currency; below 0 it adds some.",
        ),
    ],
};

/// What would come of winning a project.
pub const PIPELINE_RISK: Declaration = Declaration {
    name: "pipeline_risk",
    role: Engine,
    comment: "A project that is proposed, planned as if it were won: when it would be ready, and what that does to the others.",
    key: &["project"],
    columns: &[
        must("project", Text, "", "Id of the project."),
        may("probability", Number, "share", "How likely it is to come, as declared."),
        may("deadline", Date, "", "Day it is to be promised for."),
        may(
            "planned",
            Date,
            "",
            "Day it is ready at expected durations; null where some of it cannot be planned.",
        ),
        may("p80", Date, "", "Day by which it is ready in eight of ten runs."),
        may("kept", Number, "share", "Share of the runs in which it keeps its deadline."),
        may("delays", Text, "", "Id of the project that it holds up most."),
        may(
            "delay_days",
            Number,
            "days",
            "Calendar days by which the day that holds in eight of ten runs moves for that one.",
        ),
        may("why_not", Text, "", "Why some of it cannot be planned."),
    ],
};

/// What may come of an estimate.
pub const ESTIMATE_ODDS: Declaration = Declaration {
    name: "estimate_odds",
    role: Engine,
    comment: "What new work that was estimated may take, cost and be sold for: its lines held against the past and run \
              10,000 times. Money is in the company's currency.",
    key: &["estimate"],
    columns: &[
        must("estimate", Text, "", "Id of the estimate."),
        must("confidence", Number, "share", "Share of cases that its price is to cover."),
        may("effort_p10", Number, "days", "Days of work that one run of ten keeps within."),
        may("effort_p50", Number, "days", "Days of work that half of the runs keep within."),
        may("effort_p80", Number, "days", "Days of work that eight runs of ten keep within."),
        may("effort_p95", Number, "days", "Days of work that 95 runs of 100 keep within."),
        may("price_p50", Number, "", "What it is sold for at the rate card, in half of the runs."),
        may("price", Number, "", "The price that covers the chosen share of the runs."),
        may("cost_p50", Number, "", "What its people cost in half of the runs."),
        may("cost", Number, "", "What its people cost in the chosen share of the runs."),
        may("fixed_price", Number, "", "What it is offered for, whatever it takes."),
        may("loss", Number, "share", "Share of the runs in which it costs more than the fixed price."),
        must("known", Integer, "", "Finished pieces of work that it is held against."),
    ],
};

/// When a project's open items are done by its pace.
pub const DELIVERY_FORECASTS: Declaration = Declaration {
    name: "delivery_forecasts",
    role: Engine,
    comment: "When the open items of a project are done, by the pace of its last twelve weeks, with what is added meanwhile, held \
              against how far such forecasts of all streams of work were off.",
    key: &["project"],
    columns: &[
        must("project", Text, "", "Id of the project."),
        must("items_left", Integer, "", "Items that are open."),
        must("done_a_week", Number, "per week", "Items that were done in a week, on the mean of twelve."),
        must("added_a_week", Number, "per week", "Items that were added in one."),
        may(
            "p10",
            Date,
            "",
            "Day by which all is done in one case of ten; null where too little was done to say.",
        ),
        may("p50", Date, "", "The same in half of the cases."),
        may("p80", Date, "", "The same in eight of ten."),
        may("p85", Date, "", "The same in 85 of 100."),
        may("p95", Date, "", "The same in 95 of 100."),
        may(
            "p50_as_it_is",
            Date,
            "",
            "Day by which what is open today is done in half of the cases, if nothing is added.",
        ),
        may("p85_as_it_is", Date, "", "The same in 85 of 100."),
        may("deadline", Date, "", "Day it is promised for."),
        may("kept", Number, "share", "Share of the cases in which that is kept."),
        may("kept_as_it_is", Number, "share", "The same if nothing is added."),
        may("cases", Integer, "", "Past cases of the same question that it was held against."),
    ],
};

/// How often what was said of the future held.
pub const CALIBRATION: Declaration = Declaration {
    name: "calibration",
    role: Engine,
    comment: "Of all that was said of the future here, by kind, how often the truth fell inside: each forecast made \
              with what was known on its day.",
    key: &["kind"],
    columns: &[
        must("kind", Text, "", "What was said, and by what."),
        must("forecasts", Integer, "", "How often, of those whose truth is known."),
        may("inside", Number, "share", "Share of truths within the range that should hold eight of ten."),
        may("kept_p50", Number, "share", "Share of truths within what half of the cases should keep."),
        may("kept_p80", Number, "share", "Share of truths within what eight of ten should keep."),
        may("kept_p85", Number, "share", "Share of truths within what 85 of 100 should keep."),
    ],
};
