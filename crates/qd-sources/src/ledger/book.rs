//! A journal's entries in the order of their days: amounts that were left out are found, transactions balance
//! or are told, and what the journal asserts is held against what it says.

use std::collections::{BTreeMap, HashMap};

use qd_tables::{Fact, LEDGER_ENTRIES};

use super::{
    Form,
    journal::{Amount, Assertion, Entry, Journal, Posting, Price, What},
};
use crate::{
    Problem,
    decimal::{Decimal, amount as written},
    values::{Row, hash},
};

/// Sums by commodity.
type Sums = BTreeMap<String, Decimal>;

/// Characters of a payee or text that are kept.
const TEXT: usize = 1000;

/// The entries of `journal`, and what is wrong with it.
pub(super) fn entries(mut journal: Journal, form: Form) -> (Vec<Fact>, Vec<Problem>) {
    let mut entries = std::mem::take(&mut journal.entries);
    entries.sort_by_key(|entry| (entry.day, !matches!(entry.what, What::Balance { .. })));
    let mut book = Book {
        form,
        journal,
        held: BTreeMap::new(),
        lots: HashMap::new(),
        pads: HashMap::new(),
        known: HashMap::new(),
        facts: Vec::new(),
    };
    for entry in entries {
        book.entry(entry);
    }
    let mut problems = book.journal.problems;
    problems.sort();
    let problems = problems
        .into_iter()
        .map(|(file, line, message)| Problem { subject: file, message: format!("line {line}: {message}") });
    (book.facts, problems.collect())
}

struct Book {
    form: Form,
    journal: Journal,
    /// What each account holds so far.
    held: BTreeMap<String, Sums>,
    /// Lots that an account holds of a commodity, oldest first: units and their cost each.
    lots: HashMap<(String, String), Vec<(Decimal, Amount)>>,
    /// Accounts whose next balance is filled up: from where, and the directive.
    pads: HashMap<String, (String, Entry)>,
    /// How often a transaction of the same words came.
    known: HashMap<String, u32>,
    facts: Vec<Fact>,
}

/// A posting whose amount is known, and what it weighs in its transaction.
struct Weighed {
    posting: Posting,
    amount: Amount,
    weight: Amount,
}

impl Book {
    fn entry(&mut self, entry: Entry) {
        match entry.what.clone() {
            What::Transaction { postings, .. } => self.transaction(&entry, postings),
            What::Pad { account, from } => drop(self.pads.insert(account, (from, entry))),
            What::Balance { account, assertion, tolerance } => {
                self.fill_up(&account, &assertion);
                let usual = match assertion.amount.number.scale() {
                    0 => Decimal::ZERO,
                    // Beancount allows twice what it allows a transaction.
                    scale => Decimal::half_of_last(scale - 1)
                        .times(Decimal::of_hundredths(20))
                        .unwrap_or(Decimal::ZERO),
                };
                self.assert(&entry.file, entry.line, &account, &assertion, tolerance.unwrap_or(usual));
            }
        }
    }

    fn wrong(&mut self, entry: &Entry, message: String) {
        self.journal.wrong(&entry.file, entry.line, message);
    }

