//! Companies as a person would write them, and what is understood.

use std::collections::BTreeMap;

use arrow::util::pretty::pretty_format_batches;
use qd_intent::{Company, Intent, read};
use qd_model::Files;
use qd_tables::{ABSENCES, PEOPLE, TASKS};

fn files(texts: &[(&str, &str)]) -> Files {
    texts.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

/// The company, and each complaint as `file:line:column: code: message`.
fn company(texts: &[(&str, &str)]) -> (Company, Vec<String>) {
    let files = files(texts);
    let Intent { company, diagnostics } = read(&files, &BTreeMap::new());
    let lines = diagnostics.iter().map(|diagnostic| {
        let text = files.get(&diagnostic.file).map_or("", String::as_str);
        let (line, column) = diagnostic.position(text);
        format!("{}:{line}:{column}: {}: {}", diagnostic.file, diagnostic.code, diagnostic.message)
    });
    (company, lines.collect())
}

#[test]
fn a_name_is_a_company() {
    let (company, complaints) = company(&[("company.toml", "name = \"Example\"\n")]);
    assert_eq!(company.name(), "Example");
    assert_eq!(complaints, Vec::<String>::new());
    for table in qd_tables::ALL {
        company.batch(table).expect("every table has a batch");
    }
}

#[test]
fn a_table_may_stand_in_one_file_or_in_many() {
    let together = "\
name = \"Example\"
currency = \"CHF\"
me = \"ada\"
holidays = [2026-12-25, \"2026-01-01\"]

[people.ada]
mails = \"ada@example.org\"
rate = \"1.2k\"

[[people.ada.absences]]
from = 2026-10-01
to = 2026-10-14

[teams.payments]
lead = \"ada\"
members = [\"ada\"]
";
    let apart = [
        (
            "company.toml",
            "name = \"Example\"\ncurrency = \"CHF\"\nme = \"ada\"\nholidays = [2026-12-25, \"2026-01-01\"]\n",
        ),
        (
            "people/ada.toml",
            "mails = [\"ada@example.org\"]\nrate = \"CHF 1200\"\n[[absences]]\nfrom = 2026-10-01\nto = \"2026-10-14\"\n",
        ),
        ("teams.toml", "[teams.payments]\nlead = \"ada\"\nmembers = \"ada\"\n"),
    ];
    let (one, complaints) = company(&[("company.toml", together)]);
    assert_eq!(complaints, Vec::<String>::new());
    let (many, complaints) = company(&apart);
    assert_eq!(complaints, Vec::<String>::new());
    for (left, right) in one.people().zip(many.people()) {
        assert_eq!(
            (left.id(), left.name(), left.mails(), left.rate()),
            (right.id(), right.name(), right.mails(), right.rate())
        );
    }
    assert_eq!(
        one.holidays().iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["2026-01-01", "2026-12-25"]
    );
    let batch = many.batch(&ABSENCES).expect("a batch");
    let drawn = pretty_format_batches(&[batch]).expect("a table").to_string();
    assert_eq!(
        drawn,
        "\
+--------+------------+------------+------+----------+-----------------+------+
| person | from       | to         | kind | asserted | file            | line |
+--------+------------+------------+------+----------+-----------------+------+
| ada    | 2026-10-01 | 2026-10-14 |      |          | people/ada.toml | 3    |
+--------+------------+------------+------+----------+-----------------+------+"
    );
}

#[test]
fn what_cannot_be_understood_is_left_out_and_the_rest_stays() {
    let (company, complaints) = company(&[
        ("company.toml", "name = \"Example\"\ntimezone = \"Zurich\"\n"),
        ("people/ada.toml", "role = \"CTO\"\nrate = \"lots\"\ncapacity = 40\nreports_to = \"bbo\"\n"),
        ("people/bob.toml", "reports_to = \"ada\"\njoined = 2026-13-01\nrole = \"CEO\n"),
        ("peple/eve.toml", ""),
        ("team.toml", ""),
    ]);
    assert_eq!(
        complaints,
        [
            "company.toml:2:12: unknown-timezone: unknown time zone `Zurich`",
            "people/ada.toml:2:8: bad-money: `lots` is no amount of money; write it like `CHF 420k`",
            "people/ada.toml:3:12: out-of-range: `capacity` is 40, not a share between 0 and 1",
            "people/ada.toml:4:14: unknown-reference: unknown person `bbo`",
            "people/bob.toml:2:10: toml-syntax: invalid date, expected month between 01 and 12",
            "people/bob.toml:3:12: toml-syntax: invalid basic string, expected `\"`",
            "peple/eve.toml:1:1: unknown-file: unknown folder `peple`",
            "team.toml:1:1: unknown-file: unknown file `team.toml`",
        ]
    );
    let people: Vec<_> =
        company.people().map(|person| (person.id(), person.role(), person.reports_to())).collect();
    assert_eq!(people, [("ada", Some("CTO"), None), ("bob", Some("CEO"), Some("ada"))]);
}

#[test]
fn reporting_lines_never_go_round() {
    let (company, complaints) = company(&[(
        "company.toml",
        "name = \"Example\"\n[people]\nada.reports_to = \"bob\"\nbob.reports_to = \"eve\"\neve.reports_to = \"ada\"\nmax.reports_to = \"max\"\n",
    )]);
    assert_eq!(
        complaints,
        [
            "company.toml:5:18: cycle: `reports_to` goes round in a circle: `ada`, then `bob`, then `eve`, then `ada`",
            "company.toml:6:18: cycle: `reports_to` goes round in a circle: `max`, then `max`",
        ]
    );
    let lines: Vec<_> = company.people().map(|person| (person.id(), person.reports_to())).collect();
    assert_eq!(lines, [("ada", Some("bob")), ("bob", Some("eve")), ("eve", None), ("max", None)]);
}

#[test]
fn tasks_follow_tasks_of_their_own_project() {
    let (company, complaints) = company(&[
        ("company.toml", "name = \"Example\"\n"),
        (
            "projects/shop.toml",
            "[[tasks]]\nid = \"design\"\nestimate = \"3d 5d 12d\"\n[[tasks]]\nid = \"build\"\nafter = \"design\"\n[[tasks]]\nid = \"ship\"\nafter = [\"bild\"]\n",
        ),
        (
            "projects/site.toml",
            "[[tasks]]\nid = \"write\"\nafter = \"design\"\n[[tasks]]\ntitle = \"no id\"\n",
        ),
    ]);
    assert_eq!(
        complaints,
        [
            "projects/shop.toml:9:10: unknown-reference: unknown task `bild`",
            "projects/site.toml:3:9: unknown-reference: unknown task `design`",
            "projects/site.toml:4:1: missing-key: a task of `site` lacks `id`",
        ]
    );
    let batch = company.batch(&TASKS).expect("a batch");
    assert_eq!(batch.num_rows(), 4);
}

#[test]
fn a_task_follows_another_with_days_between() {
    let atlas = "[[tasks]]\nid = \"plan\"\n[[tasks]]\nid = \"build\"\nafter = [\"plan + 3d\", \"start of plan\", \"end of paln - 1d\"]\n";
    let (company, said) =
        company(&[("company.toml", "name = \"Example\"\n"), ("projects/atlas.toml", atlas)]);
    let build = company.tasks().find(|task| task.id() == "atlas/build").expect("a task");
    assert_eq!(build.after(), ["plan + 3d", "start of plan"]);
    assert!(said.len() == 1 && said[0].contains("unknown task `paln`"), "{said:?}");
    // Round with days between is round too.
    let round = atlas
        .replace("id = \"plan\"\n", "id = \"plan\"\nafter = [\"build + 1d\"]\n")
        .replace(", \"end of paln - 1d\"", "");
    let (_, said) =
        self::company(&[("company.toml", "name = \"Example\"\n"), ("projects/atlas.toml", &round)]);
    assert!(
        !said.is_empty() && said.iter().all(|one| one.contains("plan") && one.contains("build")),
        "{said:?}"
    );
}

#[test]
fn the_day_of_a_text_stands_for_the_day_somebody_stood_by_it() {
    let texts = files(&[
        ("company.toml", "name = \"Example\"\n"),
        ("people/ada.toml", ""),
        ("people/bob.toml", "asserted = 2026-10-01\n"),
    ]);
    let day = |text: &str| text.parse().expect("a day");
    let dates = ["people/ada.toml", "people/bob.toml"].map(|path| (path.to_owned(), day("2026-02-03")));
    let company = read(&texts, &BTreeMap::from(dates)).company;
    let asserted: Vec<_> = company.people().filter_map(|person| person.asserted()).collect();
    assert_eq!(asserted, [day("2026-02-03"), day("2026-10-01")]);
    assert_eq!(company.records(&PEOPLE).len(), 2);
}

#[test]
fn an_id_is_declared_once() {
    let (company, complaints) = company(&[
        ("company.toml", "name = \"Example\"\n[people.ada]\nrole = \"CTO\"\nmails = \"a@example.org\"\n"),
        ("people/ada.toml", "role = \"CEO\"\n"),
        ("people/bob.toml", "mails = [\"A@example.org\"]\n"),
    ]);
    assert_eq!(
        complaints,
        [
            "people/ada.toml:1:1: duplicate-id: person `ada` is declared twice",
            "people/bob.toml:1:10: shared-identity: `A@example.org` is claimed by `ada` and by `bob`",
        ]
    );
    assert_eq!(company.people().next().and_then(|person| person.role()), Some("CTO"));
}

mod strange {
    //! Whatever the text, reading it ends in a company.

    use proptest::prelude::*;
    use qd_intent::{Value, fmt, set};

    use super::{files, read};

    const EXAMPLE: &str = include_str!("example.toml");

    fn whatever(path: &str, text: &str) {
        let texts = files(&[("company.toml", EXAMPLE), (path, text)]);
        let intent = read(&texts, &std::collections::BTreeMap::new());
        for diagnostic in &intent.diagnostics {
            let text = texts.get(&diagnostic.file).map_or("", String::as_str);
            assert!(text.get(diagnostic.span.clone()).is_some(), "{diagnostic:?} points out of its text");
        }
        for table in qd_tables::ALL {
            intent.company.batch(table).expect("every table has a batch");
        }
    }

    #[test]
    fn the_example_is_understood() {
        let intent = read(&files(&[("company.toml", EXAMPLE)]), &std::collections::BTreeMap::new());
        assert_eq!(intent.diagnostics, []);
    }

    #[test]
    fn a_text_as_deep_as_it_likes() {
        for path in ["company.toml", "catalog-info.yaml", "decisions/0001-x.md"] {
            for piece in ["a = [", "{a = ", "[", "- ", "> ", "a: {", "---\na: [", "[[a.b]]\n", "a."] {
                let text = piece.repeat(20_000);
                whatever(path, &text);
                whatever(path, &format!("x = {text}"));
            }
        }
    }

    proptest! {
        // Failures become examples above by hand; a file of seeds would say nothing.
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

        #[test]
        fn a_value_set_and_set_back_leaves_no_trace(words in "[a-z \"#=\\[\\]]{0,12}") {
            let words = Value::Text(words);
            for (path, old) in [
                (&["name"][..], "Example"),
                (&["people", "ada", "name"], "Ada"),
                (&["people", "ada", "absences", "0", "kind"], "leave"),
                (&["teams", "payments", "interactions", "0", "mode"], "x-as-a-service"),
            ] {
                let changed = set(EXAMPLE, path, &words).expect("a change");
                prop_assert_eq!(fmt(&changed), changed.clone());
                prop_assert_eq!(set(&changed, path, &Value::Text(old.to_owned())).expect("a change back"), EXAMPLE);
            }
        }

        #[test]
        fn any_text_is_laid_out_or_left(text in ".{0,200}") {
            let once = fmt(&text);
            prop_assert_eq!(fmt(&once), once);
        }

        #[test]
        fn any_text_in_any_file(text in ".{0,200}", path in prop::sample::select(vec![
            "company.toml", "people.toml", "people/x.toml", "decisions/0001-x.md", "catalog-info.yaml",
        ])) {
            whatever(path, &text);
        }

        #[test]
        fn the_example_with_a_piece_replaced(start in 0..EXAMPLE.len(), length in 0..60_usize, put in "[\\[\\]\"'=.,{}#\n a-z0-9-]{0,8}") {
            let bytes = EXAMPLE.as_bytes();
            let end = (start + length).min(bytes.len());
            let broken = [&bytes[..start], put.as_bytes(), &bytes[end..]].concat();
            whatever("company.toml", &String::from_utf8_lossy(&broken));
        }
    }
}

#[test]
fn decision_records_are_linked_by_their_ids() {
    let (company, complaints) = company(&[
        ("company.toml", "name = \"Example\"\ndecisions = [\"docs/adr\"]\n[people.ada]\n"),
        ("docs/adr/README.md", "# About our records\n"),
        (
            "docs/adr/0001-use-mysql.md",
            "# 1. Use MySQL\n\nDate: 2020-01-02\n\n## Status\n\nSuperseded by [2. Use PostgreSQL](0002-use-postgresql.md)\n",
        ),
        (
            "docs/adr/0002-use-postgresql.md",
            "---\nstatus: accepted\ndate: 2021-03-04\ndeciders: [Ada, Bob]\nowner: ada\nscope: [\"api\"]\nrevisit: 2027-01-01\n---\n# Use PostgreSQL\n\n## More Information\n\n* Supersedes [ADR-0001](0001-use-mysql.md)\n\n### Confirmation\n\n```sql\nSELECT 1 WHERE false\n```\n",
        ),
        (
            "docs/adr/0002-use-rust.md",
            "# Use Rust\n\n* Status: green\n* Date: 05/02/2018\n\n```\nStatus: accepted\n```\n",
        ),
        ("docs/adr/0004-undone.md", "# Undone\n\n## Status\n\nReplaced by ADR-0009\n"),
    ]);
    assert_eq!(
        complaints,
        [
            "docs/adr/0002-use-rust.md:1:1: duplicate-number: number 2 is also that of `docs/adr/0002-use-postgresql.md`",
            "docs/adr/0002-use-rust.md:3:1: unknown-status: the status `green` is none that is known",
            "docs/adr/0002-use-rust.md:4:1: unreadable-date: `05/02/2018` is no day, or could be two",
            "docs/adr/0004-undone.md:5:1: unknown-record: there is no record `ADR-0009`",
        ]
    );
    let read: Vec<_> = company
        .decisions()
        .map(|decision| (decision.id(), decision.status(), decision.superseded_by()))
        .collect();
    assert_eq!(
        read,
        [
            ("0001-use-mysql", Some("superseded"), &["0002-use-postgresql".to_owned()][..]),
            ("0002-use-postgresql", Some("accepted"), &[][..]),
            ("0002-use-rust", None, &[][..]),
            ("0004-undone", Some("superseded"), &[][..]),
        ]
    );
    let second = company.decisions().nth(1).expect("the second");
    assert_eq!(second.confirm(), Some("SELECT 1 WHERE false"));
    assert_eq!(
        (second.owner(), second.revisit(), second.dialect()),
        (Some("ada"), Some("2027-01-01"), Some("madr"))
    );
    assert_eq!(second.deciders(), ["Ada", "Bob"]);
}

#[test]
fn a_backstage_catalog_is_read_as_it_is() {
    let (company, complaints) = company(&[
        ("company.toml", "name = \"Example\"\n[people.ada]\nname = \"Ada Lovelace\"\n"),
        (
            "api/catalog-info.yaml",
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: api\n  annotations:\n    github.com/project-slug: example/api\nspec:\n  type: service\n  lifecycle: production\n  owner: group:default/payments\n  dependsOn: [resource:default/ledger]\n---\nkind: Resource\nmetadata: {name: ledger}\nspec: {owner: user:default/ada}\n---\nkind: Group\nmetadata: {name: payments}\nspec: {type: team, children: []}\n---\nkind: User\nmetadata: {name: ada}\nspec: {memberOf: [payments]}\n---\nkind: Group\nmetadata: [name: broken\n",
        ),
    ]);
    assert_eq!(complaints.len(), 1, "{complaints:?}");
    assert!(complaints[0].starts_with("api/catalog-info.yaml:2"), "{complaints:?}");
    let services: Vec<_> =
        company.services().map(|service| (service.id(), service.owner(), service.after())).collect();
    assert_eq!(
        services,
        [("api", Some("payments"), &["ledger".to_owned()][..]), ("ledger", Some("ada"), &[][..])]
    );
    assert_eq!(company.teams().next().map(|team| team.members()), Some(&["ada".to_owned()][..]));
    assert_eq!(company.people().next().and_then(|person| person.name()), Some("Ada Lovelace"));
}
