//! Numbers and places of labels.

/// Writes an integer with commas between thousands.
pub(crate) fn thousands(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |d| ("−", d));
    let (whole, rest) = digits.find('.').map_or((digits, ""), |dot| digits.split_at(dot));
    let mut out = String::from(sign);
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    out.push_str(rest);
    out
}

/// A count, in full.
pub(crate) fn count(n: i64) -> String {
    thousands(&n.to_string())
}

/// A number with so many decimals; a result that rounds to zero has no sign.
fn fixed(v: f64, decimals: usize) -> String {
    let text = format!("{v:.decimals$}");
    let text = if text.trim_matches(['-', '0', '.']).is_empty() { text.trim_start_matches('-') } else { &text };
    thousands(text)
}

/// Without zeros at the end of its decimals.
fn trimmed(text: &str) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text.to_owned() }
}

/// A value as a reader wants it beside its point: about three significant digits, a share in percent, the
/// unit of time. Rounding never makes a share 0 or 100 % that is not.
pub(crate) fn value(v: f64, unit: &str) -> String {
    if unit == "share" {
        return percent(v * 100.0);
    }
    // Below a quarter of an hour nobody reads days.
    if unit == "days" && v > 0.0 && v < 0.01 {
        let minutes = v * 1440.0;
        return if minutes < 0.9995 {
            format!("{} s", plain((minutes * 60.0).round()))
        } else {
            format!("{} min", plain(minutes))
        };
    }
    let number = plain(v);
    match unit {
        "days" | "hours" | "minutes" | "weeks" | "months" | "years" => {
            let unit = if number == "1" { unit.trim_end_matches('s') } else { unit };
            format!("{number} {unit}")
        }
        "percent" | "%" => format!("{number}%"),
        _ => number,
    }
}

fn percent(p: f64) -> String {
    let decimals = if p.abs() < 0.995 { 2 } else { 1 };
    if p > 0.0 && p < 0.005 {
        return "<0.01%".to_owned();
    }
    if p > 99.9 && p < 100.0 {
        return ">99.9%".to_owned();
    }
    if p == 0.0 || (p - 100.0).abs() < f64::EPSILON {
        return format!("{p:.0}%");
    }
    format!("{}%", fixed(p, decimals))
}

/// A share like [`value`], but with two significant digits where it is tiny: "0.002%".
pub(crate) fn fine_share(v: f64) -> String {
    let p = v * 100.0;
    if p <= 0.0 || p >= 0.0995 {
        return value(v, "share");
    }
    let decimals = (1..14_u8).find(|d| p * 10_f64.powi(i32::from(*d)) >= 9.95).unwrap_or(14);
    format!("{}%", trimmed(&fixed(p, usize::from(decimals))))
}

/// A value beside a point of an axis that ends at `top`: where all shares are tiny, "<0.01%" would not tell them apart.
pub(crate) fn beside(v: f64, unit: &str, top: f64) -> String {
    if unit == "share" && top <= TINY { fine_share(v) } else { value(v, unit) }
}

/// Shares on an axis that ends here have two significant digits.
pub(crate) const TINY: f64 = 0.001;

fn plain(v: f64) -> String {
    let size = v.abs();
    for (unit, name) in [(1e12, "trillion"), (1e9, "billion"), (1e6, "million")] {
        // From where rounding would give 1,000 of the unit below.
        if size >= unit * 0.9995 {
            let scaled = v / unit;
            let decimals = if scaled.abs() >= 99.95 {
                0
            } else if scaled.abs() >= 9.995 {
                1
            } else {
                2
            };
            return format!("{} {name}", trimmed(&fixed(scaled, decimals)));
        }
    }
    if v.fract() == 0.0 || size >= 99.95 {
        return fixed(v, 0);
    }
    let decimals = match size {
        s if s >= 9.995 => 1,
        s if s >= 0.0995 => 2,
        s if s >= 0.001 => return trimmed(&fixed(v, 4)),
        _ => return format!("{v:.1e}").replace('-', "−"),
    };
    fixed(v, decimals)
}

