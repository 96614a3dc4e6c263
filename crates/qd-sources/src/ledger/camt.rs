//! Statements of banks: camt.053 of ISO 20022, in any of its versions.
//!
//! Each booked entry is a line of the statement; an entry of several payments is a line each, where they add up to
//! it. The balance at the end of a statement is kept, for it says what is there.

use std::collections::HashMap;

use qd_tables::{Fact, LEDGER_ENTRIES};
use quick_xml::{Reader, events::Event};

use super::Context;
use crate::{
    Problem,
    decimal::{Decimal, amount as written},
    times,
    values::{Row, hash},
};

/// Levels of elements; no statement is that deep.
const DEPTH: usize = 64;
/// Bytes of one element's text that are kept.
const TEXT: usize = 2000;

/// An element with what stands in it.
#[derive(Debug, Default)]
struct Element {
    name: String,
    currency: Option<String>,
    text: String,
    inner: Vec<Element>,
}

impl Element {
    fn at(&self, path: &str) -> Option<&Element> {
        path.split('/').try_fold(self, |element, name| element.inner.iter().find(|inner| inner.name == name))
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.inner.iter().filter(move |inner| inner.name == name)
    }

    fn text(&self, path: &str) -> Option<String> {
        let text = self.at(path)?.text.trim();
        (!text.is_empty()).then(|| text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// `<Amt Ccy="CHF">12.50</Amt>` with its sign: credit is positive.
    fn amount(&self) -> Option<(Decimal, String)> {
        let amount = self.at("Amt")?;
        let number = Decimal::parse(amount.text.trim())?;
        let is_debit = self.text("CdtDbtInd")? == "DBIT";
        Some((if is_debit { number.negated() } else { number }, amount.currency.clone()?))
    }

    fn day(&self, path: &str, context: &Context<'_>) -> Option<String> {
        let day = self.text(&format!("{path}/Dt")).or_else(|| self.text(&format!("{path}/DtTm")))?;
        times::day(&day, &context.zone, None).ok().map(|day| day.to_string())
    }
}

/// The entries of a file, and what of it could not be read. What was read before a file breaks off is kept.
pub(super) fn read(text: &str, context: &Context<'_>) -> (Vec<Fact>, Vec<Problem>) {
    let mut statement = Statement { context, facts: Vec::new(), problems: Vec::new(), ids: HashMap::new() };
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    loop {
        match reader.read_event() {
            Err(error) => {
                statement.wrong(format!("it breaks off at byte {}: {error}", reader.buffer_position()));
                break;
            }
            Ok(Event::Eof) => {
                if !open.is_empty() {
                    statement.wrong("it breaks off before its end".to_owned());
                }
                break;
            }
            Ok(Event::Start(start)) => {
                if open.len() >= DEPTH {
                    statement.wrong("its elements are too deep".to_owned());
                    break;
                }
                let currency = start
                    .attributes()
                    .flatten()
                    .find(|attribute| attribute.key.local_name().as_ref() == "Ccy")
                    .map(|attribute| attribute.value.into_owned());
                let name = start.local_name().as_ref().to_owned();
                open.push(Element { name, currency, ..Element::default() });
            }
            Ok(Event::Text(text)) => {
                if let Some(element) = open.last_mut()
                    && element.text.len() < TEXT
                {
                    element.text.push_str(&text);
                }
            }
            Ok(Event::GeneralRef(name)) => {
                let sign = match name.as_ref() {
                    "amp" => "&",
                    "lt" => "<",
                    "gt" => ">",
                    "quot" => "\"",
                    "apos" => "'",
                    _ => "",
                };
                if let Some(element) = open.last_mut() {
                    element.text.push_str(sign);
                }
            }
            Ok(Event::End(_)) => {
                if let Some(element) = open.pop() {
                    if element.name == "Stmt" {
                        statement.take(&element);
                    } else if let Some(outer) = open.last_mut() {
                        outer.inner.push(element);
                    }
                }
            }
            Ok(_) => {}
        }
    }
    (statement.facts, statement.problems)
}

struct Statement<'a> {
    context: &'a Context<'a>,
    facts: Vec<Fact>,
    problems: Vec<Problem>,
    /// How often lines of the same words came.
    ids: HashMap<String, u32>,
}

impl Statement<'_> {
    fn wrong(&mut self, message: String) {
        self.problems.push(Problem { subject: self.context.file.to_owned(), message });
    }

