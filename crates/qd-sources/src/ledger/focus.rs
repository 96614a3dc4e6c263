//! Bills of clouds in the form of FOCUS (FinOps Open Cost and Usage Specification, 1.0 to 1.2).
//!
//! A bill has a line for each resource and hour, and may have millions. They are summed by day, account, service,
//! region and tags while the file is read, exactly; what is left of a hundredth is carried to the next sum of that
//! day, so that nothing is lost by rounding. A month that is billed anew replaces its sums.

use std::{collections::BTreeMap, io::Read};

use qd_tables::{CLOUD_COSTS, Fact};
use serde_json::Value;

use super::{Context, TOLD, decode};
use crate::{
    Problem,
    decimal::{Decimal, amount as written},
    times,
    values::{Row, hash},
};

/// Columns that a bill must have.
const NEEDED: [&str; 3] = ["BilledCost", "BillingCurrency", "ChargePeriodStart"];

/// What sums are made by; the day and the account come first, for rounding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    day: String,
    currency: String,
    provider: String,
    account: String,
    service: String,
    category: String,
    region: String,
    tags: Vec<String>,
}

/// Sums of the files of a bill.
#[derive(Debug, Default)]
pub struct Bill(BTreeMap<Key, (Decimal, Option<Decimal>)>);

/// Adds the lines of a file to `bill`; what of it could not be read is returned.
pub fn read(input: &mut dyn Read, context: &Context<'_>, bill: &mut Bill) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut more = 0_u64;
    let mut wrong = |message: String| {
        if problems.len() < TOLD {
            problems.push(Problem { subject: context.file.to_owned(), message });
        } else {
            more += 1;
        }
    };
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(input);
    let names: Vec<String> = match reader.byte_headers() {
        Ok(names) => names.iter().map(|name| decode::text(name).trim().to_lowercase()).collect(),
        Err(error) => {
            wrong(format!("it cannot be read: {error}"));
            return problems;
        }
    };
    let place = |name: &str| names.iter().position(|own| own.eq_ignore_ascii_case(name));
    let missing: Vec<String> =
        NEEDED.iter().filter(|name| place(name).is_none()).map(|name| format!("`{name}`")).collect();
    if !missing.is_empty() {
        wrong(format!("it is no bill in the form of FOCUS: it has no {}", missing.join(", ")));
        return problems;
    }
    let mut record = csv::ByteRecord::new();
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                wrong(format!("it cannot be read on: {error}"));
                break;
            }
        }
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |names: &[&str]| {
            let cells = names.iter().filter_map(|name| record.get(place(name)?)).map(decode::text);
            cells.map(|cell| cell.trim().to_owned()).find(|cell| !matches!(&cell[..], "" | "null" | "NULL"))
        };
        if let Err(message) = bill.add(&cell, context) {
            wrong(format!("line {line}: {message}"));
        }
    }
    if more > 0 {
        problems.push(Problem {
            subject: context.file.to_owned(),
            message: format!("{more} more problems like these"),
        });
    }
    problems
}