    fn transaction(&mut self, entry: &Entry, postings: Vec<Posting>) {
        let mut known: Vec<Weighed> = Vec::new();
        let mut open: Vec<Posting> = Vec::new();
        for mut posting in postings {
            if posting.amount.is_none()
                && let Some(assertion) = &posting.assertion
            {
                // hledger: as much as it takes to hold what is asserted.
                let held = self.held(&posting.account, assertion, false);
                posting.amount = assertion
                    .amount
                    .number
                    .plus(held.negated())
                    .map(|number| Amount { number, commodity: assertion.amount.commodity.clone() });
            }
            let Some(amount) = posting.amount.clone() else {
                open.push(posting);
                continue;
            };
            match self.weight(&posting, &amount) {
                Some(weight) => known.push(Weighed { posting, amount, weight }),
                None => {
                    let message = format!(
                        "the cost of {} {} in `{}` is not known; the transaction is left out",
                        amount.number, amount.commodity, posting.account
                    );
                    return self.wrong(entry, message);
                }
            }
        }
        let mut rest = Sums::new();
        for one in known.iter().filter(|one| !one.posting.is_free) {
            if !add(&mut rest, &one.weight) {
                return self.wrong(entry, "its amounts are more than can be counted".to_owned());
            }
        }
        let mut open = open.into_iter().filter(|posting| !posting.is_free);
        let is_balanced = match (open.next(), open.next()) {
            (Some(_), Some(_)) => {
                return self.wrong(entry, "two of its postings have no amount; it is left out".to_owned());
            }
            (Some(posting), None) => {
                for (commodity, number) in rest.iter().filter(|(_, number)| !number.is_zero()) {
                    let amount = Amount { number: number.negated(), commodity: commodity.clone() };
                    known.push(Weighed { posting: posting.clone(), weight: amount.clone(), amount });
                }
                true
            }
            (None, _) => self.is_balanced(&mut known, &rest),
        };
        self.hold(entry, &known);
        if is_balanced {
            self.store(entry, &known);
        } else {
            let tolerances = tolerances(&known, self.form);
            let off: Vec<String> = rest
                .iter()
                .filter(|(commodity, number)| number.absolute().exceeds(tolerance(&tolerances, commodity)))
                .map(|(commodity, number)| format!("{number} {commodity}").trim().to_owned())
                .collect();
            self.wrong(
                entry,
                format!("it does not balance: {} is left over; it is left out", off.join(", ")),
            );
        }
    }

    /// Whether nothing is left over, within what its digits can tell. Two commodities that are left over are, in
    /// hledger, one paid with the other.
    fn is_balanced(&self, known: &mut [Weighed], rest: &Sums) -> bool {
        let tolerances = tolerances(known, self.form);
        let left: Vec<(&String, &Decimal)> = rest
            .iter()
            .filter(|(commodity, number)| number.absolute().exceeds(tolerance(&tolerances, commodity)))
            .collect();
        let has_prices = known.iter().any(|one| one.posting.price.is_some());
        match left[..] {
            [] => true,
            [(first, one), (second, other)]
                if self.form == Form::Hledger && !has_prices && one.is_negative() != other.is_negative() =>
            {
                for (commodity, paid, with) in [(first, other, second), (second, one, first)] {
                    let mut own = known.iter_mut().filter(|weighed| weighed.amount.commodity == *commodity);
                    if let (Some(weighed), None) = (own.next(), own.next()) {
                        weighed.weight = Amount { number: paid.negated(), commodity: with.clone() };
                    }
                }
                true
            }
            _ => false,
        }
    }

    /// What a posting weighs: its cost, else its price, else itself; none where its lot is not known.
    fn weight(&mut self, posting: &Posting, amount: &Amount) -> Option<Amount> {
        let weigh = |price: &Price| match price {
            Price::Unit(unit) => {
                Some(Amount { number: amount.number.times(unit.number)?, commodity: unit.commodity.clone() })
            }
            Price::Total(total) => {
                let size = total.number.absolute();
                let number = if amount.number.is_negative() { size.negated() } else { size };
                Some(Amount { number, commodity: total.commodity.clone() })
            }
        };
        let Some(lot) = &posting.lot else {
            return posting.price.as_ref().map_or_else(|| Some(amount.clone()), weigh);
        };
        match (&lot.cost, &posting.price, self.form) {
            // hledger passes lots by.
            (_, Some(price), Form::Hledger) => weigh(price),
            (None, None, Form::Hledger) => Some(amount.clone()),
            (Some(cost), ..) => {
                let weight = weigh(cost)?;
                let each = Amount {
                    number: weight.number.absolute().over(amount.number.absolute())?,
                    commodity: weight.commodity.clone(),
                };
                self.lot(posting, amount, Some(each));
                Some(weight)
            }
            (None, ..) => self.lot(posting, amount, None),
        }
    }

