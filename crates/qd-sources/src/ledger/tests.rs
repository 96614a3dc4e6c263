//! Books of made-up companies: what they hold, and what is said of what is wrong with them.

use proptest::prelude::*;
use qd_tables::LEDGER_ENTRIES;

use super::*;

/// Each entry as `day account amount currency [= booked] payee`, and the problems.
fn books(files: &[(&str, &[u8])]) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("it can be written");
    }
    let first = folder.path().join(files.first().expect("a file").0);
    let context = Context { file: "books", zone: TimeZone::UTC };
    let read = read(&first, &context).expect("it can be read");
    let text = |fact: &Fact, name: &str| {
        fact.row.get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned()
    };
    let entries = read.facts.iter().map(|fact| {
        assert_eq!(fact.table.name, LEDGER_ENTRIES.name);
        let booked = match text(fact, "booked").as_str() {
            "" => String::new(),
            booked => format!(" = {booked} {}", text(fact, "booked_currency")),
        };
        let words = ["day", "account", "amount", "amount_currency"].map(|name| text(fact, name)).join(" ");
        format!("{words}{booked} {}", text(fact, "payee")).trim().to_owned()
    });
    (entries.collect(), read.problems.into_iter().map(|problem| problem.message).collect())
}

const BEANCOUNT: &str = r#"
option "title" "Harbour"
option "name_expenses" "Costs"
plugin "beancount.plugins.auto"
include "more.beancount"
* A heading
2026-01-01 open Assets:Bank CHF
2026-01-01 commodity CHF
  name: "Swiss franc"
pushtag #first
2026-01-31 * "Hoster" "Servers
  of January" #prod ^inv-7
  project: "atlas"
  Costs:Cloud        (100.00 * 3) CHF ; three of them
    team: "core"
  Assets:Bank
poptag #first
2026-02-01 balance Assets:Bank  -300.00 CHF
2026-02-02 ! "Abroad"
  Costs:Tools  100.00 USD @ 0.90 CHF
  Assets:Bank  -90.00 CHF
2026-02-03 * "Shares"
  Assets:Shares   10 HOOL {500.00 CHF, 2026-02-03, "lot"}
  Assets:Bank  -5000.00 CHF
2026-02-04 * "Sold"
  Assets:Shares  -4 HOOL {} @ 600.00 CHF
  Assets:Bank  2400.00 CHF
  Income:Gains
2026-02-05 * "Off"
  Costs:Tools  10.00 CHF
  Assets:Bank  -9.50 CHF
2026-02-30 * "Never"
  Costs:Tools  10.00 CHF
2026-02-28 pad Assets:Cash Equity:Opening
2026-03-01 balance Assets:Cash 50.00 CHF
2026-03-02 balance Assets:Cash 60.00 CHF
"#;

#[test]
fn a_journal_of_beancount_is_read_as_it_is() {
    let more = "2026-01-02 * \"Stamps\"\n  Costs:Post  1,000.50 CHF\n  Assets:Bank  -1,000.50 CHF\n2026-01-03 * \"Back\"\n  Assets:Bank 1000.50 CHF\n  Costs:Post\n";
    let (entries, problems) =
        books(&[("main.beancount", BEANCOUNT.as_bytes()), ("more.beancount", more.as_bytes())]);
    assert_eq!(
        entries,
        [
            "2026-01-02 Costs:Post 1000.50 CHF",
            "2026-01-02 Assets:Bank -1000.50 CHF",
            "2026-01-03 Assets:Bank 1000.50 CHF",
            "2026-01-03 Costs:Post -1000.50 CHF",
            "2026-01-31 Costs:Cloud 300.00 CHF Hoster",
            "2026-01-31 Assets:Bank -300.00 CHF Hoster",
            "2026-02-02 Costs:Tools 100.00 USD = 90.00 CHF",
            "2026-02-02 Assets:Bank -90.00 CHF",
            "2026-02-03 Assets:Shares 10.00 HOOL = 5000.00 CHF",
            "2026-02-03 Assets:Bank -5000.00 CHF",
            "2026-02-04 Assets:Shares -4.00 HOOL = -2000.00 CHF",
            "2026-02-04 Assets:Bank 2400.00 CHF",
            "2026-02-04 Income:Gains -400.00 CHF",
            "2026-02-28 Assets:Cash 50.00 CHF",
            "2026-02-28 Equity:Opening -50.00 CHF",
        ]
    );
    assert_eq!(
        problems,
        [
            "line 29: it does not balance: 0.50 CHF is left over; it is left out",
            "line 32: `2026-02-30` is no day there is",
            "line 36: `Assets:Cash` holds 50.00 CHF, 10.00 CHF less than the 60.00 CHF that are asserted",
        ]
    );
}

