//! The distribution of delays as a curve: rows with `x`.

use super::Statistic;
use super::cells::{Cell, Cells, enough};
use crate::estimate::Estimate;
use crate::stats::quantile::Histogram;
use crate::time::Grain;

/// Days at which the distribution function is given: dense where delays are short, as far as ten years.
const DAYS: [i64; 21] = [0, 1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365, 730, 1_095, 1_825, 3_650];

/// Share of delays of at most x days, at each of [`DAYS`] up to the first that all lie within.
///
/// A curve has many rows, so it is given for the whole time alone, where a figure shows it.
pub fn curve(cells: &Cells<'_>, cell: &Cell, statistic: &Statistic, delays: &Histogram) -> Vec<Estimate> {
    if cells.scope.grain != Grain::All {
        return Vec::new();
    }
    let n = delays.n();
    let mut rows = Vec::new();
    for days in DAYS {
        let k = delays.at_most(days);
        let mut row = cells.row(cell, statistic);
        #[expect(clippy::cast_precision_loss, reason = "some thousand days")]
        let x = days as f64;
        (row.x, row.x_unit) = (Some(x), Some("days".to_owned()));
        (row.value, row.k, row.n) = (delays.share_at_most(days), Some(k.cast_signed()), Some(n.cast_signed()));
        rows.push(enough(row, statistic));
        if k == n {
            break;
        }
    }
    rows
}
