//! Estimates of new work: run many times, and planned beside all that is there.

use std::fmt::Write as _;

use qd_engines::{
    estimating::{self, Book, Driver, Estimate, Line, Outcome, Sums},
    forecast::{Curve, prior},
    plan::Options,
};
use qd_intent::{Company, Record, quoted};
use qd_model::{
    Calendar, DeckError, Estimated, EstimatedLine, EstimatedRisk, Proposal, ProposalLine, ProposalRisk,
    Spread, Taken, Value, nearest,
};
use qd_tables::{ESTIMATE_LINES, ESTIMATE_RATES, ESTIMATE_RISKS, ESTIMATES, RATE_CARD};

use super::{LocalDeck, what_if::Supposition};
use crate::sync::chain;

/// Days of which an estimate of nothing is told.
const LEAST: f64 = 0.01;

impl LocalDeck {
    /// Ids of the estimates that are declared.
    #[must_use]
    pub fn estimates(&self) -> Vec<String> {
        self.company.records(&ESTIMATES).iter().map(|record| record.id.clone()).collect()
    }

    /// What an estimate says. `confidence` stands in for its own.
    ///
    /// # Errors
    /// Where there is none of this id, or the facts cannot be asked.
    pub fn estimate(
        &self,
        id: &str,
        confidence: Option<f64>,
        options: &Options,
    ) -> Result<Estimated, DeckError> {
        let book = self.book()?;
        let Some(own) = book.estimates.iter().find(|estimate| estimate.id == id) else {
            return Err(self.no_estimate(id));
        };
        let own = Estimate { confidence: confidence.unwrap_or(own.confidence), ..own.clone() };
        let outcome = book.outcome(&own);
        let mut told = told(&self.company, &own, &outcome);
        told.today = self.session.today();
        told.currency = self.company.currency().map(str::to_owned);
        told.known = book.known();
        told.calendar = self.calendar(&own, &outcome, options)?;
        told.taken = self.taken(&own, &outcome)?;
        Ok(told)
    }

    fn no_estimate(&self, id: &str) -> DeckError {
        let known = self.estimates();
        let error = DeckError::new(format!("no estimate `{id}` is declared"));
        match nearest(id, known.iter().map(String::as_str)) {
            Some(near) => error.hint(format!("did you mean `{near}`?")),
            None => error.hint(format!("`quarterdeck estimate new {id}` writes one to be filled in")),
        }
    }

    fn book(&self) -> Result<Book, DeckError> {
        for input in estimating::INPUTS {
            self.prepare(input.query).map_err(|error| DeckError::new(chain(&error)))?;
        }
        let inputs = self.shelf.inputs(&self.session, estimating::INPUTS);
        let inputs = inputs.map_err(|error| DeckError::new(chain(&error)))?;
        Book::read(&inputs).map_err(|error| DeckError::new(error.to_string()))
    }

    /// What the project that it became has taken so far.
    fn taken(&self, own: &Estimate, outcome: &Outcome) -> Result<Option<Taken>, DeckError> {
        let record = self.company.record(&ESTIMATES, &own.id);
        let Some(project) = record.and_then(|record| record.text("project")) else { return Ok(None) };
        let query = include_str!("../sql/taken.sql").replace("{project}", &project.replace('\'', "''"));
        self.prepare(&query).map_err(|error| DeckError::new(chain(&error)))?;
        let table = self.ask(&query).map_err(DeckError::new)?;
        let Some([Value::Text(project), days, Value::Integer(tasks), Value::Integer(done)]) =
            table.rows.first().map(Vec::as_slice)
        else {
            return Ok(None);
        };
        let days = days.as_number();
        Ok(Some(Taken {
            project: project.clone(),
            days,
            tasks: *tasks as usize,
            done: *done as usize,
            more: days.map(|days| outcome.effort.above(days)),
        }))
    }