/// A tick of a linear axis whose ticks are `step` apart and reach to `max`.
pub(crate) fn tick(v: f64, step: f64, max: f64, unit: &str) -> String {
    if v == 0.0 {
        return if unit == "share" { "0%" } else { "0" }.to_owned();
    }
    if unit == "share" {
        return format!("{}%", fixed(v * 100.0, decimals(step * 100.0)));
    }
    for (size, name) in [(1e12, "trillion"), (1e9, "billion"), (1e6, "million")] {
        if max >= size {
            return format!("{} {name}", fixed(v / size, decimals(step / size)));
        }
    }
    fixed(v, decimals(step))
}

/// Decimals that tell multiples of `step` apart.
fn decimals(step: f64) -> usize {
    (0..12_u8)
        .find(|d| {
            let scaled = step * 10_f64.powi(i32::from(*d));
            (scaled - scaled.round()).abs() < 1e-6 * scaled.max(1.0) && scaled.round() >= 1.0
        })
        .map_or(12, usize::from)
}

/// Moves boxes apart along one axis: they keep this `order` and their `sizes`, come as near as can be to
/// their wanted centres, and stay within `from..to` while there is room. Returns the centres.
///
/// Overlapping neighbours are pooled and centred on the mean of what they want, as in isotonic regression
/// (pool adjacent violators). O(n²) in the number of boxes.
pub(crate) fn spread(order: &[usize], wanted: &[f64], sizes: &[f64], from: f64, to: f64) -> Vec<f64> {
    // A block is a run of boxes that touch: its members, its height, and its top.
    let mut blocks: Vec<(Vec<usize>, f64, f64)> = Vec::new();
    let settle = |members: &[usize]| {
        let height: f64 = members.iter().map(|&i| sizes[i]).sum();
        let mut offset = 0.0;
        let mut tops = 0.0;
        for &i in members {
            tops += wanted[i] - sizes[i] / 2.0 - offset;
            offset += sizes[i];
        }
        let top = tops / f64::from(u32::try_from(members.len()).unwrap_or(1));
        (height, top.min(to - height).max(from))
    };
    for &i in order {
        let mut members = vec![i];
        let (mut height, mut top) = settle(&members);
        while let Some((before, h, t)) = blocks.pop() {
            if t + h <= top {
                blocks.push((before, h, t));
                break;
            }
            members.splice(0..0, before);
            (height, top) = settle(&members);
        }
        blocks.push((members, height, top));
    }
    let mut centres = vec![0.0; wanted.len()];
    for (members, _, top) in blocks {
        let mut y = top;
        for i in members {
            centres[i] = y + sizes[i] / 2.0;
            y += sizes[i];
        }
    }
    centres
}

/// Characters that a list of names in a note may have.
const LIST: usize = 90;

/// Names in a note: at most `most`, and only one of them where the list would be long.
pub(crate) fn some_names(all: &[String], most: usize) -> String {
    let list = names(all, most);
    if list.chars().count() <= LIST { list } else { names(all, 1) }
}

