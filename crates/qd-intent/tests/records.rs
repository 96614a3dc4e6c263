//! One decision in the forms people write it, and what is read.

use qd_intent::decision_record;

/// Number, title, status, day, who decided and the form; then each complaint's code.
fn read(path: &str, text: &str) -> String {
    let (record, diagnostics) = decision_record(path, text);
    let mut line = [
        record.integer("number").map_or("-".to_owned(), |number| number.to_string()),
        record.text("title").unwrap_or("-").to_owned(),
        record.text("status").unwrap_or("-").to_owned(),
        record.date("date").map_or("-".to_owned(), |date| date.to_string()),
        record.texts("deciders").join("+"),
        record.text("dialect").unwrap_or("-").to_owned(),
    ]
    .join(", ");
    for diagnostic in diagnostics {
        line.push_str(&format!(" !{}", diagnostic.code));
    }
    line
}

#[test]
fn every_dialect_says_the_same() {
    let madr_4 = "---\nstatus: \"accepted\"\ndate: 2026-10-01\ndecision-makers: [Ada, Bob]\n---\n\n# Use PostgreSQL\n\n## Context and Problem Statement\n";
    let madr_2 = "# Use PostgreSQL\n\n* Status: accepted\n* Deciders: Ada, Bob\n* Date: 2026-10-01\n\n## Context and Problem Statement\n";
    let bold = "# Use PostgreSQL\n\n**Status:** Accepted\\\n**Deciders:** Ada and Bob\\\n**Date:** 1 October 2026\n\n## Context and Problem Statement\n";
    let table = "# Use PostgreSQL\n\n| Status | Accepted |\n|---|---|\n| Date | 2026/10/01 |\n| Deciders | Ada, Bob |\n\n## Context and Problem Statement\n";
    for text in [madr_4, madr_2, bold, table] {
        assert_eq!(
            read("decisions/0007-use-postgresql.md", text),
            "7, Use PostgreSQL, accepted, 2026-10-01, Ada+Bob, madr"
        );
    }
    let nygard = "# 7. Use PostgreSQL\n\nDate: 2026-10-01\n\n## Status\n\nAccepted\n\nSupersedes [3. Use MySQL](0003-use-mysql.md)\n\n## Context\n";
    assert_eq!(
        read("doc/adr/0007-use-postgresql.md", nygard),
        "7, 7. Use PostgreSQL, accepted, 2026-10-01, , nygard"
    );
    let underlined =
        "ADR 7: Use PostgreSQL\n=====================\n\nDate: 2026-10-01\n\nStatus\n------\n\nAccepted\n";
    assert_eq!(
        read("doc/adr/0007-use-postgresql.md", underlined),
        "7, ADR 7: Use PostgreSQL, accepted, 2026-10-01, , nygard"
    );
    let log4brains =
        "# Use PostgreSQL\n\n- Status: accepted\n- Deciders: Ada, Bob\n- Date: 2026-10-01\n- Tags: data\n";
    assert_eq!(
        read("docs/adr/20261001-use-postgresql.md", log4brains),
        "-, Use PostgreSQL, accepted, 2026-10-01, Ada+Bob, log4brains"
    );
}

#[test]
fn traps_are_told_apart() {
    for (text, read_as) in [
        // An example in a fence is not the record's own status.
        ("# Keep records\n\n```\n## Status\n\nAccepted\n```\n", "1, Keep records, -, -, , other"),
        ("<!--\nStatus: accepted\n-->\n# Keep records\n", "1, Keep records, -, -, , other"),
        // A byte-order mark and braces that a template left behind.
        (
            "\u{feff}---\nstatus: { accepted }\ndate: {2026-10-01}\n---\n# Keep records\n",
            "1, Keep records, accepted, 2026-10-01, , madr",
        ),
        (
            "# {short title of solved problem}\n\n* Status: {proposed | accepted}\n",
            "1, {short title of solved problem}, -, -, , other !template-left !template-left",
        ),
        // A head that is no YAML is read line by line.
        (
            "---\nstatus: accepted\ntopic: one: two\n---\n# Keep records\n",
            "1, Keep records, accepted, -, , madr !yaml-syntax",
        ),
        // Accepted once, replaced since.
        (
            "# 1. Keep records\n\n## Status\n\nAccepted\n\nSuperceded by [2. Keep none](0002-keep-none.md)\n",
            "1, 1. Keep records, superseded, -, , nygard",
        ),
        (
            "# 12. Keep records\n\n## Status: Rejected\n",
            "1, 12. Keep records, rejected, -, , nygard !number-differs",
        ),
        ("[the decision](https://example.org/secret)\n", "1, -, -, -, , other !no-title"),
        ("", "1, -, -, -, , other !no-title"),
    ] {
        assert_eq!(read("decisions/0001-keep-records.md", text), read_as, "{text}");
    }
}