    fn take(&mut self, statement: &Element) {
        let account = statement.text("Acct/Id/IBAN").or_else(|| statement.text("Acct/Id/Othr/Id"));
        let Some(account) = account else {
            return self.wrong("a statement does not say of which account it is".to_owned());
        };
        let mut sum = Decimal::ZERO;
        for (place, entry) in statement.all("Ntry").enumerate() {
            let status = entry.text("Sts/Cd").or_else(|| entry.text("Sts"));
            if status.is_some_and(|status| status != "BOOK") {
                continue;
            }
            let day = entry.day("BookgDt", self.context).or_else(|| entry.day("ValDt", self.context));
            let (Some((number, currency)), Some(day)) = (entry.amount(), day) else {
                self.wrong(format!("entry {} of `{account}` has no amount, currency or day", place + 1));
                continue;
            };
            sum = sum.plus(number).unwrap_or(sum);
            self.entry(&account, entry, number, &currency, &day);
        }
        let balance = |code: &str| {
            statement.all("Bal").find(|one| one.text("Tp/CdOrPrtry/Cd").as_deref() == Some(code))
        };
        let opening = balance("OPBD").or_else(|| balance("PRCD")).and_then(Element::amount);
        let Some(closing) = balance("CLBD") else { return };
        let (Some((number, currency)), Some(day)) = (closing.amount(), closing.day("Dt", self.context))
        else {
            return;
        };
        if let Some(off) = opening
            .and_then(|(before, _)| before.plus(sum)?.plus(number.negated()))
            .filter(|off| !off.is_zero())
        {
            let message = format!(
                "the statement of `{account}` of {day} does not add up: {off} {currency} is left over"
            );
            self.wrong(message);
        }
        self.line(
            &account,
            "balance",
            &day,
            (number, &currency),
            Line { id: Some(format!("{account}/{day}/balance")), ..Line::default() },
        );
    }

    fn entry(&mut self, account: &str, entry: &Element, number: Decimal, currency: &str, day: &str) {
        let reference = entry.text("AcctSvcrRef").or_else(|| entry.text("NtryRef"));
        let information = entry.text("AddtlNtryInf");
        let details: Vec<&Element> =
            entry.all("NtryDtls").flat_map(|details| details.all("TxDtls")).collect();
        let line = |details: Option<&&Element>, place: usize| {
            let side = if number.is_negative() { "Cdtr" } else { "Dbtr" };
            let payee = details.and_then(|one| {
                one.text(&format!("RltdPties/{side}/Nm"))
                    .or_else(|| one.text(&format!("RltdPties/{side}/Pty/Nm")))
                    .or_else(|| one.text(&format!("RltdPties/Ultmt{side}/Nm")))
            });
            let text = details
                .and_then(|one| one.text("RmtInf/Ustrd").or_else(|| one.text("AddtlTxInf")))
                .or_else(|| information.clone());
            let id = reference.as_ref().map(|reference| match place {
                0 => format!("{account}/{day}/{reference}"),
                _ => format!("{account}/{day}/{reference}/{place}"),
            });
            Line { id, payee, text }
        };
        let parts: Vec<(Decimal, String)> = details.iter().filter_map(|one| one.amount()).collect();
        let is_sum = parts.len() == details.len()
            && parts.iter().all(|(_, own)| own == currency)
            && parts.iter().try_fold(Decimal::ZERO, |sum, (part, _)| sum.plus(*part)) == Some(number);
        if details.len() > 1 && is_sum {
            for (place, ((part, _), one)) in parts.iter().zip(&details).enumerate() {
                self.line(account, "statement", day, (*part, currency), line(Some(one), place + 1));
            }
        } else {
            self.line(account, "statement", day, (number, currency), line(details.first(), 0));
        }
    }

    fn line(&mut self, account: &str, kind: &str, day: &str, amount: (Decimal, &str), line: Line) {
        let (number, currency) = amount;
        let Some(hundredths) = number.hundredths() else {
            return self.wrong(format!("an amount of `{account}` is more than can be counted"));
        };
        let own = line.id.unwrap_or_else(|| {
            let words = [
                account,
                day,
                &number.to_string(),
                currency,
                line.payee.as_deref().unwrap_or_default(),
                line.text.as_deref().unwrap_or_default(),
            ]
            .map(str::to_owned);
            hash(words.iter().map(String::as_bytes)).chars().take(16).collect()
        });
        // The same balance may be told twice; the same payment is made twice.
        let count = self.ids.entry(own.clone()).or_default();
        *count += 1;
        let id = if *count > 1 && kind != "balance" { format!("{own}-{count}") } else { own };
        let row = Row::default()
            .put("id", id.clone())
            .put("day", day)
            .put("account", account)
            .put("kind", kind)
            .put("amount", written(hundredths))
            .put("amount_currency", currency)
            .seen("payee", line.payee)
            .seen("text", line.text)
            .put("transaction", id)
            .put("tags", Vec::<String>::new())
            .put("file", self.context.file);
        self.facts.push(row.fact(&LEDGER_ENTRIES));
    }
}

/// What one payment says.
#[derive(Debug, Default)]
struct Line {
    id: Option<String>,
    payee: Option<String>,
    text: Option<String>,
}