/// Names in a sentence: all of them if they are at most `most`, else some and how many more.
pub(crate) fn names(all: &[String], most: usize) -> String {
    let kept = if all.len() <= most { all.len() } else { most.saturating_sub(1).max(1) };
    let (shown, more) = (&all[..kept], all.len() - kept);
    match (shown, more) {
        ([], _) => String::new(),
        ([one], 0) => one.clone(),
        ([first @ .., last], 0) => format!("{} and {last}", first.join(", ")),
        (some, more) => format!("{} and {more} more", some.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_about_three_digits_and_never_round_to_the_ends() {
        for (v, unit, text) in [
            (0.0, "share", "0%"),
            (1.0, "share", "100%"),
            (0.999_96, "share", ">99.9%"),
            (0.000_01, "share", "<0.01%"),
            (0.004_52, "share", "0.45%"),
            (0.452_3, "share", "45.2%"),
            (0.999, "share", "99.9%"),
            (1.0, "days", "1 day"),
            (12.345, "days", "12.3 days"),
            (0.0, "statements", "0"),
            (1e9, "statements", "1 billion"),
            (999_999.0, "statements", "1 million"),
            (999_400.0, "statements", "999,400"),
            (12_345_678.0, "statements", "12.3 million"),
            (-1234.5, "euro", "−1,234"),
            (0.25, "ratio", "0.25"),
            (0.000_02, "ratio", "2.0e−5"),
            (-0.000_1, "x", "−1.0e−4"),
        ] {
            assert_eq!(value(v, unit), text);
        }
    }

    #[test]
    fn tiny_shares_keep_two_digits() {
        let words = [0.0, 2e-5, 1.25e-4, 0.000_9, 0.02, 3.7e-9].map(fine_share);
        assert_eq!(words, ["0%", "0.002%", "0.013%", "0.09%", "2.0%", "0.00000037%"]);
    }

    #[test]
    fn values_on_an_axis_of_tiny_shares_are_told_apart() {
        assert_eq!(beside(7.2e-5, "share", 1e-4), "0.0072%");
        assert_eq!(beside(2.6e-5, "share", 1e-4), "0.0026%");
        assert_eq!((beside(2.6e-5, "share", 0.5).as_str(), beside(0.0, "share", 1e-4).as_str()), ("<0.01%", "0%"));
        assert_eq!((value(0.04, "").as_str(), value(0.0412, "").as_str()), ("0.04", "0.0412"));
    }

    #[test]
    fn ticks_show_the_decimals_of_their_step() {
        assert_eq!(tick(0.025, 0.025, 0.1, "share"), "2.5%");
        assert_eq!(tick(0.2, 0.2, 1.0, "share"), "20%");
        assert_eq!(tick(2_500_000.0, 500_000.0, 3e6, "statements"), "2.5 million");
        assert_eq!(tick(0.0, 1e9, 4e9, "statements"), "0");
        assert_eq!(tick(20_000.0, 5_000.0, 50_000.0, "statements"), "20,000");
        assert_eq!(tick(-0.5, 0.5, 1.0, "x"), "−0.5");
    }

    #[test]
    fn boxes_end_apart_and_within() {
        let sizes = [10.0, 20.0, 10.0, 10.0];
        let centres = spread(&[2, 0, 1, 3], &[50.0, 52.0, 49.0, 99.0], &sizes, 0.0, 100.0);
        let mut spans: Vec<_> = centres.iter().zip(sizes).map(|(c, s)| (c - s / 2.0, c + s / 2.0)).collect();
        spans.sort_by(|a, b| a.0.total_cmp(&b.0));
        assert!(spans.windows(2).all(|w| w[0].1 <= w[1].0 + 1e-9), "{spans:?}");
        assert!(spans[0].0 >= 0.0 && spans[3].1 <= 100.0);
        assert!(centres[2] < centres[0] && centres[0] < centres[1], "order is kept");
        assert_eq!(spread(&[0], &[5.0], &[2.0], 0.0, 10.0), [5.0]);
        assert!(spread(&[], &[], &[], 0.0, 1.0).is_empty());
    }

    #[test]
    fn long_lists_of_names_are_counted() {
        let all: Vec<String> = ["A", "B", "C", "D"].map(String::from).to_vec();
        assert_eq!(names(&all[..1], 3), "A");
        assert_eq!(names(&all[..3], 3), "A, B and C");
        assert_eq!(names(&all, 3), "A, B and 2 more");
        assert_eq!((some_names(&all, 4).as_str(), names(&all, 1).as_str()), ("A, B, C and D", "A and 3 more"));
        let long = ["A".repeat(60), "B".repeat(60)];
        assert!(some_names(&long, 4).ends_with("A and 1 more"));
    }
}
