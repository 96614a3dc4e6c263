//! One layout for the company's TOML files, so that a diff shows what was meant.
//!
//! Only blanks move: order, comments, and the way values are written stay.

use toml_edit::{Array, Decor, DocumentMut, Item, Table, Value};

/// The text in canonical layout: one blank around `=`, none at the ends of lines, one
/// empty line between tables, never two in a row, one newline at the end. A text with
/// mistakes is given back as it is.
#[must_use]
pub fn fmt(text: &str) -> String {
    let Ok(mut document) = text.parse::<DocumentMut>() else { return text.to_owned() };
    table(document.as_table_mut());
    let trailing = document.trailing().as_str().unwrap_or_default().to_owned();
    document.set_trailing(lines(&trailing));
    let laid_out = document.to_string();
    let laid_out = laid_out.trim_matches('\n');
    let laid_out = if laid_out.is_empty() { String::new() } else { format!("{laid_out}\n") };
    // The layout is ours to get wrong and the text is theirs: it must say the same.
    let says = |text: &str| text.parse::<toml::Table>().ok();
    if says(&laid_out) == says(text) { laid_out } else { text.to_owned() }
}

fn table(table: &mut Table) {
    let keys: Vec<String> = table.iter().map(|(key, _)| key.to_owned()).collect();
    for name in keys {
        let Some((mut key, item)) = table.get_key_value_mut(&name) else { continue };
        key.dotted_decor_mut().clear();
        match item {
            Item::Value(value) => {
                let above = lines(prefix(key.leaf_decor()));
                key.leaf_decor_mut().set_prefix(above);
                key.leaf_decor_mut().set_suffix(" ");
                let behind = behind(value.decor());
                value.decor_mut().set_prefix(" ");
                value.decor_mut().set_suffix(behind);
                inner(value);
            }
            Item::Table(inner) if inner.is_dotted() => dotted(inner),
            Item::Table(inner) => header(inner),
            Item::ArrayOfTables(rows) => rows.iter_mut().for_each(header),
            Item::None => {}
        }
    }
}

/// The keys behind the points of `a.b = 1`.
fn dotted(inner: &mut Table) {
    table(inner);
}

fn header(inner: &mut Table) {
    let above = lines(prefix(inner.decor()));
    let behind = behind(inner.decor());
    // Comments right below what stands above belong to it; the empty line may follow them.
    let apart = above.starts_with('\n') || above.contains("\n\n");
    inner.decor_mut().set_prefix(if apart { above } else { format!("\n{above}") });
    inner.decor_mut().set_suffix(behind);
    table(inner);
}

/// Within a value only the ends of lines are ours.
fn inner(value: &mut Value) {
    if let Value::Array(array) = value {
        for item in array.iter_mut() {
            let before = ends(prefix(item.decor()));
            let after = ends(suffix(item.decor()));
            item.decor_mut().set_prefix(before);
            item.decor_mut().set_suffix(after);
            inner(item);
        }
        trailing(array);
    }
}

fn trailing(array: &mut Array) {
    let text = ends(array.trailing().as_str().unwrap_or_default());
    array.set_trailing(text);
}

fn prefix(decor: &Decor) -> &str {
    decor.prefix().and_then(|text| text.as_str()).unwrap_or_default()
}

fn suffix(decor: &Decor) -> &str {
    decor.suffix().and_then(|text| text.as_str()).unwrap_or_default()
}

/// The comment behind a value or header; where it stands in its line is its writer's.
fn behind(decor: &Decor) -> String {
    let comment = suffix(decor).trim_end();
    if comment.starts_with('#') { format!(" {comment}") } else { comment.to_owned() }
}

/// Comments above something: no blanks around them, at most one empty line in a row.
fn lines(text: &str) -> String {
    let mut kept = String::new();
    // What follows the last line break is the indentation of the thing itself.
    let above = text.rfind('\n').map_or("", |end| &text[..=end]);
    for line in above.lines().map(str::trim) {
        if !line.is_empty() || !(kept.ends_with("\n\n") || kept == "\n") {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    let last = text.rsplit('\n').next().unwrap_or_default().trim();
    kept.push_str(last);
    kept
}

/// The text without blanks at the ends of its lines, save the last.
fn ends(text: &str) -> String {
    match text.rsplit_once('\n') {
        Some((above, last)) => {
            above.split('\n').map(str::trim_end).chain([last]).collect::<Vec<_>>().join("\n")
        }
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::fmt;

    #[test]
    fn blanks_move_and_nothing_else() {
        let written = "\n\n  name=\"Example\"   #  the company  \ncurrency   = 'CHF'\n[people.ada]\n\n\n# comes first   \n   role = \"CTO\"\nmails = [  \n  \"a@example.org\",   # at work  \n]\n[people . bob]   # left\nage.old   = 3   \n\n# the end  \n\n\n";
        let laid_out = "\
name = \"Example\"   #  the company
currency = 'CHF'

[people.ada]

# comes first
role = \"CTO\"
mails = [
  \"a@example.org\",   # at work
]

[people.bob]   # left
age.old = 3

# the end
";
        assert_eq!(fmt(written), laid_out);
        assert_eq!(fmt(laid_out), laid_out);
        assert_eq!(fmt("name = \n  x"), "name = \n  x");
    }

    proptest! {
        #[test]
        fn twice_is_once(lines in prop::collection::vec(prop::sample::select(vec![
            "a = 1", "  b=[1,  2 ] # two", "", "  ", "# comment ", "[t]", "[t.u]  # in", "[[r]]", "c.d = 'x'  ", "e = { f = 1 }",
            "g = '''\n  kept  \n'''", "h = [\n  1, \n  # inside  \n]", "[ v . w ]", "\ti = 2026-10-01",
        ]), 0..12)) {
            let text = lines.join("\n");
            let once = fmt(&text);
            prop_assert_eq!(fmt(&once), once.clone());
            let comments = |text: &str| text.matches('#').count();
            prop_assert_eq!(comments(&once), comments(&text));
        }
    }
}