    /// When the work could be ready: planned as a project of its own beside the others. Nothing of what became a
    /// project already, which is in the plan.
    fn calendar(
        &self,
        own: &Estimate,
        outcome: &Outcome,
        options: &Options,
    ) -> Result<Option<Calendar>, DeckError> {
        let record = self.company.record(&ESTIMATES, &own.id);
        let project = record.and_then(|record| record.text("project"));
        if project.is_some() || !outcome.lines.iter().any(|line| line.days.is_some()) {
            return Ok(None);
        }
        let text = as_project(&self.company, own, outcome);
        let change = Supposition::Overlay { title: own.id.clone(), text };
        let mut told = self.what_if(&[change], options)?;
        let Some(variant) = told.variants.pop() else { return Ok(None) };
        let id = project_id(&own.id);
        let Some(then) =
            variant.projects.iter().find(|shift| shift.id == id).and_then(|own| own.then.clone())
        else {
            return Ok(None);
        };
        let later = variant.projects.iter().filter(|shift| shift.id != id);
        let later =
            later.filter_map(|shift| Some((shift.name.clone(), shift.days.filter(|days| *days > 0)?)));
        Ok(Some(Calendar {
            p50: then.p50,
            p80: then.p80,
            deadline: then.deadline,
            kept: then.kept,
            unplanned: then.unplanned,
            delays: later.collect(),
        }))
    }
}

/// The id under which an estimate is planned: no project has it.
fn project_id(id: &str) -> String {
    format!("estimate-{id}")
}

/// The estimate as text that declares a project, its lines as they are after they were held against the past.
fn as_project(company: &Company, own: &Estimate, outcome: &Outcome) -> String {
    let record = company.record(&ESTIMATES, &own.id);
    let mut text = format!("[projects.{}]\n", quoted(&project_id(&own.id)));
    let name = record.and_then(|record| record.text("name")).unwrap_or(&own.id);
    let _ = writeln!(text, "name = {}", quoted(name));
    let people = record.map(|record| record.texts("people")).unwrap_or_default();
    if !people.is_empty() {
        let people: Vec<String> = people.iter().map(|person| quoted(person)).collect();
        let _ = writeln!(text, "people = [{}]", people.join(", "));
    }
    for (key, column) in [("started", "begins"), ("deadline", "deadline")] {
        if let Some(day) = record.and_then(|record| record.date(column)) {
            let _ = writeln!(text, "{key} = {day}");
        }
    }
    let lines = own.lines.iter().zip(&outcome.lines).filter(|(line, _)| !line.is_optional);
    for (line, driver) in lines {
        let Some(days) = &driver.days else { continue };
        let [low, likely, high] = points(days);
        let _ = write!(
            text,
            "[[projects.{}.tasks]]\nid = {}\ntitle = {}\nestimate = \"{low:.3}d {likely:.3}d {high:.3}d\"\n",
            quoted(&project_id(&own.id)),
            quoted(&line.id),
            quoted(&line.title),
        );
        if let Some(skill) = &line.skill {
            let _ = writeln!(text, "skill = {}", quoted(skill));
        }
        let declared = company.record(&ESTIMATE_LINES, &format!("{}/{}", own.id, line.id));
        let after = declared.map(|line| line.texts("after")).unwrap_or_default();
        if !after.is_empty() {
            let after: Vec<String> = after.iter().map(|line| quoted(line)).collect();
            let _ = writeln!(text, "after = [{}]", after.join(", "));
        }
    }
    text
}

/// Low, likely and high of a curve: its 10% and 90% points, and the mode of the log-normal distribution with its
/// median and mean (median^3 / mean^2).
fn points(days: &Curve) -> [f64; 3] {
    let (low, high) = (days.at(0.1).max(LEAST), days.at(0.9).max(LEAST));
    let mode = days.median().powi(3) / days.mean().powi(2).max(f64::MIN_POSITIVE);
    [low, mode.clamp(low, high), high]
}

