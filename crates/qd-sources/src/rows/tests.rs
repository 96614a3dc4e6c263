//! What files hold, and what is said of what cannot be read.

use proptest::prelude::*;
use qd_tables::{
    BUILDS, CHANGE_REQUESTS, DEPLOYMENTS, INCIDENTS, LEDGER_ENTRIES, PEOPLE, TEST_RESULTS, TIME_ENTRIES,
};
use serde_json::json;

use super::*;

fn read_as(table: &'static Declaration, text: &[u8], columns: &[(&str, &str)]) -> (Vec<Value>, Vec<String>) {
    let columns = columns.iter().map(|(own, theirs)| ((*own).to_owned(), (*theirs).to_owned())).collect();
    let modified = Timestamp::UNIX_EPOCH;
    let options =
        Options { file: "d.csv", table, columns: &columns, repo: "api", zone: TimeZone::UTC, modified };
    let (facts, told) = read(&mut &text[..], &options);
    let rows = facts.into_iter().map(|fact| Value::Object(fact.row)).collect();
    (rows, told.hints.into_iter().chain(told.problems).map(|problem| problem.message).collect())
}

#[test]
fn a_table_of_excel_is_read() {
    let text = "\u{feff}Id;Service;Created At;finished-at;Status;is_rollback;Environment\r\n\
        1;\"shop; web\";31.01.2026 14:05;2026-01-31 14:10;Succeeded;No;production\r\n\
        \r\n\
        2;shop;2026-02-01T10:00:00+01:00;;FAILED;;\r\n";
    let (rows, problems) = read_as(&DEPLOYMENTS, text.as_bytes(), &[]);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(
        rows,
        [
            json!({"id": "1", "service": "shop; web", "created_at": "2026-01-31T14:05:00Z",
                "finished_at": "2026-01-31T14:10:00Z", "status": "success", "is_rollback": false,
                "environment": "production", "repo": "api", "observed_at": "2026-01-31T14:10:00Z"}),
            json!({"id": "2", "service": "shop", "created_at": "2026-02-01T09:00:00Z", "finished_at": null,
                "status": "failure", "is_rollback": null, "environment": null, "repo": "api",
                "observed_at": "2026-02-01T09:00:00Z"}),
        ]
    );
}

#[test]
fn a_bad_row_is_told_with_its_place_and_the_rest_goes_on() {
    let text = "id,created,state_of,status\n1,2026-01-31,x,done\n2,03/04/2026,x,maybe\n3,2026-01-31\n4,,x,done\n5,2026-01-31,x,ok\n";
    let (rows, problems) = read_as(&DEPLOYMENTS, text.as_bytes(), &[]);
    assert_eq!(rows.len(), 2);
    assert_eq!(
        problems,
        [
            "`state_of` of the file is no column of `deployments`; did you mean `status`?".replace("; did you mean `status`?", ""),
            "line 3: column `created`: `03/04/2026` can be read as two different days; write it as `2026-01-31`".to_owned(),
            "line 3: column `status`: `maybe` is none of `queued`, `running`, `success`, `failure`, `cancelled`, `inactive`".to_owned(),
            "line 4: it has 2 fields where the first line names 4".to_owned(),
            "line 5: `created_at` is missing or empty".to_owned(),
        ]
    );
}

#[test]
fn columns_can_be_renamed_and_given_one_word() {
    let text = "what\twhen\nshop\t2026-01-31\nshop\t2026-02-01\nshop\t2026-01-31\n";
    let columns = [("service", "What"), ("created_at", "when"), ("status", "=success")];
    let (rows, problems) = read_as(&DEPLOYMENTS, text.as_bytes(), &columns);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!((&rows[0]["status"], &rows[0]["service"]), (&json!("success"), &json!("shop")));
    assert_eq!(rows[0], rows[2]);
    assert_ne!(rows[0]["id"], rows[1]["id"]);
    let moved = "when,what\n2026-01-31,shop\n";
    assert_eq!(read_as(&DEPLOYMENTS, moved.as_bytes(), &columns).0[0]["id"], rows[0]["id"]);
    let (rows, problems) = read_as(&DEPLOYMENTS, text.as_bytes(), &columns[..2]);
    assert_eq!(rows.len(), 0);
    assert!(problems[0].ends_with("say `columns = { status = \"=success\" }`"), "{problems:?}");
    let (_, problems) = read_as(&DEPLOYMENTS, text.as_bytes(), &[("servis", "what"), ("status", "outcome")]);
    assert_eq!(
        problems,
        [
            "`servis` of columns is no column of `deployments`; did you mean `service`?",
            "the file has no column `outcome`; it has `what`, `when`",
        ]
    );
}

