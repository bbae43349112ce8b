//! The indicator `order-deadline-compliance`.

use super::cells::Cells;
use super::deadlines::{ByPlace, Case, Deadlines, calendar};
use super::declared::{self, Declared};
use super::placed::{self, Places};
use super::records::statistic;
use super::working_days::WorkingDays;
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Measure, Tally, UnitRows, Units};
use crate::error::Result;
use crate::estimate::Estimate;

indicator! {
    /// Share of orders of authorities that are given effect in time.
    ///
    /// # Question
    ///
    /// Are orders of authorities given effect within the period that the law, or the order itself, sets?
    ///
    /// # Formula
    ///
    /// ```text
    /// share           = timely / (timely + late)   over orders under GPSR Art. 22(4): effect by the end of the second working
    ///                                              day after the day of receipt
    /// share_own_limit = timely / (timely + late)   over other orders that set a period: effect by its end
    /// late, late_own_limit                         effect after that, or pending when it had passed
    ///
    /// in reports (part 3), declared medians in hours / 24:
    /// median_receipt_act, median_effect_act                  to confirm receipt of, and to give effect to, orders to act
    /// median_receipt_information, median_effect_information  the same of orders to provide information
    /// ```
    ///
    /// Reports do not say which orders were in time: they give medians, each with the number of orders as n. They come by `country` and
    /// by `category`, where the report breaks orders down. A blank median does not apply, as where there was no order.
    ///
    /// The unit is the order; it belongs to the period of its day of receipt in UTC. Working days follow Regulation 1182/71: the day of
    /// receipt is not counted, Saturdays, Sundays and the holidays of the study file (`holidays`) are none, and the period ends
    /// with the last hour of its last day, in the time zone `working_time_zone`. `share_without_holidays` counts every Monday to
    /// Friday. Under Art. 9 and 10 of the Digital Services Act the law gives no number: the end of the period that the order
    /// sets is taken, and orders without one are in neither share. Orders pending within their limit when observation ended
    /// are undecided: they are excluded and counted in the note, as are those with effect dated before receipt. Below
    /// n = 10 a share is `insufficient`; late orders are counted from n = 1.
    ///
    /// # Uncertainty
    ///
    /// The orders are all that were received, so there is no sampling interval. Where asked for, a Clopper–Pearson interval is
    /// given and called a *process* interval. Each late order missed its limit, however many were timely.
    ///
    /// # Limits
    ///
    /// - Orders are few: split by country, numbers are small and can point to single cases.
    /// - Public holidays differ between Member States, and the law does not say whose count.
    /// - Effect is what the platform records; whether the content stayed away is another question (`relisting-rate`).
    /// - The duty to inform the authority of the effect without undue delay is another one, and is not measured here.
    /// - An order that sets a shorter period under GPSR Art. 22(4) is held against the two working days all the same.
    /// - A median is no compliance: half of the orders took longer. Declared medians mix orders with limits of their own and
    ///   without, and under product safety law; an automated receipt may be counted as 0 hours.
    /// - Rows are taken one by one; more than five million are refused.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2023/988 on general product safety, Art. 22(4).
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 9(1) and 10(1).
    /// - Regulation (EEC, Euratom) No 1182/71 determining the rules applicable to periods, dates and time limits, Art. 2 and 3.
    /// - Clopper C. J., Pearson E. S. (1934), "The use of confidence or fiducial limits illustrated in the case of the
    ///   binomial", *Biometrika* 26, 404–413.
    OrderDeadlineCompliance {
        id: "order-deadline-compliance",
        version: 1,
        status: Stability::Experimental,
        name: "Orders of authorities given effect in time",
        question: "Are orders of authorities given effect within the period that the law, or the order itself, sets?",
        unit: "order",
        direction: Direction::UpBetter,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "order_times",
            cohort: Cohort::Own("received_at"),
            columns: &["effect_event", "legal_basis", "own_limit", "received_at", "waited_until"], optional: &[],
        }, declared::REQUIREMENT],
        statistics: &STATISTICS,
        levels: &[Level::A, Level::D],
        smallest_n: 10,
        legal: &[
            "Regulation (EU) 2023/988, Art. 22(4)",
            "Regulation (EU) 2022/2065, Art. 9(1)",
            "Regulation (EU) 2022/2065, Art. 10(1)",
            "Regulation (EEC, Euratom) No 1182/71, Art. 2 and 3",
        ],
        references: &["Clopper, Pearson 1934, Biometrika 26, 404-413"],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 9] = [
    statistic(
        "share",
        "share",
        10,
        "Orders under GPSR Art. 22(4) given effect within two working days per such order.",
    ),
    statistic("share_without_holidays", "share", 10, "The same where every Monday to Friday is a working day."),
    statistic(
        "late",
        "count",
        1,
        "Orders under GPSR Art. 22(4) given effect later, or pending after two working days.",
    ),
    statistic(
        "share_own_limit",
        "share",
        10,
        "Other orders given effect within the period that they set per such order.",
    ),
    statistic("late_own_limit", "count", 1, "Other orders given effect later than they set, or pending after that."),
    statistic("median_receipt_act", "days", 10, "In reports, median time to confirm receipt of an order to act."),
    statistic("median_effect_act", "days", 10, "In reports, median time to give effect to an order to act."),
    statistic(
        "median_receipt_information",
        "days",
        10,
        "In reports, median time to confirm receipt of an order to provide information.",
    ),
    statistic(
        "median_effect_information",
        "days",
        10,
        "In reports, median time to give effect to an order to provide information.",
    ),
];

