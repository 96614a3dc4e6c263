//! Complaints about texts, with the words underlined.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use qd_model::{Diagnostic, Files, Severity};

/// The complaints as text, each with its place.
pub(crate) fn render(diagnostics: &[Diagnostic], files: &Files, has_colour: bool) -> String {
    let renderer = if has_colour { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    for diagnostic in diagnostics {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code);
        let group = match files.get(&diagnostic.file) {
            Some(text) => {
                let end = diagnostic.span.end.min(text.len());
                let start = diagnostic.span.start.min(end);
                let annotation = AnnotationKind::Primary.span(start..end);
                let annotation = if diagnostic.label.is_empty() {
                    annotation
                } else {
                    annotation.label(diagnostic.label.as_str())
                };
                let text = qd_intent::veil(text, &diagnostic.file, diagnostics);
                title.element(Snippet::source(text).path(diagnostic.file.as_str()).annotation(annotation))
            }
            None => title.element(annotate_snippets::Origin::path(diagnostic.file.as_str())),
        };
        let mut report = vec![group];
        if let Some(help) = &diagnostic.help {
            report.push(annotate_snippets::Group::with_title(Level::HELP.secondary_title(help.as_str())));
        }
        out.push_str(&renderer.render(&report));
        out.push_str("\n\n");
    }
    out
}
