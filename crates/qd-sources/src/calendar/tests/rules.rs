//! Rules against instances that python-dateutil 2.9 computed.

use super::*;

/// Rule, beginning, zone, the first five instances up to the end of 2027.
const CASES: &[(&str, &str, &str, &str)] = &[
    (
        "FREQ=WEEKLY;BYDAY=MO,WE;INTERVAL=2",
        "20261012T090000",
        "Europe/Zurich",
        "2026-10-12T07:00Z 2026-10-14T07:00Z 2026-10-26T08:00Z 2026-10-28T08:00Z 2026-11-09T08:00Z",
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
        "20260804T090000",
        "UTC",
        "2026-08-04T09:00Z 2026-08-09T09:00Z 2026-08-18T09:00Z 2026-08-23T09:00Z",
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
        "20260804T090000",
        "UTC",
        "2026-08-04T09:00Z 2026-08-16T09:00Z 2026-08-18T09:00Z 2026-08-30T09:00Z",
    ),
    (
        "FREQ=MONTHLY;BYDAY=-1FR",
        "20260130T160000",
        "America/New_York",
        "2026-01-30T21:00Z 2026-02-27T21:00Z 2026-03-27T20:00Z 2026-04-24T20:00Z 2026-05-29T20:00Z",
    ),
    (
        "FREQ=MONTHLY;BYDAY=2TU,-1TH;COUNT=5",
        "20260210T103000",
        "Europe/Zurich",
        "2026-02-10T09:30Z 2026-02-26T09:30Z 2026-03-10T09:30Z 2026-03-26T09:30Z 2026-04-14T08:30Z",
    ),
    (
        "FREQ=MONTHLY;BYMONTHDAY=31",
        "20260131T080000",
        "Europe/Zurich",
        "2026-01-31T07:00Z 2026-03-31T06:00Z 2026-05-31T06:00Z 2026-07-31T06:00Z 2026-08-31T06:00Z",
    ),
    (
        "FREQ=MONTHLY;BYMONTHDAY=-1,15;COUNT=5",
        "20260215T080000",
        "UTC",
        "2026-02-15T08:00Z 2026-02-28T08:00Z 2026-03-15T08:00Z 2026-03-31T08:00Z 2026-04-15T08:00Z",
    ),
    (
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "20260227T170000",
        "Europe/Zurich",
        "2026-02-27T16:00Z 2026-03-31T15:00Z 2026-04-30T15:00Z 2026-05-29T15:00Z 2026-06-30T15:00Z",
    ),
    (
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1,-2;INTERVAL=3",
        "20260101T170000",
        "Asia/Kolkata",
        "2026-01-01T11:30Z 2026-01-29T11:30Z 2026-04-01T11:30Z 2026-04-29T11:30Z 2026-07-01T11:30Z",
    ),
    (
        "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
        "20260213T131300",
        "UTC",
        "2026-02-13T13:13Z 2026-03-13T13:13Z 2026-11-13T13:13Z 2027-08-13T13:13Z",
    ),
    (
        "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "20260329T023000",
        "Europe/Zurich",
        "2026-03-29T01:30Z 2027-03-28T01:30Z",
    ),
    ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "20240229T120000", "UTC", "2024-02-29T12:00Z"),
    (
        "FREQ=YEARLY;BYDAY=20MO",
        "20240513T120000",
        "UTC",
        "2024-05-13T12:00Z 2025-05-19T12:00Z 2026-05-18T12:00Z 2027-05-17T12:00Z",
    ),
    ("FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO", "20261228T120000", "UTC", "2026-12-28T12:00Z"),
    (
        "FREQ=YEARLY;BYYEARDAY=1,-1;COUNT=4",
        "20251231T120000",
        "Europe/Zurich",
        "2025-12-31T11:00Z 2026-01-01T11:00Z 2026-12-31T11:00Z 2027-01-01T11:00Z",
    ),
    (
        "FREQ=DAILY;INTERVAL=3;UNTIL=20261031T090000",
        "20261020T090000",
        "Europe/Zurich",
        "2026-10-20T07:00Z 2026-10-23T07:00Z 2026-10-26T08:00Z 2026-10-29T08:00Z",
    ),
    (
        "FREQ=DAILY;BYHOUR=9,14;BYMINUTE=0,30;BYDAY=FR",
        "20261120T090000",
        "Europe/Zurich",
        "2026-11-20T08:00Z 2026-11-20T08:30Z 2026-11-20T13:00Z 2026-11-20T13:30Z 2026-11-27T08:00Z",
    ),
    (
        "FREQ=DAILY;BYMONTH=1;COUNT=3",
        "20260130T070000",
        "Australia/Lord_Howe",
        "2026-01-29T20:00Z 2026-01-30T20:00Z 2026-12-31T20:00Z",
    ),
    (
        "FREQ=HOURLY;INTERVAL=7;BYDAY=SA",
        "20261121T051500",
        "UTC",
        "2026-11-21T05:15Z 2026-11-21T12:15Z 2026-11-21T19:15Z 2026-11-28T05:15Z 2026-11-28T12:15Z",
    ),
    (
        "FREQ=WEEKLY;COUNT=3",
        "20261031T013000",
        "America/New_York",
        "2026-10-31T05:30Z 2026-11-07T06:30Z 2026-11-14T06:30Z",
    ),
];

#[test]
fn rules_mean_what_they_mean_elsewhere() {
    for (rule, start, zone, wanted) in CASES {
        let text = calendar(&event(&format!("DTSTART;TZID={zone}:{start}\nRRULE:{rule}")));
        // Late enough for all cases, early enough that their beginnings are in the window.
        let observed_at = wanted.split(' ').next().and_then(moment).expect("a first instance");
        let wanted: Vec<&str> = wanted.split(' ').collect();
        let mut found: Vec<String> = Vec::new();
        for days in [0, 700, 1400] {
            let observed_at = observed_at + jiff::SignedDuration::from_hours(24 * days);
            let (facts, problems) = read(text.as_bytes(), &Context { observed_at, ..context() });
            assert_eq!(problems, Vec::new(), "{rule}");
            found.extend(
                facts
                    .iter()
                    .map(|fact| fact.row["starts_at"].as_str().unwrap_or_default().replace(":00Z", "Z")),
            );
        }
        found.sort();
        found.dedup();
        found.truncate(wanted.len());
        assert_eq!(found, wanted, "{rule}");
    }
}

fn moment(text: &str) -> Option<Timestamp> {
    text.replace('Z', ":00Z").parse().ok()
}
