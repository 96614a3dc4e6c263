//! "Did you mean": the one name out of many that a misspelt word was meant to be.

/// The candidate nearest to `word`, if one is near enough to be worth saying.
///
/// Distance is Damerau-Levenshtein with adjacent transpositions (optimal string
/// alignment) over lower-cased characters; at most a third of the word may differ.
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = word.to_lowercase().chars().collect();
    let allowed = (wanted.len() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(&wanted, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

fn distance(left: &[char], right: &str) -> usize {
    let right: Vec<char> = right.to_lowercase().chars().collect();
    let width = right.len() + 1;
    let mut cells: Vec<usize> = vec![0; (left.len() + 1) * width];
    for (column, cell) in cells.iter_mut().take(width).enumerate() {
        *cell = column;
    }
    for row in 1..=left.len() {
        cells[row * width] = row;
        for column in 1..width {
            let cost = usize::from(left[row - 1] != right[column - 1]);
            let mut best = (cells[(row - 1) * width + column] + 1)
                .min(cells[row * width + column - 1] + 1)
                .min(cells[(row - 1) * width + column - 1] + cost);
            let swapped = row > 1
                && column > 1
                && left[row - 1] == right[column - 2]
                && left[row - 2] == right[column - 1];
            if swapped {
                best = best.min(cells[(row - 2) * width + column - 2] + 1);
            }
            cells[row * width + column] = best;
        }
    }
    cells[cells.len() - 1]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_finger_is_understood_and_a_stranger_is_not() {
        let teams = ["payments", "search", "platform"];
        assert_eq!(nearest("paymnts", teams), Some("payments"));
        assert_eq!(nearest("saerch", teams), Some("search"));
        assert_eq!(nearest("growth", teams), None);
        assert_eq!(nearest("", teams), None);
    }
}
