//! One partner at most for each item: the nearest pairs first.

use super::{Match, Rule};

/// Of all matches (one list for each item), those in which no item stands twice, on either side.
///
/// Pairs are taken by rule (barcode, brand and model, model, text) and then by falling similarity; ties go to the
/// pair that comes first. This is right where each side lists a product once, as two catalogues do. It is wrong for
/// listings against alerts, where many listings offer the same product. Gives (place in the list, match), sorted.
/// O(n log n) for n matches.
#[must_use]
pub fn one_to_one(matches: Vec<Vec<Match>>) -> Vec<(usize, Match)> {
    let mut pairs: Vec<(usize, Match)> =
        matches.into_iter().enumerate().flat_map(|(of, found)| found.into_iter().map(move |m| (of, m))).collect();
    pairs.sort_by(|(i, x), (j, y)| {
        let class = |rule: Rule| rule.min(Rule::Model);
        class(x.rule).cmp(&class(y.rule)).then(y.similarity.total_cmp(&x.similarity)).then((i, x.at).cmp(&(j, y.at)))
    });
    let (mut here, mut there) = (std::collections::HashSet::new(), std::collections::HashSet::new());
    pairs.retain(|(of, found)| {
        let free = !here.contains(of) && !there.contains(&found.at);
        if free {
            here.insert(*of);
            there.insert(found.at);
        }
        free
    });
    pairs.sort_by_key(|(of, found)| (*of, found.at));
    pairs
}
