//! `login`: a code to confirm elsewhere, for mail that is read with OAuth 2.0.

use anyhow::Result;
use qd_deck::read_company;

use crate::{
    cli::{Global, LoginArgs},
    printer::Printer,
    rim,
};

pub(crate) fn login(global: &Global, args: &LoginArgs, printer: &Printer) -> Result<bool> {
    let opening = rim::opening(global, None)?;
    let (company, ..) = read_company(&opening);
    let show = |url: &str, code: &str| {
        let text = format!("Open {url} on any device and type {code}\nWaiting until that is done ...\n");
        // It is what the command is for, and it is waited for: not a word beside a result.
        if printer.result(&text).is_err() {
            printer.complain(&text);
        }
    };
    qd_deck::login(&opening, &company, &args.source, &show)?;
    printer.result(&format!("Logged in; `quarterdeck sync {}` reads now.\n", args.source))?;
    Ok(true)
}