    /// Takes units into or out of the lots of an account; the oldest of those that fit go first. Gives what went out
    /// weighs.
    fn lot(&mut self, posting: &Posting, amount: &Amount, cost: Option<Amount>) -> Option<Amount> {
        let lots = self.lots.entry((posting.account.clone(), amount.commodity.clone())).or_default();
        if !amount.number.is_negative() {
            lots.push((amount.number, cost?));
            return None;
        }
        let mut wanted = amount.number.absolute();
        let mut weight: Option<Amount> = None;
        for (units, each) in lots.iter_mut().filter(|(_, each)| cost.as_ref().is_none_or(|cost| cost == each))
        {
            if wanted.is_zero() {
                break;
            }
            let taken = if units.exceeds(wanted) { wanted } else { *units };
            *units = units.plus(taken.negated())?;
            wanted = wanted.plus(taken.negated())?;
            let worth = taken.times(each.number)?.negated();
            weight = match weight {
                None => Some(Amount { number: worth, commodity: each.commodity.clone() }),
                Some(sum) if sum.commodity == each.commodity => {
                    Some(Amount { number: sum.number.plus(worth)?, commodity: sum.commodity })
                }
                Some(_) => return None,
            };
        }
        lots.retain(|(units, _)| !units.is_zero());
        weight.filter(|_| wanted.is_zero())
    }

    /// What an account holds of a commodity; with those below it where that is asked.
    fn held(&self, account: &str, assertion: &Assertion, with_below: bool) -> Decimal {
        let commodity = &assertion.amount.commodity;
        let own =
            self.held.get(account).and_then(|sums| sums.get(commodity)).copied().unwrap_or(Decimal::ZERO);
        if !with_below {
            return own;
        }
        let prefix = format!("{account}:");
        let below = self.held.range(prefix.clone()..).take_while(|(name, _)| name.starts_with(&prefix));
        below
            .filter_map(|(_, sums)| sums.get(commodity))
            .try_fold(own, |sum, number| sum.plus(*number))
            .unwrap_or(own)
    }

    /// Adds a transaction to what its accounts hold, and looks at what it asserts of them.
    fn hold(&mut self, entry: &Entry, known: &[Weighed]) {
        for one in known {
            add(self.held.entry(one.posting.account.clone()).or_default(), &one.amount);
            if let Some(assertion) = &one.posting.assertion {
                let tolerance =
                    Decimal::half_of_last(assertion.amount.number.scale().max(one.amount.number.scale()));
                self.assert(&entry.file, one.posting.line, &one.posting.account, assertion, tolerance);
            }
        }
    }

    fn assert(&mut self, file: &str, line: i64, account: &str, assertion: &Assertion, tolerance: Decimal) {
        let held = self.held(account, assertion, assertion.is_inclusive);
        let Amount { number, commodity } = &assertion.amount;
        let Some(off) = held.plus(number.negated()) else { return };
        if off.absolute().exceeds(tolerance) {
            let than = if off.is_negative() { "less" } else { "more" };
            let off = off.absolute();
            let message = format!(
                "`{account}` holds {held} {commodity}, {off} {commodity} {than} than the {number} {commodity} that are asserted"
            );
            self.journal.wrong(file, line, message);
        }
    }

    /// Beancount's `pad`: what the next balance lacks came from the other account on the day of the directive.
    fn fill_up(&mut self, account: &str, assertion: &Assertion) {
        let Some((from, pad)) = self.pads.remove(account) else { return };
        let held = self.held(account, assertion, true);
        let Some(number) = assertion.amount.number.plus(held.negated()).filter(|number| !number.is_zero())
        else {
            return;
        };
        let commodity = &assertion.amount.commodity;
        let side = |account: &str, number: Decimal| {
            let amount = Amount { number, commodity: commodity.clone() };
            let posting = Posting { account: account.to_owned(), line: pad.line, ..Posting::default() };
            Weighed { posting, weight: amount.clone(), amount }
        };
        let known = [side(account, number), side(&from, number.negated())];
        self.hold(&pad, &known);
        self.store(&pad, &known);
    }

