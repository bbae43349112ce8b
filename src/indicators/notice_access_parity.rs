//! The indicator `notice-access-parity`.

use std::collections::BTreeMap;

use super::cells::{Cell, Cells, enough, number, value};
use super::contrasts::{self, Contrast, Two, without};
use super::notice_action_rate::{acted, decided};
use super::placed::{self, Place, Places};
use super::records::{natural, process, statistic};
use super::times::{level, set_limits};
use super::trusted_flagger_priority_ratio::WAITS;
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Measure, Predicate, Tally, UnitRows, Units};
use crate::error::Result;
use crate::estimate::{Estimate, IntervalKind, Status};
use crate::stats::proportion::{Pairs, binomial_test, newcombe_difference, newcombe_paired};

indicator! {
    /// Whether notices are treated alike with and without an account.
    ///
    /// # Question
    ///
    /// Do notices of people who are logged in lead to action as often, and as fast, as those of people who are not?
    ///
    /// # Formula
    ///
    /// ```text
    /// paired_difference    = (b − c)/n       n pairs of test notices of one item, both decided; b: action on the notice by a
    ///                                        person who was logged in alone, c: on the other alone
    /// paired_p_value       = exact test of b among b + c at ½ (McNemar)
    /// discordant_share     = (b + c)/n
    /// action_difference    = share with action, logged in − share with action, not logged in
    /// rmst_difference_30   = mean wait, cut off at 30 days, logged in − not logged in, in days
    /// ```
    ///
    /// The unit is the notified item. The first three rest on pairs of test notices (`pair_id`): one of each route, about the same
    /// item; a pair belongs to the period and group of its notice that was logged in. Pairs that lack a route, have one twice, or are
    /// not both decided are excluded and counted in the note. The last two rest on all other notices of which the data says whether
    /// the notifier was logged in. Below 10 pairs, or 10 items in either group, the result is `insufficient`; the p-value needs
    /// a pair that differs.
    ///
    /// # Uncertainty
    ///
    /// Pairs are a sample of the test notices that could have been sent: the limits of their difference are those of Newcombe for pairs,
    /// of kind *sampling*. All other notices are a census: the limits of `action_difference` (Newcombe) and `rmst_difference_30`
    /// (normal) are *process* limits. Items of one notice are decided together, so true limits are wider.
    ///
    /// # Limits
    ///
    /// - Only pairs compare like with like. People who log in notify other items than those who do not: the last two statistics
    ///   mix the route with what is notified.
    /// - Test notices must be true and lawful; which route comes first must be drawn by lot, and the second may be treated as
    ///   a duplicate of the first.
    /// - Waits are compared unpaired.
    /// - How many steps a notice takes on each route is another question, of the design of interfaces.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 16(1).
    /// - `McNemar` Q. (1947), "Note on the sampling error of the difference between correlated proportions or percentages",
    ///   *Psychometrika* 12, 153–157.
    /// - Newcombe R. G. (1998), "Improved confidence intervals for the difference between binomial proportions based on paired
    ///   data", *Statistics in Medicine* 17, 2635–2650.
    /// - Newcombe R. G. (1998), "Interval estimation for the difference between independent proportions: comparison of eleven
    ///   methods", *Statistics in Medicine* 17, 873–890.
    NoticeAccessParity {
        id: "notice-access-parity",
        version: 1,
        status: Stability::Experimental,
        name: "Notices with and without an account",
        question: "Do notices of people who are logged in lead to action as often, and as fast, as those of people who are not?",
        unit: "notified item",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "notice_times",
            cohort: Cohort::Own("received_at"),
            columns: &["decision", "decision_event", "decision_hours", "logged_in", "pair", "received_at"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D, Level::E],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 16(1)"],
        references: &[
            "McNemar 1947, Psychometrika 12, 153-157",
            "Newcombe 1998, Stat. Med. 17, 2635-2650",
            "Newcombe 1998, Stat. Med. 17, 873-890",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 5] = [
    statistic(
        "paired_difference",
        "difference of shares",
        10,
        "Share of pairs with action by route: logged in less not.",
    ),
    statistic("paired_p_value", "p-value", 10, "p-value of the hypothesis that action does not depend on the route."),
    statistic("discordant_share", "share", 10, "Pairs with action on one of both notices alone per pair."),
    statistic("action_difference", "difference of shares", 10, "Share of other items with action: logged in less not."),
    statistic(
        "rmst_difference_30",
        "days",
        10,
        "Mean wait of other items, cut off at thirty days: logged in less not.",
    ),
];

fn route(logged_in: bool) -> Predicate {
    let column = "logged_in";
    Predicate::And(vec![Predicate::not_null(column), Predicate::eq(column, logged_in), Predicate::is_null("pair")])
}

impl Indicator for NoticeAccessParity {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        let mut tallies = contrasts::tallies(&CARD, basis, scope, &WAITS, [route(true), route(false)]);
        // The first tally of each half counts its group; beside the waits, what was decided and how.
        let half = tallies.len() / 2;
        for (at, logged_in) in [(0, true), (half, false)] {
            if let Some(tally) = tallies.get_mut(at) {
                let with = |more| Predicate::And(vec![route(logged_in), more]);
                tally.measures.push(Measure::count_if("acted", with(acted())));
                tally.measures.push(Measure::count_if("decided", with(decided())));
            }
        }
        tallies
    }

    fn units(&self, basis: Basis, scope: &Scope) -> Vec<Units> {
        let Some(requirement) = CARD.requirement(basis) else { return Vec::new() };
        let filters = vec![Predicate::not_null("pair"), Predicate::not_null("logged_in")];
        vec![placed::units(requirement, scope, filters, &["decision", "logged_in", "pair", "platform"])]
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let two = Two::new(counts, &CARD, scope, &WAITS, ["logged in", "not logged in"])?;
        let cells = &two.first.cells;
        let mut rows = cells.undated_rows();
        let Some(requirement) = CARD.requirement(counts.basis) else { return Ok(rows) };
        let places = Places::new(requirement, scope);
        let tested = tested(counts.rows(0)?, &places);
        let [_, _, _, action, wait] = &STATISTICS;
        for cell in two.cells() {
            let found = tested.get(&places.of_cell(cell)).copied().unwrap_or_default();
            rows.extend(paired(cells, cell, found)?);
            let of = |cells: &Cells<'_>| {
                let counts = cells.by_cell.get(cell).into_iter().flat_map(BTreeMap::values);
                counts.fold((0, 0), |(k, n), v| (k + value(v, 2), n + value(v, 3)))
            };
            rows.push(difference(cells, cell, action, (of(cells), of(&two.second.cells)))?);
            rows.push(two.restricted_means(cell, wait, 30.0, Contrast::Difference)?);
        }
        Ok(rows)
    }
}

