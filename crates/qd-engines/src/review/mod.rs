//! Open change requests in the order in which a second pair of eyes is worth most.
//!
//! Just-in-time defect prediction: Kamei, Shihab, Adams, Hassan, Mockus, Sinha and Ubayashi ("A
//! large-scale empirical study of just-in-time quality assurance", TSE 2013) found size,
//! diffusion, the files' history and the author's experience to tell which changes bring faults.
//! S. McIntosh and Y. Kamei ("Are fix-inducing changes a moving target?", TSE 2018) found that what a
//! change is compared with should be recent, and that size and the author's and files' history
//! stay important. So each factor is a rank among the repository's newest changes, and the
//! weights are few and fixed (see [`Factor`]).
//!
//! [`Past`] learns changes in the order of time and measures others; [`Peers`] says how unusual
//! the measures are. The backtest (`qd-bench review`, docs/review.md) runs the same code.

mod engine;
mod past;
mod risk;
mod words;

pub(crate) use engine::ENGINE;
pub use past::{Change, File, Measures, Past};
pub use risk::{Factor, Peers, Risk};
pub use words::{is_fix, is_program};

#[cfg(test)]
mod tests;
