//! The indicator `repeat-offender-rate`.

use super::cells::{Cells, enough, number, value};
use super::records::{dated, statistic};
use super::times::{Histograms, Times};
use super::{
    Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic, shares,
};
use crate::engine::{Key, Measure, Op, Predicate, Tally};
use crate::error::Result;
use crate::estimate::{Estimate, Status};

indicator! {
    /// How many traders with a confirmed offence have further ones.
    ///
    /// # Question
    ///
    /// Of the traders with an episode of confirmed offences, which share has a second and a third one?
    ///
    /// # Formula
    ///
    /// ```text
    /// K             = episodes of a trader within 90 days of its first, that one included
    /// share         = traders with K ≥ 2 / traders with K ≥ 1
    /// share_3       = traders with K ≥ 3 / traders with K ≥ 1
    /// within_30_days, within_90_days = 1 − S(30), 1 − S(90), S the Kaplan–Meier curve of the time to the second episode
    /// survival      = S(x): probability of no second episode within x days
    /// offences_per_1000_listings = 1000 · offences / listings, of traders with an offence
    /// ```
    ///
    /// The unit is the trader; a trader belongs to the period of its first episode. Confirmed offences of a trader
    /// within 24 hours of the first of them are one episode, so that a batch of 500 uploads counts once. For `share` and
    /// `share_3` every trader is followed for the same 90 days: those whose first episode is younger when observation
    /// ends are excluded, with a note. The curve uses all; it censors traders when they close their account, when it
    /// is terminated for good, or when observation ends. The last statistic sets all offences of these traders
    /// against all their listings. Below 10 traders the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// All traders of the platform are counted: there is no sampling interval. Limits of the curve are *process* limits:
    /// how far chance would move it if each trader were an independent draw of one stable process (Greenwood, log-log
    /// scale). Wilson limits of the shares, on request, are to be read alike.
    ///
    /// # Limits
    ///
    /// - It counts what was found. A platform that looks more closely finds more further offences.
    /// - Larger traders have more offences; Art. 23(3) names absolute numbers and relative proportion, and so both
    ///   are given.
    /// - One undertaking with several accounts counts several times, each time with fewer offences.
    /// - The length of an episode is a choice: measure with another one to see how far the result rests on it.
    /// - Censoring at an exit takes those who leave to be like those who stay. A termination that follows from
    ///   offences is not independent of them: the curve is about traders who may still sell.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 23(1) and (3).
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference", *Journal of the
    ///   American Statistical Association* 22, 209–212.
    /// - Kaplan E. L., Meier P. (1958), "Nonparametric estimation from incomplete observations", *Journal of the
    ///   American Statistical Association* 53, 457–481.
    RepeatOffenderRate {
        id: "repeat-offender-rate",
        version: 1,
        status: Stability::Experimental,
        name: "Traders with further offences",
        question: "Of the traders with an episode of confirmed offences, which share has a second and a third one?",
        unit: "trader with an offence",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "trader_records",
            cohort: Cohort::Own("first_episode_at"),
            columns: &[
                "episodes_within_90_days",
                "first_episode_at",
                "n_listings",
                "n_offences",
                "second_episode_event",
                "second_episode_hours",
            ], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 23(1) and (3)"],
        references: &[
            "Wilson 1927, J. Am. Stat. Assoc. 22, 209-212",
            "Kaplan, Meier 1958, J. Am. Stat. Assoc. 53, 457-481",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 7] = [
    statistic("share", "share", 10, "Share with a second episode within 90 days of the first."),
    statistic("share_3", "share", 10, "Share with a third episode within 90 days of the first."),
    statistic("within_30_days", "share", 10, "Probability of a second episode within 30 days."),
    statistic("within_90_days", "share", 10, "Probability of a second episode within 90 days."),
    statistic(
        "offences_per_1000_listings",
        "offences per 1,000 listings",
        10,
        "Offences in 1,000 listings of traders with an offence; k counts offences, n listings.",
    ),
    statistic("survival", "share", 10, "Probability of no second episode within x days: the points of the curve."),
    statistic("at_risk", "count", 10, "Traders observed for x days at least without a second episode."),
];

static TIMES: Times = Times {
    exit: "second_episode_hours",
    entry: None,
    event: "second_episode_event",
    events: &["second_episode"],
    per_unit: 24,
    unit: "days",
};

impl Indicator for RepeatOffenderRate {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        let Some(requirement) = CARD.requirement(basis) else { return Vec::new() };
        let keys = vec![Key::column(TIMES.event), Key::column(TIMES.exit)];
        let early = "episodes_within_90_days";
        let at_least = |k: i64| Predicate::Cmp(early.to_owned(), Op::Ge, k.into());
        let measures = vec![
            Measure::count("all"),
            Measure::count_if("cases", Predicate::True),
            Measure::count_if("followed", Predicate::not_null(early)),
            Measure::count_if("two", at_least(2)),
            Measure::count_if("three", at_least(3)),
            Measure::sum("offences", "n_offences"),
            Measure::sum("listings", "n_listings"),
            Measure::count_if("listed", Predicate::not_null("n_listings")),
        ];
        dated(scope.tallies_of(requirement, keys, measures))
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let all = Histograms::new(counts, &CARD, scope, &TIMES)?;
        let [two, three, month, quarter, rate, survival, at_risk] = &STATISTICS;
        let mut rows = Vec::new();
        for (cell, counts) in &all.cells.by_cell {
            let sum = |at| counts.values().map(|v| value(v, at)).sum::<i64>();
            let excluded = (sum(0), "fewer than 90 days observed after the first episode");
            rows.push(shares::row(&all.cells, cell, two, (sum(3), sum(2)), excluded)?);
            rows.push(shares::row(&all.cells, cell, three, (sum(4), sum(2)), excluded)?);
            rows.push(per_listings(&all.cells, cell, rate, (sum(5), sum(6), sum(7))));
            if let Some(table) = all.tables.get(cell) {
                rows.push(all.within(cell, table, month, 30.0));
                rows.push(all.within(cell, table, quarter, 90.0));
                rows.extend(all.curve_rows(cell, table, (survival, at_risk)));
            }
        }
        Ok(rows)
    }
}

fn per_listings(
    cells: &Cells<'_>,
    cell: &super::cells::Cell,
    statistic: &Statistic,
    (offences, listings, listed): (i64, i64, i64),
) -> Estimate {
    let mut row = cells.row(cell, statistic);
    if listed == 0 {
        return row.without_value(Status::NotApplicable, "the data has no listings.trader_id");
    }
    (row.k, row.n) = (Some(offences), Some(listings));
    row.value = (listings > 0).then(|| 1_000.0 * number(offences) / number(listings));
    enough(row, statistic)
}