/// What became of the test notices of a cell.
#[derive(Debug, Clone, Copy, Default)]
struct Tested {
    pairs: Pairs,
    /// Pairs of which a notice is missing, double, or not decided.
    incomplete: u64,
}

/// Notices of one pair by route: how many, whether there was action on the last decided one, and where it belongs.
#[derive(Default)]
struct Pair {
    seen: [u32; 2],
    acted: [Option<bool>; 2],
    place: Option<Place>,
}

fn tested(units: &UnitRows, places: &Places<'_>) -> BTreeMap<Place, Tested> {
    let mut pairs: BTreeMap<(String, &str), Pair> = BTreeMap::new();
    for i in 0..units.len() {
        let (Some(id), Some(logged_in)) = (units.text("pair", i), units.bool("logged_in", i)) else { continue };
        let pair = pairs.entry((units.group("platform", i), id)).or_default();
        let at = usize::from(!logged_in);
        if let (Some(seen), Some(acted)) = (pair.seen.get_mut(at), pair.acted.get_mut(at)) {
            *seen += 1;
            *acted = units.text("decision", i).map(|d| d == "action_on_law" || d == "action_on_terms");
        }
        if logged_in || pair.place.is_none() {
            pair.place = Some(places.of(units, i));
        }
    }
    let mut tested: BTreeMap<Place, Tested> = BTreeMap::new();
    for Pair { seen, acted, place } in pairs.into_values() {
        let Some(place) = place else { continue };
        let into = tested.entry(place).or_default();
        let count = match (seen, acted) {
            ([1, 1], [Some(true), Some(true)]) => &mut into.pairs.both,
            ([1, 1], [Some(true), Some(false)]) => &mut into.pairs.first,
            ([1, 1], [Some(false), Some(true)]) => &mut into.pairs.second,
            ([1, 1], [Some(false), Some(false)]) => &mut into.pairs.neither,
            _ => &mut into.incomplete,
        };
        *count += 1;
    }
    tested
}

fn paired(cells: &Cells<'_>, cell: &Cell, Tested { pairs, incomplete }: Tested) -> Result<[Estimate; 3]> {
    let confidence = level(cells.scope)?;
    let row = |statistic| {
        let mut row = cells.row(cell, statistic);
        (row.k, row.n) = (Some(pairs.discordant().cast_signed()), Some(pairs.n().cast_signed()));
        row.add_note(&format!("action when logged in alone: {}; when not, alone: {}", pairs.first, pairs.second));
        if incomplete > 0 {
            row.add_note(&format!("excluded, pairs without a decision on each route: {incomplete}"));
        }
        row
    };
    let [difference, p, discordant, ..] = &STATISTICS;
    let made = newcombe_paired(pairs, confidence).ok();
    let mut first = row(difference);
    first.value = made.as_ref().map(|d| d.difference);
    let mut first = enough(first, difference);
    if let Some(limits) = made.map(|d| d.limits).filter(|_| first.status == Status::Ok) {
        let how = ("newcombe paired", IntervalKind::Sampling, confidence.level());
        set_limits(&mut first, Some(limits.lower), Some(limits.upper), how);
    }
    let mut second = row(p);
    second.value = binomial_test(pairs.first, pairs.discordant(), 0.5).ok().map(|t| t.p_value.clamp(0.0, 1.0));
    let mut third = row(discordant);
    let count = |n: u64| number(n.cast_signed());
    third.value = (pairs.n() > 0).then(|| count(pairs.discordant()) / count(pairs.n()));
    Ok([first, without(enough(second, p), "no pair differs: there is nothing to test"), enough(third, discordant)])
}

/// Shares with action among decided items, as counts (k, n) of each route.
fn difference(
    cells: &Cells<'_>,
    cell: &Cell,
    statistic: &Statistic,
    (one, other): ((i64, i64), (i64, i64)),
) -> Result<Estimate> {
    let mut row = cells.row(cell, statistic);
    (row.k, row.n) = (Some(one.0), Some(one.1.min(other.1)));
    row.clusters = Some(one.1 + other.1);
    row.add_note(&format!("{} of {} logged in against {} of {} not logged in", one.0, one.1, other.0, other.1));
    let counts = |(k, n): (i64, i64)| (natural(k), natural(n));
    let made = newcombe_difference(counts(one), counts(other), level(cells.scope)?).ok();
    row.value = made.as_ref().map(|d| d.difference);
    let mut row = enough(row, statistic);
    process(&mut row, cells.scope, made.map(|d| d.limits), "newcombe")?;
    Ok(row)
}