#[test]
fn json_is_read_line_by_line_and_as_a_list() {
    let lines = br#"{"id": 7, "title": "down", "started_at": 1769868300, "labels": ["a", "b"]}
{"id": 8, "title": "slow", "startedAt": 1769868300, "resolved_at": "2026-01-31T15:00:00Z", "colour": 1}
{"id": 9, "title":
[]
{"id": 10, "title": "late", "started_at": "2026-01-31 14:05", "colour": null}
"#;
    let (rows, problems) = read_as(&INCIDENTS, lines, &[("severity", "level")]);
    let brief: Vec<String> = rows
        .iter()
        .map(|row| format!("{} {} {}", row["id"], row["observed_at"], row["status"]).replace('"', ""))
        .collect();
    assert_eq!(
        brief,
        [
            "7 2026-01-31T14:05:00Z open",
            "8 2026-01-31T14:05:00Z open",
            "8 2026-01-31T15:00:00Z resolved",
            "10 2026-01-31T14:05:00Z open",
        ]
    );
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert!(problems[1].starts_with("line 3: it is no JSON object"));
    let list = b" [ {\"id\": \"7\", \"title\": \"down\", \"started_at\": \"2026-01-31\"}, 5, {\"id\": 1";
    let (rows, problems) = read_as(&INCIDENTS, list, &[]);
    assert_eq!(rows.len(), 1);
    assert_eq!(problems.len(), 2, "{problems:?}");
}

#[test]
fn numbers_and_lists_are_understood_or_refused() {
    let cases = [
        ("1.5", Some(1.5)),
        ("1,234.5", Some(1234.5)),
        ("1.234,5", Some(1234.5)),
        ("12,5", Some(12.5)),
        ("1'234", Some(1234.0)),
        ("1 234", Some(1234.0)),
        ("1,234,567", Some(1_234_567.0)),
        ("1.234.567", Some(1_234_567.0)),
        ("0,125", Some(0.125)),
        ("-3", Some(-3.0)),
        ("1e3", Some(1000.0)),
        ("1,234", None),
        ("1,23,4", None),
        ("five", None),
        ("inf", None),
        ("1.2.3", None),
    ];
    for (text, wanted) in cases {
        let csv = format!("build;suite;name;at;outcome;seconds\n1;s;n;2026-01-31;ok;\"{text}\"\n");
        let (rows, problems) = read_as(&TEST_RESULTS, csv.as_bytes(), &[]);
        assert_eq!(rows.first().and_then(|row| row["seconds"].as_f64()), wanted, "{text}: {problems:?}");
    }
    let csv = "number,title,created_at,labels,files,merged_at\n1,t,2026-01-31,\"a; b\",3,2026-02-01\n2,t,2026-01-31,\"a, b\",3.5,\n";
    let (rows, problems) = read_as(&CHANGE_REQUESTS, csv.as_bytes(), &[]);
    assert_eq!((&rows[1]["labels"], &rows[1]["state"]), (&json!(["a", "b"]), &json!("merged")));
    assert_eq!(problems, ["line 3: column `files`: `3.5` is no whole number"]);
}

#[test]
fn books_are_read_as_accountants_export_them() {
    let text = b"Date;Account;Amount;Currency;Vendor;Description\n\
        03/02/2026;6570;1.234,50;CHF;Hoster;M\xe4rz\n\
        13/02/2026;6570;-12,5;CHF;Hoster;Kaffee\n\
        13/02/2026;6570;-12,5;CHF;Hoster;Kaffee\n\
        04/02/2026;6570;1.234;CHF;Hoster;\n";
    let (mut rows, problems) = read_as(&LEDGER_ENTRIES, text, &[]);
    assert_eq!(problems, Vec::<String>::new());
    rows.sort_by_key(|row| (row["day"].to_string(), row["id"].to_string().len()));
    let brief: Vec<String> = rows
        .iter()
        .map(|row| format!("{} {} {} {}", row["day"], row["amount"], row["amount_currency"], row["text"]))
        .map(|row| row.replace('"', ""))
        .collect();
    assert_eq!(
        brief,
        [
            "2026-02-03 1234.50 CHF M\u{e4}rz",
            "2026-02-04 1234.00 CHF null",
            "2026-02-13 -12.50 CHF Kaffee",
            "2026-02-13 -12.50 CHF Kaffee",
        ]
    );
    assert_eq!(rows[3]["id"], format!("{}-2", rows[2]["id"].as_str().expect("an id")));
}

#[test]
fn money_that_nobody_can_be_sure_of_is_told() {
    let text = "day,account,amount\n2026-02-01,a,12.50\n2026-02-30,a,CHF 1\n03/04/2026,a,CHF 1\n2026-02-03,a,(12.00) EUR\n";
    let (rows, problems) = read_as(&LEDGER_ENTRIES, text.as_bytes(), &[]);
    assert_eq!(rows.len(), 0);
    assert_eq!(
        problems,
        [
            "line 2: `amount` names no currency; where it is the same in every row, say `columns = { currency = \"=CHF\" }`",
            "line 3: column `day`: `2026-02-30` is not a day; write it as `2026-01-31`",
            "line 4: column `day`: `03/04/2026` can be read as two different days; write it as `2026-01-31`",
            "line 5: column `amount`: `(12.00) EUR` is no amount; write it as `1234.50`",
        ]
    );
    let columns = [("currency", "=CHF")];
    let (rows, _) =
        read_as(&LEDGER_ENTRIES, b"day,account,amount\n2026-02-01,a,(12.00)\n2026-02-01,a,EUR 5\n", &columns);
    assert_eq!(
        (rows.len(), &rows[0]["amount"], &rows[0]["amount_currency"]),
        (1, &json!("-12.00"), &json!("CHF"))
    );
    let hours = "date,user,duration\n2026-02-01,ada,1:30\n2026-02-01,ada,-2\n2026-02-01,ada,\"0,25\"\n";
    let (rows, problems) = read_as(&TIME_ENTRIES, hours.as_bytes(), &[]);
    assert_eq!((&rows[0]["hours"], &rows[1]["hours"]), (&json!(1.5), &json!(0.25)));
    assert!(problems[0].starts_with("line 3: `hours` is negative"), "{problems:?}");
}

#[test]
fn what_is_no_table_is_said() {
    let cases: [(&[u8], &str); 4] = [
        (b"", "the file is empty"),
        (b"\xff\xfei\0d\0", "the file is not UTF-8 text; save it as UTF-8"),
        (b"a,b\n1,2\n", "`a` of the file is no column"),
        (b"12;shop\n13;web\n", "no column of the file is one of the table"),
    ];
    for (text, wanted) in cases {
        let (rows, problems) = read_as(&DEPLOYMENTS, text, &[]);
        assert_eq!(rows, Vec::<Value>::new());
        assert!(
            problems
                .iter()
                .any(|problem| problem.contains(wanted) || problem.contains("no column of the file")),
            "{problems:?}"
        );
    }
    assert!(read_as(&PEOPLE, b"id\n1\n", &[]).1[0].contains("is not filled by what was observed"));
    let many = format!("id,created_at,status\n{}", "1,never,ok\n".repeat(500));
    let (_, problems) = read_as(&BUILDS, many.as_bytes(), &[]);
    assert_eq!((problems.len(), &problems[20][..]), (TOLD + 1, "480 more problems like these"));
}

proptest! {
    #[test]
    fn nothing_panics(text in prop::collection::vec(any::<u8>(), 0..200), near in "[\\[{}\"id:,;\n\t0-9 a-z]{0,120}",
        head in "id|\\[|\\{|id;title;started_at\n|number,title,created_at,state\n|day;account;amount;currency\n") {
        for table in [&DEPLOYMENTS, &INCIDENTS, &CHANGE_REQUESTS, &TEST_RESULTS, &LEDGER_ENTRIES, &TIME_ENTRIES] {
            let _ = read_as(table, &text, &[]);
            let mixed = format!("{head}{near}");
            prop_assert_eq!(read_as(table, mixed.as_bytes(), &[]), read_as(table, mixed.as_bytes(), &[]));
        }
    }

    #[test]
    fn order_does_not_matter(order in Just((1..9).collect::<Vec<i32>>()).prop_shuffle()) {
        let file = |order: &[i32]| {
            let rows: String = order.iter().map(|day| format!("2026-01-{day:02},shop,ok\n")).collect();
            let (mut rows, _) = read_as(&DEPLOYMENTS, format!("created_at,service,status\n{rows}").as_bytes(), &[]);
            rows.sort_by_key(|row| row["id"].to_string());
            rows
        };
        prop_assert_eq!(file(&order), file(&[1, 2, 3, 4, 5, 6, 7, 8]));
    }
}

#[test]
fn a_debit_and_a_credit_are_one_signed_amount() {
    let text = "Date;Account;Description;Debit;Credit\n\
        31.01.2026;6570;Hosting;1'250.50;\n\
        31.01.2026;1020;Hosting;;1'250.50\n\
        01.02.2026;6570;Reversed;0.00;12.00\n\
        02.02.2026;6570;Accounts;6570;1020\n\
        03.02.2026;6570;Nothing;;\n";
    let (rows, problems) = read_as(&LEDGER_ENTRIES, text.as_bytes(), &[("currency", "=CHF")]);
    let amounts: Vec<&Value> = rows.iter().map(|row| &row["amount"]).collect();
    assert_eq!(amounts, ["1250.50", "-1250.50", "-12.00"]);
    assert!(rows.iter().all(|row| row["amount_currency"] == "CHF"), "{rows:?}");
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].starts_with("line 5: it has a debit and a credit"), "{problems:?}");
    assert_eq!(problems[1], "line 6: `amount` is missing or empty");

    let text = "Datum;Konto;Soll;Haben;Betrag\n2026-01-31;6570;9,50 EUR;;1 EUR\n";
    let sides = [("day", "Datum"), ("account", "Konto"), ("debit", "Soll"), ("credit", "Haben")];
    let (rows, _) = read_as(&LEDGER_ENTRIES, text.as_bytes(), &sides);
    assert_eq!((&rows[0]["amount"], &rows[0]["amount_currency"]), (&json!("9.50"), &json!("EUR")));
    let whole: Vec<_> = sides.into_iter().chain([("amount", "Betrag")]).collect();
    let (rows, problems) = read_as(&LEDGER_ENTRIES, text.as_bytes(), &whole);
    assert_eq!(rows[0]["amount"], "1.00");
    assert!(problems.iter().any(|told| told.contains("the debit is not read")), "{problems:?}");
}