const DECLARED: &[&str] = &[
    "orders_act",
    "orders_act_effect_time",
    "orders_act_inform_time",
    "orders_information",
    "orders_information_effect_time",
    "orders_information_inform_time",
];

fn declared(reports: &Declared<'_>) -> Vec<Estimate> {
    let [.., receipt_act, effect_act, receipt_information, effect_information] = &STATISTICS;
    let medians = [
        (receipt_act, "orders_act_inform_time", "orders_act"),
        (effect_act, "orders_act_effect_time", "orders_act"),
        (receipt_information, "orders_information_inform_time", "orders_information"),
        (effect_information, "orders_information_effect_time", "orders_information"),
    ];
    let mut rows = reports.undated_rows(&medians.map(|(statistic, ..)| statistic));
    for set in reports.sets() {
        for place in reports.places(&set, DECLARED) {
            for (statistic, time, orders) in medians {
                rows.push(reports.single(&set, statistic, &place, declared::PER_DAY, |r| {
                    (r.figure(time, &place), r.figure(orders, &place))
                }));
            }
        }
    }
    rows
}

/// Working days that the law gives.
const LIMIT: u32 = 2;

/// Code of orders to which that limit applies.
const BY_LAW: &str = "gpsr_22_4";

impl Indicator for OrderDeadlineCompliance {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        if basis == Basis::Report {
            return Vec::new();
        }
        let Some(requirement) = CARD.requirement(basis) else { return Vec::new() };
        scope.tallies_of(requirement, vec![], vec![Measure::count("orders")])
    }

    fn units(&self, basis: Basis, scope: &Scope) -> Vec<Units> {
        if basis == Basis::Report {
            return declared::units(scope, DECLARED);
        }
        let Some(requirement) = CARD.requirement(basis) else { return Vec::new() };
        let columns = ["effect_event", "legal_basis", "own_limit", "received_at", "waited_until"];
        vec![placed::units(requirement, scope, vec![], &columns)]
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        if counts.basis == Basis::Report {
            return Ok(declared(&Declared::new(counts, &CARD, scope)));
        }
        let cells = Cells::new(counts, &CARD, scope)?;
        let mut rows = cells.undated_rows();
        let Some(requirement) = CARD.requirement(counts.basis) else { return Ok(rows) };
        let (units, places) = (counts.rows(0)?, Places::new(requirement, scope));
        let days = WorkingDays::new(&scope.parameters)?;
        let plain = days.without_holidays();
        let (by_law, by_plain) = (by_law(units, &places, &days), by_law(units, &places, &plain));
        let own = by_own_limit(units, &places);
        let [share, share_plain, late, share_own, late_own, ..] = &STATISTICS;
        for (cell, values) in &cells.by_cell {
            let place = places.of_cell(cell);
            let of = |outcomes: &ByPlace| outcomes.get(&place).copied().unwrap_or_default();
            let note = calendar(&scope.parameters, &days);
            let one = Deadlines { cells: &cells, cell, outcomes: of(&by_law), note: &note };
            rows.push(one.share(share, scope)?);
            rows.push(one.late(late));
            let note = calendar(&scope.parameters, &plain);
            rows.push(
                Deadlines { cells: &cells, cell, outcomes: of(&by_plain), note: &note }.share(share_plain, scope)?,
            );
            let all: i64 = values.values().map(|v| super::cells::value(v, 0)).sum();
            let with = |o: super::deadlines::Outcomes| o.judged() + o.undecided + o.unknown;
            let note = format!("orders without a period of their own: {}", all - with(of(&by_law)) - with(of(&own)));
            let one = Deadlines { cells: &cells, cell, outcomes: of(&own), note: &note };
            rows.push(one.share(share_own, scope)?);
            rows.push(one.late(late_own));
        }
        Ok(rows)
    }
}

fn case(units: &UnitRows, i: usize) -> Case {
    Case {
        from: units.integer("received_at", i),
        until: units.integer("waited_until", i),
        done: units.text("effect_event", i) == Some("effect"),
    }
}

fn by_law(units: &UnitRows, places: &Places<'_>, days: &WorkingDays) -> ByPlace {
    let mut outcomes = ByPlace::new();
    for i in (0..units.len()).filter(|i| units.text("legal_basis", *i) == Some(BY_LAW)) {
        let case = case(units, i);
        let end = case.from.and_then(|from| days.end(from, LIMIT));
        outcomes.entry(places.of(units, i)).or_default().add(case, end);
    }
    outcomes
}

/// The instant that an order sets is still in time.
fn by_own_limit(units: &UnitRows, places: &Places<'_>) -> ByPlace {
    let mut outcomes = ByPlace::new();
    for i in 0..units.len() {
        let Some(limit) = units.integer("own_limit", i) else { continue };
        outcomes.entry(places.of(units, i)).or_default().add(case(units, i), limit.checked_add(1));
    }
    outcomes
}
