//! What other systems post to this machine: checked and kept, behind `receive` and `serve` alike.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use anyhow::Result;
use qd_deck::{Opening, read_company};
use qd_intent::Company;
use qd_model::{Delivery, Posting, Refusal};
use qd_web::Letterbox;

use crate::{cli::Global, rim};

/// How long the declared sources are taken as they were read.
const FRESH: Duration = Duration::from_secs(1);

type Declared = Arc<(Opening, Company)>;

/// The declared sources that post; one that is declared meanwhile is posted to soon after.
pub(crate) struct Posts {
    global: Global,
    /// Whether other machines may post: a source without a secret takes nothing then.
    is_open: bool,
    declared: Mutex<Option<(Instant, Declared)>>,
}

impl Posts {
    pub(crate) fn new(global: &Global, is_open: bool) -> Self {
        Self { global: global.clone(), is_open, declared: Mutex::default() }
    }

    fn declared(&self) -> Result<Declared> {
        let mut kept = self.declared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, declared)) = &*kept
            && at.elapsed() < FRESH
        {
            return Ok(declared.clone());
        }
        let opening = rim::opening(&self.global, None)?;
        let company = read_company(&opening).0;
        let declared = Arc::new((opening, company));
        *kept = Some((Instant::now(), declared.clone()));
        Ok(declared)
    }
}

impl Letterbox for Posts {
    fn postings(&self) -> Vec<Posting> {
        self.declared().map(|declared| qd_deck::posted_to(&declared.0, &declared.1)).unwrap_or_default()
    }

    fn receive(&self, delivery: &Delivery<'_>) -> Result<(), Refusal> {
        let declared = self.declared().map_err(|error| Refusal::Unkept(format!("{error:#}")))?;
        let (opening, company) = &*declared;
        let is_unsigned = |one: &Posting| one.name == delivery.source && !one.is_signed;
        if self.is_open && qd_deck::posted_to(opening, company).iter().any(is_unsigned) {
            return Err(Refusal::Unsigned);
        }
        qd_deck::receive(opening, company, delivery)
    }
}
