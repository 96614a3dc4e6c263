//! What did not fit on a page: the rest of long lists inside of changes and issues.
//!
//! Most changes fit whole into the page that lists them. Of the others, the lists that go on are
//! asked for together, many to a question, and laid into the page, which is mapped once it is
//! whole.

use serde_json::Value;

use super::node::Node;

/// Lists that are asked for in one question.
const TOGETHER: usize = 20;

/// Lists in a page that may go on: field, type of what holds it, fragment.
///
/// Files are not among them: of very many paths the first are kept.
const LISTS: [(&str, &str, &str); 8] = [
    ("commits", "PullRequest", "Commits"),
    ("comments", "PullRequest", "Comments"),
    ("reviews", "PullRequest", "Reviews"),
    ("reviewThreads", "PullRequest", "Threads"),
    ("timelineItems", "PullRequest", "Happened"),
    ("comments", "Issue", "Comments"),
    ("timelineItems", "Issue", "HappenedToIssue"),
    ("comments", "PullRequestReviewThread", "LineComments"),
];

/// What is asked of timelines, as the first page asks it.
const ITEMS: [(&str, &str); 2] = [
    (
        "PullRequest",
        "ASSIGNED_EVENT, UNASSIGNED_EVENT, LABELED_EVENT, UNLABELED_EVENT, MILESTONED_EVENT, DEMILESTONED_EVENT, \
         RENAMED_TITLE_EVENT, CLOSED_EVENT, REOPENED_EVENT, MERGED_EVENT, READY_FOR_REVIEW_EVENT, \
         CONVERT_TO_DRAFT_EVENT, BASE_REF_CHANGED_EVENT, HEAD_REF_FORCE_PUSHED_EVENT, REVIEW_REQUESTED_EVENT, \
         REVIEW_REQUEST_REMOVED_EVENT, REVIEW_DISMISSED_EVENT",
    ),
    (
        "Issue",
        "ASSIGNED_EVENT, UNASSIGNED_EVENT, LABELED_EVENT, UNLABELED_EVENT, MILESTONED_EVENT, DEMILESTONED_EVENT, \
         RENAMED_TITLE_EVENT, CLOSED_EVENT, REOPENED_EVENT",
    ),
];

/// A list that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct More {
    /// JSON pointer to the list in the page.
    pointer: String,
    field: &'static str,
    holder: &'static str,
    fragment: &'static str,
    /// Node id of what holds it.
    id: String,
    after: String,
}

/// The lists that go on in the things at `pointer`, at most as many as are asked for at once.
pub(super) fn lists(body: &Value, pointer: &str) -> Vec<More> {
    let mut found = Vec::new();
    let things = body.pointer(pointer).and_then(Value::as_array);
    for (index, thing) in things.into_iter().flatten().enumerate() {
        let pointer = format!("{pointer}/{index}");
        let holder = if thing.get("isDraft").is_some() { "PullRequest" } else { "Issue" };
        of_thing(thing, holder, &pointer, &mut found);
        let threads = Node(thing).at("reviewThreads.nodes").and_then(|threads| threads.0.as_array());
        for (index, thread) in threads.into_iter().flatten().enumerate() {
            let pointer = format!("{pointer}/reviewThreads/nodes/{index}");
            of_thing(thread, "PullRequestReviewThread", &pointer, &mut found);
        }
        if found.len() >= TOGETHER {
            break;
        }
    }
    found.truncate(TOGETHER);
    found
}

fn of_thing(thing: &Value, holder: &str, pointer: &str, found: &mut Vec<More>) {
    let thing = Node(thing);
    for (field, own, fragment) in LISTS.iter().filter(|(_, own, _)| *own == holder) {
        let Some(page) = thing.at(field).and_then(|list| list.at("pageInfo")) else { continue };
        if let (Some(true), Some(after), Some(id)) =
            (page.flag("hasNextPage"), page.text("endCursor"), thing.text("id"))
        {
            found.push(More {
                pointer: format!("{pointer}/{field}"),
                field,
                holder: own,
                fragment,
                id: id.to_owned(),
                after: after.to_owned(),
            });
        }
    }
}

/// The question for the rest of these lists.
pub(super) fn query(lists: &[More]) -> String {
    let parts: String = lists.iter().enumerate().map(|(index, more)| more.part(index)).collect();
    format!("query More {{\n{parts}}}\n")
}

impl More {
    fn part(&self, index: usize) -> String {
        let text = |text: &str| Value::from(text).to_string();
        let items = ITEMS.iter().find(|(holder, _)| self.field == "timelineItems" && *holder == self.holder);
        let items = items.map(|(_, items)| format!(", itemTypes: [{items}]")).unwrap_or_default();
        let own = if self.holder == "PullRequestReviewThread" {
            "pullRequest { number url }"
        } else {
            "number url"
        };
        format!(
            "  m{index}: node(id: {id}) {{ ... on {holder} {{ __typename id {own} {field}(first: {first}, after: \
             {after}{items}) {{ ...{fragment} }} }} }}\n",
            id = text(&self.id),
            holder = self.holder,
            field = self.field,
            first = if self.field == "reviewThreads" { 50 } else { 100 },
            after = text(&self.after),
            fragment = self.fragment,
        )
    }

    /// Lays the answer's part of this list into the page. A list that was not answered is left as it
    /// is and ends.
    pub(super) fn lay(&self, index: usize, answer: &mut Value, body: &mut Value) {
        let rest = answer.pointer_mut(&format!("/data/m{index}/{}", self.field)).map(Value::take);
        let Some(list) = body.pointer_mut(&self.pointer).and_then(Value::as_object_mut) else { return };
        let mut rest = rest.unwrap_or_default();
        list.insert("pageInfo".to_owned(), rest.get("pageInfo").cloned().unwrap_or_default());
        if let (Some(Value::Array(nodes)), Some(Value::Array(more))) =
            (list.get_mut("nodes"), rest.get_mut("nodes"))
        {
            nodes.append(more);
        }
    }
}