const HLEDGER: &str = r#"; a comment
decimal-mark ,
commodity 1.000,00 EUR
account Kosten:Miete  ; type: X
account assets:bank
P 2026-01-01 USD 0,90 EUR
Y2026
comment
2026-01-01 nothing
end comment
~ monthly
  expenses:rent  1 EUR
  assets:bank

01-31 * (7) Landlord | rent of January  ; project:atlas, first:
  Kosten:Miete    1.234,50 EUR  ; team: core
  assets:bank    -1.234,50 EUR = -1.234,50 EUR

2026/02/01 Tool
  expenses:tools    $100,00 @@ EUR 90,00
  assets:bank
2026.02.02=2026-02-05 ! Two currencies
  expenses:travel   50 USD
  assets:bank      -45 EUR
2026-02-03 Assigned
  assets:bank       = 0 EUR
  equity:opening
2026-02-04 Wrong
  expenses:tools    1,00 EUR
  expenses:more     1,00 EUR
2026-02-05 Virtual
  expenses:tools    2,00 EUR
  (budget:tools)    5,00 EUR
  assets:bank      -2,00 EUR = 5,00 EUR
include missing.journal
"#;

#[test]
fn a_journal_of_hledger_is_read_as_it_is() {
    let (entries, problems) = books(&[("main.journal", HLEDGER.as_bytes())]);
    assert_eq!(
        entries,
        [
            "2026-01-31 Kosten:Miete 1234.50 EUR Landlord",
            "2026-01-31 assets:bank -1234.50 EUR Landlord",
            "2026-02-01 expenses:tools 100.00 USD = 90.00 EUR Tool",
            "2026-02-01 assets:bank -90.00 EUR Tool",
            "2026-02-02 expenses:travel 50.00 USD = 45.00 EUR Two currencies",
            "2026-02-02 assets:bank -45.00 EUR = -50.00 USD Two currencies",
            "2026-02-03 assets:bank 1369.50 EUR Assigned",
            "2026-02-03 equity:opening -1369.50 EUR Assigned",
            "2026-02-05 expenses:tools 2.00 EUR Virtual",
            "2026-02-05 budget:tools 5.00 EUR Virtual",
            "2026-02-05 assets:bank -2.00 EUR Virtual",
        ]
    );
    assert_eq!(problems.len(), 4, "{problems:?}");
    assert!(problems[0].starts_with("line 35: `missing.journal` is not there"), "{problems:?}");
    assert_eq!(
        problems[1..],
        [
            "line 11: rules that make transactions (`~` and `=`) are not read, here and below",
            "line 28: it does not balance: 2.00 EUR is left over; it is left out",
            "line 34: `assets:bank` holds -2.00 EUR, 7.00 EUR less than the 5.00 EUR that are asserted",
        ]
    );
}

#[test]
fn ids_hold_when_lines_move_and_equal_contents_are_told_apart() {
    let one = "2026-01-01 * \"Coffee\"\n  Expenses:Food  3.00 EUR\n  Assets:Cash\n";
    let ids = |text: String| {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.beancount");
        std::fs::write(&path, text).expect("it can be written");
        let context = Context { file: "a", zone: TimeZone::UTC };
        let mut ids: Vec<String> = read(&path, &context)
            .expect("it can be read")
            .facts
            .iter()
            .map(|fact| fact.row["id"].to_string())
            .collect();
        ids.sort();
        ids
    };
    let twice = ids(format!("{one}{one}"));
    assert_eq!(twice.iter().collect::<std::collections::BTreeSet<_>>().len(), 4);
    assert_eq!(ids(format!("; moved\n\n{one}; between\n{one}")), twice);
    assert!(ids(one.to_owned()).iter().all(|id| twice.contains(id)));
}

const STATEMENT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>1</Id>
<Acct><Id><IBAN>CH00</IBAN></Id></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="CHF">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-01-01</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="CHF">60.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-01-31</Dt></Dt></Bal>
<Ntry><Amt Ccy="CHF">30.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-01-05</Dt></BookgDt><AcctSvcrRef>R1</AcctSvcrRef>
<NtryDtls><TxDtls><RltdPties><Cdtr><Pty><Nm>Fish &amp; Chips</Nm></Pty></Cdtr></RltdPties><RmtInf><Ustrd>Lunch</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="CHF">20.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><DtTm>2026-01-06T10:00:00</DtTm></BookgDt>
<NtryDtls><TxDtls><Amt Ccy="CHF">15.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></TxDtls><TxDtls><Amt Ccy="CHF">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="CHF">9.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts><BookgDt><Dt>2026-01-07</Dt></BookgDt></Ntry>
<Ntry><Amt Ccy="CHF">9.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts></Ntry>
</Stmt></BkToCstmrStmt></Document>"#;