/// An estimate in the words of the company.
fn told(company: &Company, own: &Estimate, outcome: &Outcome) -> Estimated {
    let record = company.record(&ESTIMATES, &own.id);
    let text = |column: &str| record.and_then(|record| record.text(column));
    let client = text("client").map(|client| {
        let relation = company.relations().find(|relation| relation.id() == client);
        relation.and_then(|relation| relation.name()).unwrap_or(client).to_owned()
    });
    let is_known = outcome.effort.at(0.5) > 0.0;
    let sums = |sums: &Sums| Spread {
        p10: sums.at(0.1),
        p50: sums.at(0.5),
        p80: sums.at(0.8),
        p90: sums.at(0.9),
        p95: sums.at(0.95),
        chosen: sums.at(own.confidence),
    };
    let (price, cost) =
        (outcome.price.as_ref().filter(|_| is_known), outcome.cost.as_ref().filter(|_| is_known));
    let asked = own.fixed_price.or(price.map(|price| price.at(own.confidence)));
    let mut complaints = complaints(own, outcome);
    if own.fixed_price.is_none() && record.is_some_and(|record| record.money("fixed_price").is_some()) {
        complaints
            .push("the fixed price is in another currency than the company's, and is left out".to_owned());
    }
    for risk in own.risks.iter().filter(|risk| risk.money.is_none()) {
        complaints.push(format!(
            "the cost of the risk `{}` is in another currency than the company's: price and cost are unknown",
            risk.id
        ));
    }
    if record
        .and_then(|record| record.number("confidence"))
        .is_some_and(|share| !(0.01..=0.99).contains(&share))
    {
        complaints.push(format!(
            "no run tells a confidence that is not between 0.01 and 0.99; {} is taken",
            own.confidence
        ));
    }
    if price.is_none() && is_known {
        complaints
            .push("the price is unknown: no rate card says what a day of all lines is sold for".to_owned());
    }
    if cost.is_none() && is_known {
        complaints.push(
            "the cost is unknown: neither those who could do it nor the company declare what a day costs"
                .to_owned(),
        );
    }
    Estimated {
        today: jiff::civil::Date::default(),
        id: own.id.clone(),
        name: text("name").unwrap_or(&own.id).to_owned(),
        client,
        currency: None,
        confidence: own.confidence,
        known: 0,
        prior: prior::TASK.source.to_owned(),
        effort: sums(&outcome.effort),
        price: price.map(sums),
        cost: cost.map(sums),
        fixed_price: own.fixed_price,
        loss: asked.zip(cost).map(|(asked, cost)| cost.above(asked)),
        margin: asked
            .zip(cost)
            .filter(|(asked, _)| *asked > 0.0)
            .map(|(asked, cost)| 1.0 - cost.mean() / asked),
        margin_wanted: record.and_then(|record| record.number("margin")),
        calendar: None,
        taken: None,
        lines: own
            .lines
            .iter()
            .zip(&outcome.lines)
            .map(|(line, driver)| line_told(own, line, driver))
            .collect(),
        risks: own
            .risks
            .iter()
            .zip(&outcome.risks)
            .map(|(risk, driver)| EstimatedRisk {
                id: risk.id.clone(),
                title: risk.title.clone(),
                probability: risk.probability,
                answer: company
                    .record(&ESTIMATE_RISKS, &format!("{}/{}", own.id, risk.id))
                    .and_then(|risk| risk.text("answer"))
                    .map(str::to_owned),
                share_of_spread: driver.share_of_spread,
            })
            .collect(),
        complaints,
    }
}

fn line_told(own: &Estimate, line: &Line, driver: &Driver) -> EstimatedLine {
    let days = |curve: &Curve| Spread {
        p10: curve.at(0.1),
        p50: curve.median(),
        p80: curve.at(0.8),
        p90: curve.at(0.9),
        p95: curve.at(0.95),
        chosen: curve.at(own.confidence),
    };
    EstimatedLine {
        id: line.id.clone(),
        title: line.title.clone(),
        skill: line.skill.clone(),
        is_optional: line.is_optional,
        said: line.opinions.iter().map(|opinion| (opinion.by.clone(), opinion.points)).collect(),
        disagreement: line.disagreement(),
        days: driver.days.as_ref().map(days),
        rate: line.sold,
        share_of_spread: driver.share_of_spread,
        known_saves: driver.known_saves,
    }
}

/// What cannot be taken as it stands.
fn complaints(own: &Estimate, outcome: &Outcome) -> Vec<String> {
    let mut complaints = Vec::new();
    if own.lines.is_empty() {
        complaints.push("there is no line yet".to_owned());
    }
    for (line, driver) in own.lines.iter().zip(&outcome.lines) {
        if line.opinions.is_empty() {
            complaints.push(format!("nobody has estimated `{}`; it is in no sum", line.id));
        } else if driver.days.is_none() {
            complaints.push(format!("the estimate of `{}` is 0 or makes no sense; it is in no sum", line.id));
        }
    }
    complaints
}

