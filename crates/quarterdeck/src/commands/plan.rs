//! `plan`: who works on what, and when each project is done.

use std::{fs, sync::atomic::Ordering};

use anyhow::{Context as _, Result, bail};
use jiff::{SignedDuration, Timestamp};
use qd_deck::{
    LocalDeck, PLAN_FILE,
    planning::{Objective, Objectives, Options},
    write_atomically,
};
use qd_model::Plan;

use super::{asked, declared, watch::stop_signals};
use crate::{
    cli::{Global, PlanArgs, PlanFormat},
    draw,
    printer::Printer,
    rim,
};

/// Schedules that are made where nobody says how long to search: a second or two, and the same plan each time.
const SCHEDULES: u64 = 5_000;

pub(crate) fn plan(global: &Global, args: &PlanArgs, printer: &Printer) -> Result<bool> {
    let (deck, is_clean) = asked(global, printer)?;
    let wanted: Vec<Objective> = args.objective.iter().map(|objective| objective.asked()).collect();
    let objectives = Objectives::new(&wanted);
    let threads =
        global.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let schedules = args.seconds.is_none().then_some(SCHEDULES);
    let options = Options { schedules, objectives, threads, islands: 2, ..Options::default() };
    let until = args.seconds.map(|seconds| Timestamp::now() + SignedDuration::from_secs(seconds.into()));
    let is_stopped = stop_signals()?;
    let is_over = || until.is_some_and(|until| Timestamp::now() >= until);
    let mut plan = deck.plan(&options, &is_over, &|| is_stopped.load(Ordering::Relaxed))?;
    if is_stopped.load(Ordering::Relaxed) {
        printer.say(&stopped(&plan));
    }
    if args.accept {
        return Ok(accept(global, args, &deck, &plan, printer)? && is_clean);
    }
    if args.diff {
        let mut changes = deck.plan_changes(&plan)?;
        if let Some(wanted) = &args.project {
            let of_it = |task: &str| task.split_once('/').is_some_and(|(project, _)| project == wanted);
            changes.projects.retain(|project| project.id == *wanted);
            changes.tasks.retain(|change| of_it(&change.task));
        }
        return match args.format {
            PlanFormat::Json => printer.result(&format!("{}\n", serde_json::to_string_pretty(&changes)?)),
            _ => printer.result(&draw::plan_changes::text(&changes, printer.width())),
        }
        .map(|()| is_clean)
        .map_err(Into::into);
    }
    if let Some(wanted) = &args.project {
        narrow(&mut plan, wanted)?;
    }
    match args.format {
        PlanFormat::Text => {
            printer.result(&draw::plan::text(&plan, printer.width().map_or(100, usize::from)))?;
        }
        PlanFormat::Json => printer.result(&format!("{}\n", serde_json::to_string_pretty(&plan)?))?,
        PlanFormat::Html => printer.result(&draw::plan::page(&plan))?,
        // Its lines end as the standard says, on any machine.
        PlanFormat::Ics => printer.bytes(draw::plan::calendar(&plan).as_bytes())?,
        PlanFormat::Csv => printer.result(&draw::table::csv(&draw::plan::table(&plan)))?,
    }
    Ok(is_clean)
}

/// What a plan is that was stopped, and what it lacks.
fn stopped(plan: &Plan) -> String {
    let best = format!("stopped: this is the best of {} schedules", plan.schedules);
    match plan.unexplained {
        0 => best,
        1 => format!("{best}; why one promise is in doubt, and what would help, was not looked for"),
        many => format!("{best}; why {many} promises are in doubt, and what would help, was not looked for"),
    }
}

/// Writes the accepted plan, or shows what would be written.
fn accept(
    global: &Global,
    args: &PlanArgs,
    deck: &LocalDeck,
    plan: &Plan,
    printer: &Printer,
) -> Result<bool> {
    let file = declared(&rim::opening(global, None)?)?.join(PLAN_FILE);
    let present = fs::read_to_string(&file).ok();
    let edit = deck.accept(plan, deck.company().me())?;
    if args.dry_run {
        printer.result(&edit.diff(present.as_deref()))?;
        return Ok(true);
    }
    let text = edit.apply(present.as_deref())?;
    write_atomically(&file, text.as_bytes())
        .with_context(|| format!("`{}` cannot be written", file.display()))?;
    printer.say(&format!(
        "the plan of {} is in `{}`; commit it as you would any other text",
        plan.today,
        file.display()
    ));
    Ok(true)
}

/// Leaves one project: the others are planned too, since they want the same people.
fn narrow(plan: &mut Plan, wanted: &str) -> Result<()> {
    if !plan.projects.iter().any(|project| project.id == wanted) {
        let known: Vec<&str> = plan.projects.iter().map(|project| project.id.as_str()).collect();
        match qd_model::nearest(wanted, known.iter().copied()) {
            Some(near) => bail!("no project `{wanted}` is worked on; did you mean `{near}`?"),
            None if known.is_empty() => bail!("no project is worked on: declare one in `projects/`"),
            None => bail!("no project `{wanted}` is worked on; there are: {}", known.join(", ")),
        }
    }
    plan.narrow(wanted);
    Ok(())
}
