//! What may come of each estimate, as a table.

use arrow::array::RecordBatch;
use qd_tables::{ESTIMATE_ODDS, Writer};

use super::{Book, INPUTS, SHARES, Sums};
use crate::{Engine, EngineError, Inputs};

/// The engine.
pub(crate) const ENGINE: Engine = Engine { output: &ESTIMATE_ODDS, inputs: INPUTS, run };

fn run(inputs: &Inputs) -> Result<RecordBatch, EngineError> {
    let book = Book::read(inputs)?;
    let mut writer = Writer::new(&ESTIMATE_ODDS);
    for estimate in &book.estimates {
        let outcome = book.outcome(estimate);
        // Of what nobody estimated nothing is known.
        let is_known = outcome.effort.at(0.5) > 0.0;
        let at = |sums: Option<&Sums>, share: f64| sums.filter(|_| is_known).map(|sums| sums.at(share));
        writer.text(Some(estimate.id.as_str())).number(Some(estimate.confidence));
        for share in SHARES {
            writer.number(at(Some(&outcome.effort), share));
        }
        let price = outcome.price.as_ref();
        let cost = outcome.cost.as_ref();
        let fixed = estimate.fixed_price;
        writer
            .number(at(price, 0.5))
            .number(at(price, estimate.confidence))
            .number(at(cost, 0.5))
            .number(at(cost, estimate.confidence))
            .number(fixed)
            .number(fixed.zip(cost.filter(|_| is_known)).map(|(fixed, cost)| cost.above(fixed)))
            .integer(i64::try_from(book.known()).ok());
    }
    Ok(writer.finish()?)
}
