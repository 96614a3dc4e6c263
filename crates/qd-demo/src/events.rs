//! What the pipeline of the shared repositories tells of itself: deployments as CDEvents in CloudEvents.

use serde_json::json;

use crate::{Files, delivered::Delivered, recording::Recording, story::Story};

/// Writes the deployments of the repositories that all projects stand on. One that fails deploys no service, and
/// no event says otherwise.
pub(crate) fn write(story: &Story, of_repo: &[Delivered], files: &mut Files) {
    let mut told = Recording::default();
    for (place, delivered) in of_repo.iter().enumerate().filter(|(place, _)| story.is_shared(*place)) {
        let service = story.service_of(place);
        for made in delivered.deployments.iter().filter(|made| made.is_good) {
            let (source, kind) = ("/pipeline/deploy", "dev.cdevents.service.deployed.0.2.0");
            let id = format!("deploy-{}", made.id);
            let letter = json!({
                "context": {"version": "0.4.1", "id": id, "source": source, "type": kind, "timestamp": made.over},
                "subject": {"id": service, "source": source, "type": "service", "content": {
                    "environment": {"id": "production", "source": source},
                    "artifactId": format!("pkg:oci/{service}@sha256%3A{}?tag={}", "0".repeat(24) + &made.sha, made.sha),
                }},
            });
            let event = json!({
                "specversion": "1.0", "id": id, "source": source, "type": kind, "time": made.over,
                "datacontenttype": "application/json", "data": letter,
            });
            told.posted(kind, made.over, &event);
        }
    }
    told.put("deployments/events", files);
}
