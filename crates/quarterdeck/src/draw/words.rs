//! Figures as a person would say them, and texts that fit a terminal.

pub(crate) use qd_model::words::{ago, count, date, figure, money, price, small_print};

/// Columns that a text takes on a terminal.
pub(crate) fn columns(text: &str) -> usize {
    ratatui::text::Span::raw(text).width()
}

/// A text in at most `room` columns; what is left out is marked.
pub(crate) fn cut(text: &str, room: usize) -> String {
    if columns(text) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for letter in text.chars() {
        let mut longer = kept.clone();
        longer.push(letter);
        if columns(&longer) >= room {
            break;
        }
        kept = longer;
    }
    kept.push('…');
    kept
}

/// A text with spaces behind it, to `room` columns.
pub(crate) fn pad(text: &str, room: usize) -> String {
    format!("{text}{}", " ".repeat(room.saturating_sub(columns(text))))
}

#[cfg(test)]
mod tests {
    use super::{columns, cut, pad};

    #[test]
    fn a_cut_text_fits_whatever_it_is_written_in() {
        assert_eq!((cut("short", 5).as_str(), cut("longer", 5).as_str()), ("short", "long…"));
        assert_eq!((cut("東京タワー", 5).as_str(), columns("東京")), ("東京…", 4));
        assert_eq!((pad("東", 4).as_str(), cut("ab", 0).as_str()), ("東  ", "…"));
    }
}
