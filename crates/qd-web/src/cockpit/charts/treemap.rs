//! A treemap: areas as large as things are, in rows that are as square as can be (Bruls, Huizing and van Wijk,
//! "Squarified Treemaps", 2000).

use maud::{Markup, html};

use super::{fitting, picture, pixels};

const WIDTH: f64 = 1040.0;
/// Of a map of many tiles; one of few is lower.
const HEIGHT: f64 = 480.0;

/// One thing.
pub(in super::super) struct Tile {
    pub(in super::super) label: String,
    pub(in super::super) words: String,
    pub(in super::super) size: f64,
    /// 0 for cold, up to 4.
    pub(in super::super) heat: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Area {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// Tiles, largest first.
pub(in super::super) fn treemap(title: &str, about: &str, tiles: &mut [Tile]) -> Markup {
    tiles.sort_by(|one, other| other.size.total_cmp(&one.size));
    let sizes: Vec<f64> = tiles.iter().map(|tile| tile.size).collect();
    let height = HEIGHT.min(100.0 + 40.0 * tiles.len() as f64);
    let areas = squarify(&sizes, Area { x: 0.0, y: 0.0, width: WIDTH, height });
    let inside = html! {
        @for (tile, area) in tiles.iter().zip(areas) {
            g {
                title { (tile.words) }
                rect class={ "tile heat" (tile.heat.min(4)) } x=(pixels(area.x)) y=(pixels(area.y)) width=(pixels(area.width)) height=(pixels(area.height)) {}
                @if area.width > 52.0 && area.height > 18.0 {
                    text x=(pixels(area.x + 5.0)) y=(pixels(area.y + 14.0)) { (fitting(&tile.label, ((area.width - 8.0) / 7.6) as usize)) }
                }
            }
        }
    };
    html! { div.wide tabindex="0" role="group" aria-label=(title) { (picture("chart", WIDTH, height, title, about, &inside)) } }
}

/// Areas in proportion to `sizes`, which descend; what has no size gets none.
fn squarify(sizes: &[f64], whole: Area) -> Vec<Area> {
    let sum: f64 = sizes.iter().filter(|size| **size > 0.0).sum();
    let sizes: Vec<f64> = sizes
        .iter()
        .take_while(|size| **size > 0.0)
        .map(|size| size / sum * whole.width * whole.height)
        .collect();
    let (mut rest, mut left, mut areas) = (sizes.as_slice(), whole, Vec::new());
    while !rest.is_empty() {
        let side = left.width.min(left.height);
        // A row takes one more as long as that makes its worst member no longer and thinner.
        let mut taken = 1;
        while taken < rest.len() && worst(&rest[..=taken], side) <= worst(&rest[..taken], side) {
            taken += 1;
        }
        let (row, others) = rest.split_at(taken);
        let thick = row.iter().sum::<f64>() / side.max(f64::MIN_POSITIVE);
        let mut from = 0.0;
        for size in row {
            let long = size / thick.max(f64::MIN_POSITIVE);
            areas.push(if left.width >= left.height {
                Area { x: left.x, y: left.y + from, width: thick, height: long }
            } else {
                Area { x: left.x + from, y: left.y, width: long, height: thick }
            });
            from += long;
        }
        if left.width >= left.height {
            left = Area { x: left.x + thick, width: (left.width - thick).max(0.0), ..left };
        } else {
            left = Area { y: left.y + thick, height: (left.height - thick).max(0.0), ..left };
        }
        rest = others;
    }
    areas
}

/// The longest to the thinnest of a row along `side`: the greatest ratio of its sides.
fn worst(row: &[f64], side: f64) -> f64 {
    let sum: f64 = row.iter().sum();
    let (least, most) =
        row.iter().fold((f64::MAX, 0.0_f64), |(least, most), size| (least.min(*size), most.max(*size)));
    (side * side * most / (sum * sum)).max(sum * sum / (side * side * least))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paper_s_example_is_laid_out_as_in_the_paper() {
        let whole = Area { x: 0.0, y: 0.0, width: 6.0, height: 4.0 };
        let areas = squarify(&[6.0, 6.0, 4.0, 3.0, 2.0, 2.0, 1.0], whole);
        let near = |one: Area, x: f64, y: f64, width: f64, height: f64| {
            [(one.x, x), (one.y, y), (one.width, width), (one.height, height)]
                .iter()
                .all(|(is, should)| (is - should).abs() < 1e-9)
        };
        assert!(near(areas[0], 0.0, 0.0, 3.0, 2.0) && near(areas[1], 0.0, 2.0, 3.0, 2.0), "{areas:?}");
        assert!(near(areas[2], 3.0, 0.0, 12.0 / 7.0, 7.0 / 3.0), "{areas:?}");
        let covered: f64 = areas.iter().map(|area| area.width * area.height).sum();
        assert!((covered - 24.0).abs() < 1e-9, "{covered}");
        assert!(squarify(&[], whole).is_empty() && squarify(&[0.0], whole).is_empty());
    }
}
