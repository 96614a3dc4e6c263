//! What a monitoring system wants to know, as OpenMetrics.
//!
//! Labels are templates of addresses, states and kinds: no person, no title, no name of a source.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::AtomicU64},
    time::Instant,
};

use axum::{
    Extension,
    extract::{MatchedPath, Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info},
    registry::{Registry, Unit},
};
use qd_model::{BriefRequest, DeckError, SourceAge};

use super::{Held, ask::Viewer, asked, keeper::Moment};

/// Seconds at which the durations are counted.
const SECONDS: [f64; 12] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
const KIND: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

type Labels<const N: usize> = [(&'static str, String); N];
type Figure = Gauge<f64, AtomicU64>;

/// What is counted as it happens.
pub(super) struct Metrics {
    requests: Family<Labels<3>, Counter>,
    durations: Family<Labels<1>, Histogram, fn() -> Histogram>,
}

impl Metrics {
    pub(super) fn new() -> Arc<Self> {
        let durations = Family::new_with_constructor((|| Histogram::new(SECONDS)) as fn() -> Histogram);
        Arc::new(Self { requests: Family::default(), durations })
    }
}

/// Counts each request by the template of its address, and measures it.
pub(super) async fn measure(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let route = match request.extensions().get::<MatchedPath>() {
        Some(path) => path.as_str().to_owned(),
        None => "none".to_owned(),
    };
    // What the standard does not know a program may have made up.
    let method = match request.method().as_str() {
        known @ ("GET" | "HEAD" | "POST" | "OPTIONS" | "PUT" | "DELETE" | "PATCH") => known.to_owned(),
        _ => "other".to_owned(),
    };
    let response = next.run(request).await;
    let status = response.status().as_str().to_owned();
    metrics.requests.get_or_create(&[("route", route.clone()), ("method", method), ("status", status)]).inc();
    metrics.durations.get_or_create(&[("route", route)]).observe(begun.elapsed().as_secs_f64());
    response
}

/// All that is known now.
pub(super) async fn metrics(State(held): State<Held>, Extension(viewer): Extension<Viewer>) -> Response {
    let counted = held.metrics.clone();
    let waiting = held.world.waiting();
    let text = asked(&held, held.keeper.present(), viewer, Default::default(), move |ask, moment| {
        // Counts over all rows are for who sees all rows.
        ask.world()?;
        let mut registry = Registry::with_prefix("quarterdeck");
        registry.register("http_requests", "Requests that were answered", counted.requests.clone());
        let about = "How long answers took to begin";
        registry.register_with_unit("http_request_duration", about, Unit::Seconds, counted.durations.clone());
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The program", version);
        let figure = |registry: &mut Registry, name: &str, about: &str, unit, value: f64| {
            let gauge = Figure::default();
            gauge.set(value);
            match unit {
                Some(unit) => registry.register_with_unit(name, about, unit, gauge),
                None => registry.register(name, about, gauge),
            }
        };
        let (bytes, seconds) = (Some(Unit::Bytes), Some(Unit::Seconds));
        figure(&mut registry, "moment_number", "Which moment pages are drawn of", None, moment.number as f64);
        let age = moment.age().as_secs_f64();
        figure(&mut registry, "moment_age", "How old that moment is", seconds, age);
        let about = "What was posted and is in no fact yet";
        figure(&mut registry, "intake_waiting", about, bytes.clone(), waiting as f64);
        if let Some(resident) = resident() {
            figure(&mut registry, "resident_memory", "Memory in use", bytes, resident);
        }
        of_the_moment(moment, &mut registry)?;
        let mut text = String::new();
        encode(&mut text, &registry).map_err(|error| DeckError::new(error.to_string()))?;
        Ok(text)
    });
    match text.await {
        Ok(text) => ([(header::CONTENT_TYPE, KIND)], text).into_response(),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{}\n", error.message)).into_response(),
    }
}

/// What the deck says: rows, signals, sources.
fn of_the_moment(moment: &Moment, registry: &mut Registry) -> Result<(), DeckError> {
    let brief = moment.deck.brief(&BriefRequest { all: true, ..BriefRequest::default() })?;
    let mut classes = BTreeMap::<String, f64>::new();
    for row in &brief.rows {
        let class = serde_json::to_value(row.price.class).unwrap_or_default();
        *classes.entry(class.as_str().unwrap_or_default().to_owned()).or_default() += 1.0;
    }
    family(registry, "brief_rows", "Rows of the brief, by class of price", "class", classes);
    let failed = brief.checked.silent.iter().filter(|silent| silent.failed).count();
    let signals = [
        ("speaking", brief.checked.spoke),
        ("silent", brief.checked.silent.len().saturating_sub(failed)),
        ("failed", failed),
    ];
    let signals = signals.map(|(state, count)| (state.to_owned(), count as f64));
    family(registry, "signals", "Signals, by whether they can speak", "state", BTreeMap::from(signals));
    let mut kinds = BTreeMap::<&str, Vec<&SourceAge>>::new();
    brief.sources.iter().for_each(|source| kinds.entry(&source.kind).or_default().push(source));
    let by_kind = |of: &dyn Fn(&[&SourceAge]) -> Option<f64>| {
        kinds.iter().filter_map(|(kind, sources)| Some(((*kind).to_owned(), of(sources)?))).collect()
    };
    let count = by_kind(&|sources| Some(sources.len() as f64));
    family(registry, "sources", "Declared sources, by kind", "kind", count);
    let failing =
        by_kind(&|sources| Some(sources.iter().filter(|source| source.error.is_some()).count() as f64));
    family(registry, "sources_failing", "Sources whose last reading went wrong", "kind", failing);
    // Of a kind that was never read nothing is told: its age is unknown, and not 0.
    let ages = by_kind(&|sources| {
        let oldest = sources.iter().filter_map(|source| source.synced_at).min()?;
        let age = brief.as_of.duration_since(oldest).as_secs_f64() + moment.age().as_secs_f64();
        Some(age.max(0.0))
    });
    let gauges = gauges("kind", ages);
    let about = "How long ago the source of a kind was read that was read longest ago";
    registry.register_with_unit("source_age", about, Unit::Seconds, gauges);
    Ok(())
}

fn family(
    registry: &mut Registry,
    name: &str,
    about: &str,
    label: &'static str,
    values: BTreeMap<String, f64>,
) {
    registry.register(name, about, gauges(label, values));
}

fn gauges(label: &'static str, values: BTreeMap<String, f64>) -> Family<Labels<1>, Figure> {
    let family = Family::<Labels<1>, Figure>::default();
    for (value, figure) in values {
        family.get_or_create(&[(label, value)]).set(figure);
    }
    family
}

/// Bytes of memory in use, where the system says so.
fn resident() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: f64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kibibytes * 1024.0)
}