#[test]
fn a_bank_statement_is_read() {
    let (entries, problems) = books(&[("jan.xml", STATEMENT.as_bytes())]);
    assert_eq!(
        entries,
        [
            "2026-01-05 CH00 -30.00 CHF Fish & Chips",
            "2026-01-06 CH00 -15.00 CHF",
            "2026-01-06 CH00 -5.00 CHF",
            "2026-01-31 CH00 60.00 CHF",
        ]
    );
    assert_eq!(
        problems,
        [
            "entry 4 of `CH00` has no amount, currency or day",
            "the statement of `CH00` of 2026-01-31 does not add up: -10.00 CHF is left over",
        ]
    );
    let half = &STATEMENT.as_bytes()[..STATEMENT.len() - 60];
    let (_, problems) = books(&[("jan.xml", half)]);
    assert!(problems.iter().any(|problem| problem.contains("breaks off")), "{problems:?}");
}

fn bill(text: &str) -> (Vec<Fact>, Vec<Problem>) {
    let mut bill = Bill::default();
    let context = Context { file: "focus.csv", zone: TimeZone::UTC };
    let problems = read_bill(&mut text.as_bytes(), &context, &mut bill);
    (bill.facts(), problems)
}

#[test]
fn a_bill_of_a_cloud_is_summed_without_loss() {
    let mut text = "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ProviderName,SubAccountId,ServiceName,Tags\n".to_owned();
    for hour in 0..24 {
        text.push_str(&format!(
            "0.0041,1E-3,USD,2026-01-31T{hour:02}:00:00Z,Cloud,a1,Compute,\"{{\"\"team\"\": \"\"web\"\"}}\"\n"
        ));
        text.push_str(&format!("0.001,,USD,2026-01-31 {hour:02}:00:00,Cloud,a1,Storage,\n"));
    }
    text.push_str("x,,USD,2026-01-31,Cloud,a1,Storage,\n1,,USD,never,Cloud,a1,Storage,\n");
    let (facts, problems) = bill(&text);
    let brief: Vec<String> = facts
        .iter()
        .map(|fact| {
            format!("{} {} {} {}", fact.row["day"], fact.row["service"], fact.row["billed"], fact.row["tags"])
                .replace('"', "")
        })
        .collect();
    // 0.0984 and 0.024: 0.10, and the 0.0224 that are left with what was rounded up.
    assert_eq!(brief, ["2026-01-31 Compute 0.10 [team=web]", "2026-01-31 Storage 0.02 []"]);
    assert_eq!(facts[0].row["effective"], "0.02");
    let messages: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "line 50: `BilledCost`: `x` is no amount",
            "line 51: `ChargePeriodStart`: `never` is not a day; write it as `2026-01-31`",
        ]
    );
    let (_, problems) = bill("a,b\n1,2\n");
    assert!(problems[0].message.contains("no bill in the form of FOCUS"), "{problems:?}");
}

#[test]
fn latin_1_is_read() {
    let text = b"2026-01-31 * \"Caf\xe9\" \"\"\n  Expenses:Food  1.00 EUR\n  Assets:Cash\n";
    assert_eq!(books(&[("a.beancount", text)]).0[0], "2026-01-31 Expenses:Food 1.00 EUR Caf\u{e9}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300),
        near in "(2026-0[1-9]-[0-3][0-9] (\\*|txn|balance|pad|open) |\"| |\n  |Expenses:A|Assets:B:c|[-0-9.,(]{1,6}|EUR|@@?|\\{|\\}|=|;|#x|include |Y|P |\\[|\\)|:){0,60}") {
        for end in ["beancount", "journal", "xml", "txt"] {
            let name = format!("a.{end}");
            let _ = books(&[(&name, &bytes)]);
            let _ = books(&[(&name, near.as_bytes())]);
        }
        let _ = bill(&String::from_utf8_lossy(&bytes));
        let torn = bytes.len() % STATEMENT.len();
        let _ = books(&[("a.xml", &[&STATEMENT.as_bytes()[..torn * 7 % STATEMENT.len()], &bytes[..]].concat())]);
    }
}