impl Bill {
    fn add(&mut self, cell: &dyn Fn(&[&str]) -> Option<String>, context: &Context<'_>) -> Result<(), String> {
        let cost = |name: &str| match cell(&[name]) {
            None => Ok(None),
            Some(text) => {
                Decimal::parse(&text).map(Some).ok_or_else(|| format!("`{name}`: `{text}` is no amount"))
            }
        };
        let billed = cost("BilledCost")?.ok_or("`BilledCost` is empty")?;
        let effective = cost("EffectiveCost")?;
        let start = cell(&["ChargePeriodStart"]).ok_or("`ChargePeriodStart` is empty")?;
        // The days of a bill are those of UTC.
        let day = times::day(&start, &jiff::tz::TimeZone::UTC, None)
            .map_err(|reason| format!("`ChargePeriodStart`: `{start}` {reason}"))?;
        let currency = cell(&["BillingCurrency"]).ok_or("`BillingCurrency` is empty")?;
        let word = |names: &[&str]| cell(names).unwrap_or_default();
        let key = Key {
            day: day.to_string(),
            currency: currency.to_uppercase(),
            provider: word(&["ProviderName", "ServiceProviderName", "PublisherName", "InvoiceIssuerName"]),
            account: word(&["SubAccountName", "SubAccountId", "BillingAccountName", "BillingAccountId"]),
            service: word(&["ServiceName"]),
            category: word(&["ServiceCategory"]),
            region: word(&["RegionName", "RegionId"]),
            tags: tags(cell(&["Tags"]).as_deref()),
        };
        let _ = context;
        let sum = self.0.entry(key).or_insert((Decimal::ZERO, None));
        sum.0 = sum.0.plus(billed).ok_or("the sum is more than can be counted")?;
        if let Some(effective) = effective {
            sum.1 = Some(
                sum.1
                    .unwrap_or(Decimal::ZERO)
                    .plus(effective)
                    .ok_or("the sum is more than can be counted")?,
            );
        }
        Ok(())
    }

    /// The sums as facts.
    #[must_use]
    pub fn facts(self) -> Vec<Fact> {
        let mut facts = Vec::new();
        let mut group: Option<(String, String, String, String)> = None;
        let mut carried = (Decimal::ZERO, Decimal::ZERO);
        for (key, (billed, effective)) in self.0 {
            let own = (key.day.clone(), key.currency.clone(), key.provider.clone(), key.account.clone());
            if group.as_ref() != Some(&own) {
                carried = (Decimal::ZERO, Decimal::ZERO);
                group = Some(own);
            }
            let Some(billed) = rounded(billed, &mut carried.0) else { continue };
            let effective = effective.and_then(|number| rounded(number, &mut carried.1));
            facts.push(fact(&key, billed, effective));
        }
        facts
    }
}

/// A sum in hundredths, with what was left of the one before; its own rest is carried on.
fn rounded(number: Decimal, carried: &mut Decimal) -> Option<i128> {
    let exact = number.plus(*carried)?;
    let hundredths = exact.hundredths()?;
    *carried = exact.plus(Decimal::of_hundredths(hundredths).negated())?;
    Some(hundredths)
}

fn fact(key: &Key, billed: i128, effective: Option<i128>) -> Fact {
    let mut words =
        vec![&key.day, &key.currency, &key.provider, &key.account, &key.service, &key.category, &key.region];
    words.extend(&key.tags);
    let id: String = hash(words.iter().map(|word| word.as_bytes())).chars().take(16).collect();
    let filled = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    Row::default()
        .put("id", id)
        .put("day", key.day.clone())
        .seen("provider", filled(&key.provider))
        .seen("account", filled(&key.account))
        .seen("service", filled(&key.service))
        .seen("category", filled(&key.category))
        .seen("region", filled(&key.region))
        .put("tags", key.tags.clone())
        .put("billed", written(billed))
        .put("billed_currency", key.currency.clone())
        .seen("effective", effective.map(written))
        .seen("effective_currency", effective.map(|_| key.currency.clone()))
        .fact(&CLOUD_COSTS)
}

/// `{"team": "web"}`, also with single quotes as some exports have it; `key=value` each, in order.
fn tags(text: Option<&str>) -> Vec<String> {
    let Some(text) = text else { return Vec::new() };
    let object =
        serde_json::from_str(text).or_else(|_| serde_json::from_str::<Value>(&text.replace('\'', "\"")));
    let Ok(Value::Object(object)) = object else { return Vec::new() };
    let mut tags: Vec<String> = object
        .into_iter()
        .filter_map(|(name, value)| match value {
            Value::String(value) if value.is_empty() => None,
            Value::String(value) => Some(format!("{name}={value}")),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
            other => Some(format!("{name}={other}")),
        })
        .collect();
    tags.sort_unstable();
    tags
}
