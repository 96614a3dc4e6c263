//! The figures that signals and prices assume, and who set each.

use std::collections::BTreeMap;

use qd_intent::{Assumption, Company};
use qd_model::{Diagnostic, Severity, nearest};
use serde::Deserialize;

use crate::built_in;

/// One assumed figure.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Assumed {
    /// The figure.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// What it means.
    pub comment: String,
    /// Where it comes from, or the company's file that sets it.
    pub source: String,
    /// True where the company set it.
    pub is_declared: bool,
}

#[derive(Deserialize)]
struct Entry {
    value: f64,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    comment: String,
    #[serde(default)]
    source: String,
}

/// All assumptions, by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Assumptions {
    figures: BTreeMap<String, Assumed>,
}

impl Assumptions {
    /// The built-in figures, with the company's own in their place; and complaints about
    /// names that are none and values that are no numbers.
    #[must_use]
    pub(crate) fn of(company: &Company) -> (Self, Vec<Diagnostic>) {
        let entries: BTreeMap<String, Entry> = toml::from_str(built_in::ASSUMPTIONS).unwrap_or_default();
        let mut figures: BTreeMap<String, Assumed> = entries
            .into_iter()
            .map(|(name, entry)| {
                let Entry { value, unit, comment, source } = entry;
                (name, Assumed { value, unit, comment, source, is_declared: false })
            })
            .collect();
        let mut complaints = Vec::new();
        for (name, own) in &company.assumptions {
            let complain = |message: String, help: Option<String>| Diagnostic {
                code: "assumption",
                severity: Severity::Warning,
                file: own.file.clone(),
                span: own.span.clone(),
                message,
                label: String::new(),
                help,
            };
            let Some(value) = number(own) else {
                complaints.push(complain(format!("assumption `{name}` is not a number"), None));
                continue;
            };
            match figures.get_mut(name) {
                Some(figure) => {
                    figure.value = value;
                    figure.source = own.file.clone();
                    figure.is_declared = true;
                }
                None => {
                    let near = nearest(name, figures.keys().map(String::as_str));
                    let help = near.map(|near| format!("did you mean `{near}`?"));
                    complaints.push(complain(format!("unknown assumption `{name}`"), help));
                }
            }
        }
        (Self { figures }, complaints)
    }

    /// The figure called `name`, or `otherwise` where there is none.
    #[must_use]
    pub(crate) fn number(&self, name: &str, otherwise: f64) -> f64 {
        self.figures.get(name).map_or(otherwise, |figure| figure.value)
    }

    /// The figure called `name` and what it is.
    #[must_use]
    pub(crate) fn get(&self, name: &str) -> Option<&Assumed> {
        self.figures.get(name)
    }

    /// The figures alone, as statements use them.
    #[must_use]
    pub(crate) fn numbers(&self) -> BTreeMap<String, f64> {
        self.figures.iter().map(|(name, figure)| (name.clone(), figure.value)).collect()
    }
}

fn number(own: &Assumption) -> Option<f64> {
    match &own.value {
        qd_intent::Value::Number(value) => Some(*value),
        qd_intent::Value::Integer(value) => Some(*value as f64),
        _ => None,
    }
}