impl LocalDeck {
    /// What a client may read of an estimate.
    ///
    /// # Errors
    /// Where it is not declared.
    pub fn offer(&self, told: &Estimated) -> Result<Proposal, DeckError> {
        let company = &self.company;
        let Some(record) = company.record(&ESTIMATES, &told.id) else {
            return Err(self.no_estimate(&told.id));
        };
        let (lines, options): (Vec<_>, Vec<_>) = told.lines.iter().partition(|line| !line.is_optional);
        let price = |amount: f64| price(amount, told.currency.as_deref());
        let line = |line: &EstimatedLine| ProposalLine {
            title: line.title.clone(),
            range: line.days.map(|days| format!("{} to {}", whole(days.p10), whole(days.p90))),
            price: line
                .days
                .zip(line.rate)
                .filter(|_| line.is_optional)
                .map(|(days, rate)| price(days.chosen * rate)),
        };
        let mut assumptions = record.texts("assumptions").to_vec();
        for line in &told.lines {
            let declared = company.record(&ESTIMATE_LINES, &format!("{}/{}", told.id, line.id));
            let own = declared.map(|line| line.texts("assumptions")).unwrap_or_default();
            assumptions.extend(own.iter().map(|text| format!("{}: {text}", line.title)));
        }
        let mut skills: Vec<String> = told.lines.iter().filter_map(|line| line.skill.clone()).collect();
        skills.sort();
        skills.dedup();
        let known = told.calendar.as_ref().filter(|calendar| calendar.unplanned == 0);
        Ok(Proposal {
            date: told.today,
            name: told.name.clone(),
            company: self.company_name(),
            client: told.client.clone(),
            summary: record.text("summary").filter(|text| !text.trim().is_empty()).map(str::to_owned),
            valid_until: record.date("valid_until"),
            lines: lines.into_iter().map(line).collect(),
            options: options.into_iter().map(line).collect(),
            days: (told.effort.p50 > 0.0).then(|| (whole(told.effort.p50), whole(told.effort.chosen))),
            assumptions,
            exclusions: record.texts("exclusions").to_vec(),
            team: record.texts("people").iter().map(|person| self.who(person)).collect(),
            skills,
            begins: record.date("begins"),
            likely: known.and_then(|calendar| calendar.p50),
            sure: known.and_then(|calendar| calendar.p80),
            confidence: (told.confidence * 100.0).round() as u32,
            fixed_price: told.fixed_price.or(told.price.map(|price| price.chosen)).map(price),
            expected_price: told.price.map(|spread| price(spread.p50)),
            cap: told.price.map(|spread| price(spread.p95)),
            rates: self.sold(&told.id),
            risks: told.risks.iter().map(risk_told).collect(),
        })
    }

    /// A person and what they do.
    fn who(&self, id: &str) -> String {
        let person = self.company.people().find(|person| person.id() == id);
        let name = person.as_ref().and_then(|person| person.name()).unwrap_or(id).to_owned();
        match person.and_then(|person| person.role()) {
            Some(role) => format!("{name}, {role}"),
            None => name,
        }
    }

    /// What a day is sold for in an estimate, by skill: its own rate card before the company's.
    fn sold(&self, id: &str) -> Vec<(String, String)> {
        let company = &self.company;
        let own = company.records(&ESTIMATE_RATES).iter().filter(|rate| rate.text("of") == Some(id));
        let day = |rate: &Record| {
            let rate = rate.money("rate")?;
            Some(grouped(rate.hundredths as f64 / 100.0, rate.currency.as_deref().or(company.currency())))
        };
        let own = own.filter_map(|rate| Some((rate.text("skill")?.to_owned(), day(rate)?)));
        let mut rates: Vec<(String, String)> = own.collect();
        for rate in company.records(&RATE_CARD) {
            let is_new = !rates.iter().any(|(skill, _)| skill.eq_ignore_ascii_case(&rate.id));
            rates.extend(day(rate).filter(|_| is_new).map(|day| (rate.id.clone(), day)));
        }
        rates
    }
}

/// Days as a client reads them.
fn whole(days: f64) -> String {
    if days < 2.75 {
        format!("{:.1}", (days * 2.0).ceil() / 2.0).replace(".0", "")
    } else {
        format!("{:.0}", days.ceil())
    }
}

/// Hundreds that a price is rounded up to.
const ROUND: f64 = 100.0;

/// A price as a client reads it: `CHF 12,400`.
fn price(amount: f64, currency: Option<&str>) -> String {
    grouped((amount / ROUND).ceil() * ROUND, currency)
}

/// An amount without cents, its digits in threes.
fn grouped(amount: f64, currency: Option<&str>) -> String {
    let digits = format!("{amount:.0}");
    let mut said = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            said.push(',');
        }
        said.push(digit);
    }
    currency.map_or_else(|| said.clone(), |code| format!("{code} {said}"))
}

fn risk_told(risk: &EstimatedRisk) -> ProposalRisk {
    let likelihood = match risk.probability {
        share if share >= 0.5 => "likely",
        share if share >= 0.2 => "possible",
        _ => "unlikely",
    };
    ProposalRisk { title: risk.title.clone(), likelihood, answer: risk.answer.clone() }
}
