//! What the program knows of itself: completions, the manual page, the reference pages.

use std::fmt::Write;

use anyhow::Result;
use clap::CommandFactory;
use qd_deck::{Signal, built_in_signals};
use qd_tables::{ALL, Role};

use crate::{
    cli::{Cli, ReferencePage},
    printer::Printer,
};

pub(crate) fn completions(shell: clap_complete::Shell, printer: &Printer) -> Result<bool> {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "quarterdeck", &mut out);
    printer.bytes(&out)?;
    Ok(true)
}

pub(crate) fn man(printer: &Printer) -> Result<bool> {
    let mut out = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut out)?;
    printer.bytes(&out)?;
    Ok(true)
}

pub(crate) fn page(page: ReferencePage, printer: &Printer) -> Result<bool> {
    let text = match page {
        ReferencePage::Commands => commands(),
        ReferencePage::Tables => tables(),
        ReferencePage::Signals => signals(),
    };
    printer.result(&text)?;
    Ok(true)
}

/// `docs/reference/commands.md`.
fn commands() -> String {
    let mut root = Cli::command().term_width(96);
    root.build();
    let mut out = "# Commands\n\nGenerated from the declarations of the command line.\n".to_owned();
    let mut section = |title: &str, command: &mut clap::Command| {
        let help = command.render_long_help().to_string();
        let help: Vec<&str> = help.lines().map(str::trim_end).collect();
        let _ = writeln!(out, "\n## {title}\n\n```text\n{}\n```", help.join("\n").trim());
    };
    section("quarterdeck", &mut root.clone());
    let names: Vec<String> = root
        .get_subcommands()
        .filter(|command| !command.is_hide_set() && command.get_name() != "help")
        .map(|command| command.get_name().to_owned())
        .collect();
    for name in names {
        if let Some(command) = root.find_subcommand_mut(&name) {
            section(&format!("quarterdeck {name}"), command);
        }
    }
    out
}

/// `docs/reference/tables.md`.
fn tables() -> String {
    let mut out = "# Tables\n\nGenerated from their declarations. `quarterdeck sql \"DESCRIBE commits\"` shows the same of one.\n\
        States keep all their versions under `versions.<name>`; the plain name shows the latest up to `as_of`.\n"
        .to_owned();
    for table in ALL {
        let role = match table.role {
            Role::Event(time) => format!("Event, by `{time}`."),
            Role::State => "State.".to_owned(),
            Role::Intent(_) => "Declared.".to_owned(),
            Role::Engine => "Computed.".to_owned(),
            Role::Kept => "Kept.".to_owned(),
        };
        let key: Vec<String> = table.key.iter().map(|key| format!("`{key}`")).collect();
        let _ = writeln!(out, "\n## {}\n\n{} {role} Key: {}.\n", table.name, table.comment, key.join(", "));
        out.push_str("| column | type | unit | meaning |\n| --- | --- | --- | --- |\n");
        for field in table.schema().fields() {
            let meta = |key: &str| field.metadata().get(key).cloned().unwrap_or_default().replace('|', "\\|");
            let null = if field.is_nullable() { ", may be unknown" } else { "" };
            let _ = writeln!(
                out,
                "| {} | {}{null} | {} | {} |",
                field.name(),
                kind(&field.data_type().to_string()),
                meta("unit"),
                meta("comment")
            );
        }
    }
    out
}

/// An Arrow type in a reader's words.
fn kind(arrow: &str) -> &str {
    match arrow {
        "Utf8" => "text",
        "Int64" => "integer",
        "Float64" => "number",
        "Boolean" => "yes or no",
        "Date32" => "date",
        other if other.starts_with("Timestamp") => "time",
        other if other.starts_with("List") => "list of text",
        other if other.starts_with("Decimal") => "amount",
        other => other,
    }
}

/// `docs/reference/signals.md`.
fn signals() -> String {
    let mut out = "# Signals\n\nGenerated from the heads of their files under `signals/`; beside each lies an example (`.slt`).\n".to_owned();
    let mut part = String::new();
    for (name, text) in built_in_signals() {
        let folder = name.rsplit_once('/').map_or("", |(part, _)| part);
        let Ok(signal) = Signal::parse(folder, text, "built in") else { continue };
        if signal.part != part {
            part.clone_from(&signal.part);
            let _ = writeln!(out, "\n## {part}");
        }
        let price = format!("{:?}", signal.price).to_lowercase();
        let _ = writeln!(
            out,
            "\n### {}\n\n> {}\n\nAsks: {}. Ask first: {} Duty: `{}`. Price: {price}. Patience: {} working days. Minutes: {}.\n\nTo declare: {}.\n\n{}",
            signal.name,
            signal.says,
            signal.asks,
            signal.first,
            signal.duty,
            signal.patience,
            signal.minutes,
            signal.declare,
            signal.about
        );
    }
    out
}