    fn kind(&self, account: &str) -> Option<&'static str> {
        let is_below = |name: &str| {
            account.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        };
        let own =
            self.journal.kinds.iter().filter(|(name, _)| is_below(name)).max_by_key(|(name, _)| name.len());
        own.map(|(_, kind)| *kind).or_else(|| {
            match &account.split(':').next().unwrap_or_default().to_lowercase()[..] {
                "asset" | "assets" => Some("asset"),
                "liability" | "liabilities" | "debt" | "debts" => Some("liability"),
                "equity" => Some("equity"),
                "income" | "revenue" | "revenues" => Some("income"),
                "expense" | "expenses" => Some("expense"),
                _ => None,
            }
        })
    }

    fn store(&mut self, entry: &Entry, known: &[Weighed]) {
        let (payee, text, tags) = match &entry.what {
            What::Transaction { payee, text, tags, .. } => (payee.clone(), text.clone(), tags.clone()),
            _ => (None, None, Vec::new()),
        };
        let mut words =
            vec![entry.day.to_string(), payee.clone().unwrap_or_default(), text.clone().unwrap_or_default()];
        words.extend(tags.iter().cloned());
        for one in known {
            words.push(one.posting.account.clone());
            words.push(format!("{} {}", one.amount.number, one.amount.commodity));
            words.push(format!("{} {}", one.weight.number, one.weight.commodity));
            words.extend(one.posting.tags.iter().cloned());
        }
        let print: String = hash(words.iter().map(String::as_bytes)).chars().take(16).collect();
        let count = self.known.entry(print.clone()).or_default();
        *count += 1;
        let transaction = if *count > 1 { format!("{print}-{count}") } else { print };
        let short =
            |text: &Option<String>| text.as_ref().map(|text| text.chars().take(TEXT).collect::<String>());
        for (place, one) in known.iter().enumerate() {
            let Some(amount) = one.amount.number.hundredths() else {
                self.wrong(entry, "its amounts are more than can be counted; it is left out".to_owned());
                return;
            };
            let booked =
                one.weight.number.hundredths().filter(|_| one.weight.commodity != one.amount.commodity);
            let mut all = tags.clone();
            all.extend(one.posting.tags.iter().cloned());
            let row = Row::default()
                .put("id", format!("{transaction}/{place}"))
                .put("day", entry.day.to_string())
                .put("account", one.posting.account.clone())
                .seen("kind", self.kind(&one.posting.account))
                .put("amount", written(amount))
                .put("amount_currency", one.amount.commodity.clone())
                .seen("booked", booked.map(written))
                .seen("booked_currency", booked.map(|_| one.weight.commodity.clone()))
                .seen("payee", short(&payee))
                .seen("text", short(&text))
                .put("transaction", transaction.clone())
                .put("tags", all)
                .put("file", entry.file.clone())
                .put("line", if one.posting.line > 0 { one.posting.line } else { entry.line });
            self.facts.push(row.fact(&LEDGER_ENTRIES));
        }
    }
}

/// False where the sum is more than can be counted.
fn add(sums: &mut Sums, amount: &Amount) -> bool {
    let sum = sums.entry(amount.commodity.clone()).or_insert(Decimal::ZERO);
    match sum.plus(amount.number) {
        Some(total) => {
            *sum = total;
            true
        }
        None => false,
    }
}

/// How far a sum of each commodity may be off: half of the last digit that is written of it; in Beancount of the
/// amount with the fewest digits behind the point, in hledger of that with the most.
fn tolerances(known: &[Weighed], form: Form) -> Sums {
    let mut scales: BTreeMap<String, u32> = BTreeMap::new();
    for one in known {
        let scale = one.amount.number.scale();
        if form == Form::Beancount && scale == 0 {
            continue;
        }
        let best = scales.entry(one.amount.commodity.clone()).or_insert(scale);
        *best = if form == Form::Beancount { scale.min(*best) } else { scale.max(*best) };
    }
    scales.into_iter().map(|(commodity, scale)| (commodity, Decimal::half_of_last(scale))).collect()
}

fn tolerance(tolerances: &Sums, commodity: &str) -> Decimal {
    tolerances.get(commodity).copied().unwrap_or(Decimal::ZERO)
}
