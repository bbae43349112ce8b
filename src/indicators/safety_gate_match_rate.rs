//! The indicator `safety-gate-match-rate`.

use super::cells::{Cell, CellCounts, Cells, value};
use super::records::statistic;
use super::times::{Histograms, Times};
use super::{
    Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic, shares,
};
use crate::engine::{Key, Measure, Op, Predicate, Scalar, Tally};
use crate::error::Result;
use crate::estimate::Estimate;

indicator! {
    /// Alerts of dangerous products of which a listing is live when, and after, they are published.
    ///
    /// # Question
    ///
    /// Of how many published dangerous products is there still an offer, and how long does it stay?
    ///
    /// # Formula
    ///
    /// ```text
    /// share          = alerts with a matching listing live t days after publication / alerts observed then
    ///                  t = 0, 7, 30 (group days)
    /// share_at_end   = alerts with a matching listing live when observation ended / alerts published before
    /// matched_share  = alerts whose strongest match with a listing, live at any time, is of a rule (group rule) / alerts
    /// S(u)           = Π (1 − dᵢ/nᵢ) over uᵢ ≤ u    Kaplan–Meier of the time until the last listing had gone
    /// median_removal = smallest u with 1 − S(u) ≥ 0.5
    /// gone_within_7_days = 1 − S(7 days), and so on
    /// ```
    ///
    /// The unit is the alert on one platform: over several platforms each alert counts on each. The period is that of the
    /// day of publication in UTC. A listing matches by equal barcodes (after normalisation), by brand and model number, or by a model number that is
    /// specific by itself while no other brand is named; never by similar texts alone. Every match stands with its evidence
    /// in the view `alert_listings`. Times are of alerts with a listing live at publication, until the last of those listings was removed by the platform,
    /// or ended by the trader: whole hours, given in days. What was not seen to go is censored. Below 10 alerts the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// Alerts and listings are all that the data holds: there is no sampling interval. Limits of times are of kind *process*
    /// (Greenwood on the log-log scale; Brookmeyer and Crowley); those of shares are given on request (Wilson).
    ///
    /// # Limits
    ///
    /// - It is a lower bound: offers without barcode, brand and model number are found by no rule, and listings that the
    ///   data does not hold by nobody.
    /// - A match says that two records name the same product. Alerts can be about single batches, and the unit on sale another one.
    /// - How often matches are right is for an audit to say (question `match`); `systemic match --near` shows what came close.
    /// - Alerts published before listings were observed count at the times that were observed alone.
    /// - A listing that was collected counts as live from when it was seen first until it was seen last.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2023/988 on general product safety, Art. 22(5) to (7), 25, 26.
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 31(3).
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference", *Journal of the
    ///   American Statistical Association* 22, 209–212.
    /// - Kaplan E. L., Meier P. (1958), "Nonparametric estimation from incomplete observations", *Journal of the
    ///   American Statistical Association* 53, 457–481.
    /// - Brookmeyer R., Crowley J. (1982), "A confidence interval for the median survival time", *Biometrics* 38,
    ///   29–41.
    SafetyGateMatchRate {
        id: "safety-gate-match-rate",
        version: 1,
        status: Stability::Experimental,
        name: "Alerts with a matching live listing",
        question: "Of how many published dangerous products is there still an offer, and how long does it stay?",
        unit: "alert",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Listings,
            table: "alert_matches",
            cohort: Cohort::Own("published_at"),
            columns: &["live_0", "live_30", "live_7", "live_at_end", "published_at", "removal_event", "removal_hours", "rule"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::C, Level::E],
        smallest_n: 10,
        legal: &["Regulation (EU) 2023/988, Art. 22(6)", "Regulation (EU) 2022/2065, Art. 31(3)"],
        references: &[
            "Wilson 1927, J. Am. Stat. Assoc. 22, 209-212",
            "Kaplan, Meier 1958, J. Am. Stat. Assoc. 53, 457-481",
            "Brookmeyer, Crowley 1982, Biometrics 38, 29-41",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 8] = [
    statistic(
        "share",
        "share",
        10,
        "Alerts with a matching listing live so many days after publication (group days), per alert.",
    ),
    statistic("share_at_end", "share", 10, "Alerts with a matching listing live when observation ended, per alert."),
    statistic("matched_share", "share", 10, "Alerts whose strongest match is of a rule (group rule), per alert."),
    statistic("median_removal", "days", 10, "Time by which the last listing of half of the alerts had gone."),
    statistic("gone_within_7_days", "share", 10, "Probability that the last listing had gone within seven days."),
    statistic("gone_within_30_days", "share", 10, "Probability that the last listing had gone within thirty days."),
    statistic("survival", "share", 10, "Probability that a listing is left after x days: the points of the curve."),
    statistic("at_risk", "count", 10, "Alerts observed to have a listing for x days at least."),
];

static TIMES: Times = Times {
    exit: "removal_hours",
    entry: None,
    event: "removal_event",
    events: &["removed", "ended"],
    per_unit: 24,
    unit: "days",
};

/// Days after publication, and the columns of the listings live then.
const LIVE: [(&str, &str); 3] = [("0", "live_0"), ("7", "live_7"), ("30", "live_30")];
/// Position of the measures of live listings, two each.
const FIRST_LIVE: usize = 2;
/// What every number is.
const BOUND: &str = "a lower bound: offers that name neither barcode nor model are not found";

impl Indicator for SafetyGateMatchRate {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        let Some(requirement) = CARD.requirement(basis) else { return Vec::new() };
        let mut measures = vec![Measure::count("all"), Measure::count_if("cases", Predicate::not_null(TIMES.event))];
        for column in LIVE.map(|(_, column)| column).into_iter().chain(["live_at_end"]) {
            let live = Predicate::Cmp(column.to_owned(), Op::Gt, Scalar::Int(0));
            let live = Predicate::And(vec![Predicate::not_null(column), live]);
            measures.push(Measure::count_if(column, live));
            measures.push(Measure::count_if(&format!("{column}_known"), Predicate::not_null(column)));
        }
        let keys = [TIMES.event, TIMES.exit].map(Key::column).to_vec();
        let mut tallies = scope.tallies_of(requirement, keys, measures);
        if let Some(tally) = tallies.first_mut() {
            let of_rule = |rule| Measure::count_if(&format!("rule_{rule}"), Predicate::eq("rule", rule));
            tally.measures.extend(RULES.map(of_rule));
        }
        tallies
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let all = Histograms::new(counts, &CARD, scope, &TIMES)?;
        let [share, at_end, matched, median, week, month, survival, at_risk] = &STATISTICS;
        let mut rows = all.cells.undated_rows();
        for (cell, counts) in &all.cells.by_cell {
            for (at, (days, _)) in (FIRST_LIVE..).step_by(2).zip(LIVE) {
                let mut row = live(&all.cells, (cell, counts), share, at)?;
                shares::part(&mut row, "days", days);
                rows.push(row);
            }
            rows.push(live(&all.cells, (cell, counts), at_end, FIRST_LIVE + 2 * LIVE.len())?);
            let n = sum(counts, 0);
            for (at, rule) in (FIRST_LIVE + 2 * LIVE.len() + 2..).zip(RULES) {
                let mut row = shares::row(&all.cells, cell, matched, (sum(counts, at), n), (n, ""))?;
                row.add_note(BOUND);
                shares::part(&mut row, "rule", rule);
                rows.push(row);
            }
        }
        for (cell, table) in &all.tables {
            rows.push(all.quantile(cell, table, median, 0.5));
            rows.push(all.within(cell, table, week, 7.0));
            rows.push(all.within(cell, table, month, 30.0));
            rows.extend(all.curve_rows(cell, table, (survival, at_risk)));
        }
        Ok(rows)
    }
}

/// Codes of the rules that alerts are matched by, the strongest first.
const RULES: [&str; 3] = ["barcode", "brand-model", "model"];

fn sum(counts: &CellCounts, at: usize) -> i64 {
    counts.values().map(|v| value(v, at)).sum()
}

fn live(cells: &Cells<'_>, (cell, counts): (&Cell, &CellCounts), statistic: &Statistic, at: usize) -> Result<Estimate> {
    let of = (sum(counts, at), sum(counts, at + 1));
    let mut row = shares::row(cells, cell, statistic, of, (sum(counts, 0), "not observed at that time"))?;
    row.add_note(BOUND);
    Ok(row)
}
