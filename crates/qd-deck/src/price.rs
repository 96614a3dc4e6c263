//! One currency for attention: what one more day of waiting is expected to cost.
//!
//! A pure function multiplies a class's terms. Money is used where the company declares
//! what a day of work costs; otherwise everything is in person-hours, and says so.

use std::collections::BTreeMap;

use qd_model::{Price, PriceClass, Term, Value};

/// What prices are computed with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Rates {
    /// Currency and cost of a day of work, where declared.
    pub day_rate: Option<(String, f64)>,
    /// Hours of a working day.
    pub hours_per_day: f64,
    /// What an hour is taken to cost where amounts are declared but no rate is.
    pub assumed_hour: f64,
    /// Working days after which a promise's further waiting costs half.
    pub promise_half_life: f64,
}

impl Rates {
    /// Unit of all prices: `CHF/day`, or `h/day`.
    #[must_use]
    pub(crate) fn unit(&self) -> String {
        self.day_rate.as_ref().map_or_else(|| "h/day".to_owned(), |(code, _)| format!("{code}/day"))
    }

    /// True for an amount in a currency that prices are not in.
    fn is_foreign(&self, currency: Option<&str>) -> bool {
        match (&self.day_rate, currency) {
            (Some((own, _)), Some(other)) => own != other,
            _ => false,
        }
    }

    /// What a person-day is worth in that unit.
    fn day(&self) -> Term {
        match &self.day_rate {
            Some((code, rate)) => term("day rate", Some(*rate), &format!("{code}/day")),
            None => Term {
                assumption: Some("hours_per_day".to_owned()),
                ..term("day rate", Some(self.hours_per_day), "h/day")
            },
        }
    }

    /// An amount of money in that unit: as it is, or as the hours it would buy.
    fn amount(&self, name: &str, value: f64, unit: &str) -> Term {
        match &self.day_rate {
            Some((code, _)) => term(name, Some(value), &format!("{code}{unit}")),
            None => Term {
                assumption: Some("assumed_hour_cost".to_owned()),
                ..term(name, Some(value / self.assumed_hour), &format!("h{unit}"))
            },
        }
    }
}

fn term(name: &str, value: Option<f64>, unit: &str) -> Term {
    Term { name: name.to_owned(), value, unit: unit.to_owned(), assumption: None }
}

/// The price of a day, from the columns that a signal's row returned.
///
/// An unknown factor is shown as unknown and makes the product 0: a row without a price
/// comes last, and says why.
#[must_use]
pub(crate) fn price(class: PriceClass, facts: &BTreeMap<String, Value>, rates: &Rates) -> Price {
    let number = |name: &str| facts.get(name).and_then(Value::as_number).filter(|n| n.is_finite());
    let plain = |name: &str, unit: &str| term(&name.replace('_', " "), number(name), unit);
    // An amount that is not declared is replaced by person-days that the signal assumes.
    let currency = facts.get("currency").and_then(Value::as_text);
    let amount = |name: &str, days: &str, unit: &str| match (number(name), number(days)) {
        // An amount in another currency than the company's has no rate to be counted with.
        (Some(_), None) if rates.is_foreign(currency) => {
            vec![term(&format!("{} in {}", name.replace('_', " "), currency.unwrap_or_default()), None, unit)]
        }
        (Some(value), _) if !rates.is_foreign(currency) => {
            vec![rates.amount(&name.replace('_', " "), value, unit)]
        }
        (_, Some(value)) => {
            let days = Term {
                assumption: Some(days.to_owned()),
                ..term(&days.replace('_', " "), Some(value), "person-days")
            };
            vec![days, rates.day()]
        }
        (_, None) => vec![plain(name, unit)],
    };
    let terms = match class {
        PriceClass::Waits => {
            vec![plain("people", "people"), plain("share", "of their day"), rates.day()]
        }
        PriceClass::Slips => {
            [vec![plain("probability", "")], amount("value_per_day", "value_days_per_day", "/day")].concat()
        }
        PriceClass::Breaks => {
            [vec![plain("probability_per_day", "/day")], amount("impact", "impact_days", "")].concat()
        }
        PriceClass::Leaks => amount("amount_per_day", "amount_days_per_day", "/day"),
        PriceClass::Forgets => {
            vec![plain("probability_per_day", "/day"), plain("relearn_days", "person-days"), rates.day()]
        }
        PriceClass::Promise => {
            let age = number("age").unwrap_or(0.0).max(0.0);
            let decay = term("decay", Some((-age / rates.promise_half_life).exp2()), "");
            let assumption = (age > 0.0).then(|| "promise_half_life_days".to_owned());
            let decay = Term { assumption, ..decay };
            [amount("value_per_day", "value_days_per_day", "/day"), vec![decay]].concat()
        }
    };
    let assumed = rates.day_rate.is_none() || terms.iter().any(|term| term.assumption.is_some());
    Price { class, terms, assumed, unit: rates.unit() }
}

