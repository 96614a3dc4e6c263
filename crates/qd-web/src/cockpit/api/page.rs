//! The page that lists what there is for programs.

use maud::{Markup, html};
use qd_model::DeckError;

use super::{
    super::{ask::Ask, parts},
    endpoints::{ENDPOINTS, Method},
};

/// What there is for programs.
pub(in super::super) fn page(_: &Ask<'_>) -> Result<Markup, DeckError> {
    let body = html! {
        h1 { "For programs" }
        p {
            "Every answer is JSON; what goes wrong is told as problem details (RFC 9457). "
            a href="/api/openapi.json" { "The OpenAPI description" } " has every field. "
            "Figures for a monitoring system are at " a href="/metrics" { code { "/metrics" } }
            ", and tools for assistants at " code { "/mcp" } "."
        }
        dl {
            @for endpoint in ENDPOINTS.iter().filter(|endpoint| !endpoint.is_old) {
                dt {
                    @let is_get = endpoint.method == Method::Get;
                    code { (if is_get { "GET " } else { "POST " }) }
                    @if is_get && !endpoint.path.contains('{') { a href=(endpoint.path) { code { (endpoint.path) } } }
                    @else { code { (endpoint.path) } }
                }
                dd {
                    (endpoint.about)
                    @for (name, about) in endpoint.takes { br; small { code { (name) } ": " (about) } }
                }
            }
        }
    };
    Ok(parts::page("For programs", "/sql", &body))
}
