//! The indicator `post-threshold-activity`.

use super::cells::{Cell, Cells, number, value};
use super::records::{dated, natural, process, statistic};
use super::times::level;
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Measure, Predicate, Tally};
use crate::error::Result;
use crate::estimate::{Estimate, Status};
use crate::stats::rate::poisson_rate;

indicator! {
    /// What traders went on to offer and sell after the policy demanded their suspension.
    ///
    /// # Question
    ///
    /// Between the episode after which the policy demands a suspension and that suspension, how many listings went live, how
    /// often were the trader's listings seen, and how many orders were placed?
    ///
    /// # Formula
    ///
    /// ```text
    /// D                       = Σ over traders of the time from the threshold to the exit, in days
    /// listings, orders        = listings that went live and orders that were placed in that time
    /// views                   = impressions on the whole UTC days between, whose number is V
    /// listings_per_trader_day = listings / D,  orders_per_trader_day = orders / D,  views_per_trader_day = views / V
    /// ```
    ///
    /// The unit is the trader that reached the threshold, as for `time-to-suspension`; it belongs to the period of its threshold.
    /// The exit is a suspension or termination, the closing of the account, or the end of observation. Cancelled orders do
    /// not count, refunded ones do. Impressions are known by day, so that the days of the threshold and of the exit
    /// are left out of them and of their denominator. What the data has no table for is `not_applicable`. Traders
    /// whose exit is not known are excluded, with a note. Below 10 traders the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// All listings and orders are counted: there is no sampling interval. Limits of the rates are the exact ones of Garwood, of
    /// kind *process*: how far chance would move them if listings or orders came independently at one rate. They come in
    /// bursts, and from some traders more than from others, so true limits are wider. Impressions are too far
    /// from independent for such limits and have none.
    ///
    /// # Limits
    ///
    /// - Not all that is offered after the threshold is illegal: it is what the policy says should not be offered by them.
    /// - A few traders can make most of the orders; mind the disclosure rules before totals of few traders are published.
    /// - Money is not added up here: amounts in several currencies have no sum.
    /// - What an undertaking sells under other accounts is not in it.
    /// - Times that end with observation are cut short, which the rates allow for and the totals do not.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 23 and 34.
    /// - Garwood F. (1936), "Fiducial limits for the Poisson distribution", *Biometrika* 28, 437–442.
    PostThresholdActivity {
        id: "post-threshold-activity",
        version: 1,
        status: Stability::Experimental,
        name: "Activity after the threshold of suspension",
        question: "How much did traders offer and sell after the policy demanded their suspension and before it came?",
        unit: "trader at the threshold",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "threshold_activity",
            cohort: Cohort::Own("threshold_at"),
            columns: &[
                "active_minutes",
                "active_listings",
                "active_orders",
                "active_views",
                "threshold_at",
                "viewed_days",
            ], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 23", "Regulation (EU) 2022/2065, Art. 34"],
        references: &["Garwood 1936, Biometrika 28, 437-442"],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 7] = [
    statistic("trader_days", "days", 10, "Days from the threshold to the exit, over all traders."),
    statistic("listings", "count", 10, "Listings that went live in that time."),
    statistic("orders", "count", 10, "Orders that were placed in that time."),
    statistic("views", "count", 10, "Impressions on whole days of that time."),
    statistic("listings_per_trader_day", "listings per trader-day", 10, "Listings that went live, by trader and day."),
    statistic("orders_per_trader_day", "orders per trader-day", 10, "Orders, by trader and day."),
    statistic("views_per_trader_day", "views per trader-day", 10, "Impressions, by trader and whole day."),
];

const MINUTES: usize = 2;
const VIEWED_DAYS: usize = 3;

/// What is counted: its sum and the number of traders for whom it is known, among the measures; the table that it is from.
const ACTIVITIES: [(usize, usize, &str); 3] =
    [(4, 5, "listings.live_at"), (6, 7, "purchases.ordered_at"), (8, 9, "views.impressions")];

impl Indicator for PostThresholdActivity {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        let Some(requirement) = CARD.requirement(basis) else { return Vec::new() };
        let mut measures = vec![
            Measure::count("all"),
            Measure::count_if("timed", Predicate::not_null("active_minutes")),
            Measure::sum("minutes", "active_minutes"),
            Measure::sum("viewed", "viewed_days"),
        ];
        for column in ["active_listings", "active_orders", "active_views"] {
            measures.push(Measure::sum(column, column));
            measures.push(Measure::count_if(&format!("with_{column}"), Predicate::not_null(column)));
        }
        dated(scope.tallies_of(requirement, vec![], measures))
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let cells = Cells::new(counts, &CARD, scope)?;
        let [trader_days, totals @ ..] = &STATISTICS;
        let mut rows = Vec::new();
        for (cell, counts) in &cells.by_cell {
            let sum = |at| counts.values().map(|v| value(v, at)).sum::<i64>();
            let days = number(sum(MINUTES)) / 1440.0;
            let mut row = row(&cells, cell, trader_days, (sum(1), sum(0)));
            row.value = Some(days);
            rows.push(enough(row, trader_days));
            let rates = totals.get(3..).unwrap_or_default();
            for ((total, rate), (at, known, origin)) in totals.iter().zip(rates).zip(ACTIVITIES) {
                let exposure = if origin == "views.impressions" { number(sum(VIEWED_DAYS)) } else { days };
                let (events, traders) = (sum(at), sum(known));
                for statistic in [total, rate] {
                    let mut row = self::row(&cells, cell, statistic, (sum(1), sum(0)));
                    if traders == 0 && sum(1) > 0 {
                        let reason = format!("the data has no {origin}");
                        rows.push(row.without_value(Status::NotApplicable, reason));
                        continue;
                    }
                    row.k = Some(events);
                    if statistic.name == total.name {
                        row.value = Some(number(events));
                        rows.push(enough(row, statistic));
                        continue;
                    }
                    row.add_note(&format!("{exposure:.1} trader-days"));
                    let made = poisson_rate(natural(events), exposure, level(scope)?).ok();
                    row.value = made.as_ref().map(|r| r.rate);
                    let mut row = enough(row, statistic);
                    if row.status == Status::Ok && row.value.is_none() {
                        row = row.without_value(Status::Insufficient, "no time between threshold and exit");
                    }
                    let limits = made.map(|r| r.limits).filter(|_| origin != "views.impressions");
                    process(&mut row, scope, limits, "garwood")?;
                    rows.push(row);
                }
            }
        }
        Ok(rows)
    }
}

fn enough(row: Estimate, statistic: &Statistic) -> Estimate {
    super::cells::enough(row, statistic)
}

fn row(cells: &Cells<'_>, cell: &Cell, statistic: &Statistic, (timed, all): (i64, i64)) -> Estimate {
    let mut row = cells.row(cell, statistic);
    row.n = Some(timed);
    if timed < all {
        row.add_note(&format!("excluded, without a time: {}", all - timed));
    }
    row
}