/// The product of a price's terms; 0 where one is unknown, never negative.
#[must_use]
pub(crate) fn cost_per_day(price: &Price) -> f64 {
    let product: Option<f64> =
        price.terms.iter().map(|term| term.value).try_fold(1.0, |product, value| Some(product * value?));
    product.unwrap_or(0.0).max(0.0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use qd_model::{PriceClass, Value};

    use super::{Rates, cost_per_day, price};

    fn rates(day_rate: Option<f64>) -> Rates {
        Rates {
            day_rate: day_rate.map(|rate| ("CHF".to_owned(), rate)),
            hours_per_day: 8.0,
            assumed_hour: 100.0,
            promise_half_life: 10.0,
        }
    }

    fn facts(values: &[(&str, f64)]) -> BTreeMap<String, Value> {
        values.iter().map(|(name, value)| ((*name).to_owned(), Value::Number(*value))).collect()
    }

    #[test]
    fn each_class_multiplies_its_own_terms() {
        let cases: [(PriceClass, &[(&str, f64)], f64, f64); 7] = [
            (PriceClass::Waits, &[("people", 2.0), ("share", 0.5)], 800.0, 8.0),
            (PriceClass::Slips, &[("probability", 0.5), ("value_per_day", 1000.0)], 500.0, 5.0),
            (PriceClass::Slips, &[("probability", 0.5), ("value_days_per_day", 2.0)], 800.0, 8.0),
            (PriceClass::Breaks, &[("probability_per_day", 0.01), ("impact", 50_000.0)], 500.0, 5.0),
            (PriceClass::Leaks, &[("amount_per_day", 300.0)], 300.0, 3.0),
            (PriceClass::Forgets, &[("probability_per_day", 0.1), ("relearn_days", 10.0)], 800.0, 8.0),
            (PriceClass::Promise, &[("value_per_day", 400.0), ("age", 10.0)], 200.0, 2.0),
        ];
        for (class, terms, money, hours) in cases {
            let declared = price(class, &facts(terms), &rates(Some(800.0)));
            let assumed = price(class, &facts(terms), &rates(None));
            assert!((cost_per_day(&declared) - money).abs() < 1e-9, "{class:?}");
            assert!((cost_per_day(&assumed) - hours).abs() < 1e-9, "{class:?}");
            assert_eq!((declared.unit.as_str(), assumed.unit.as_str()), ("CHF/day", "h/day"));
            assert!(assumed.assumed);
        }
    }

    #[test]
    fn an_unknown_factor_is_shown_as_unknown_and_prices_nothing() {
        let unknown = price(PriceClass::Breaks, &facts(&[("impact", 5.0)]), &rates(Some(1.0)));
        assert_eq!(unknown.terms[0].value, None);
        assert!(cost_per_day(&unknown).abs() < 1e-9);
    }
}
