//! The indicator `workload-per-moderator`.

use super::declared::{self, Declared, Figure, Report};
use super::records::statistic;
use super::{Direction, Level, Stability, Statistic};
use crate::estimate::Estimate;
use crate::transparency::scopes::ScopeKind;

indicator! {
    /// Cases that were not decided by machines alone, per moderator and working day.
    ///
    /// # Question
    ///
    /// How many cases a day would each moderator have to look at, if a human looked at each case that no machine decided alone?
    ///
    /// # Formula
    ///
    /// ```text
    /// cases_per_day     = (O + N + C) / (F · D)
    /// cases_per_day_all = (T + N + C) / (F · D)
    /// O, T = own-initiative measures, and all measures, not taken by automated means (part 8)
    /// N    = notices not processed by automated means (part 8)
    /// C    = complaints (part 7)
    /// F    = internal and external moderators, in full-time equivalents (part 9)
    /// D    = Mondays to Fridays of the period
    /// minutes_per_case  = 480 / cases_per_day: a day of eight hours, with nothing else to do
    /// ```
    ///
    /// All of O, N and C have to be given: a blank does not apply, and a sum without it would be a load without those cases. The
    /// second counts measures that follow notices twice where both rows do, so that the two bracket what the report says.
    ///
    /// # Uncertainty
    ///
    /// The figures are complete counts by the platform, so there is no interval. The two ways of counting are a range of
    /// definition. There is no value over several platforms.
    ///
    /// # Limits
    ///
    /// - Measures that were taken in part by machines are in no row of the template: the load is a lower bound as far as humans
    ///   look at them too.
    /// - Cases without a measure, where a human looked and left things as they were, are in notices and complaints alone.
    /// - Moderators decide many like cases at once, and minutes per case differ a hundredfold between a scam listing and a
    ///   threat: it is a check on plausibility, and no measure of care.
    /// - Holidays, leave and training are not taken off; moderators of the whole world may be set against cases of the Union.
    /// - Part 8 may count notices in another way than part 4; see `tr-internal-consistency`.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 35(1)(c) and 42(2)(a).
    /// - Commission Implementing Regulation (EU) 2024/2835 laying down templates of transparency reports, Annex I, parts 7 to 9.
    WorkloadPerModerator {
        id: "workload-per-moderator",
        version: 1,
        status: Stability::Experimental,
        name: "Cases per moderator and working day",
        question: "How many cases a day would each moderator have to look at, if a human looked at each that no machine decided alone?",
        unit: "case",
        direction: Direction::UpWorse,
        requires: &[declared::REQUIREMENT],
        statistics: &STATISTICS,
        levels: &[Level::A],
        smallest_n: 1,
        legal: &["Regulation (EU) 2022/2065, Art. 35(1)(c)", "Regulation (EU) 2022/2065, Art. 42(2)(a)"],
        references: &["Implementing Regulation (EU) 2024/2835, Annex I, parts 7 to 9"],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 3] = [
    statistic(
        "cases_per_day",
        "cases per day",
        1,
        "Own-initiative measures and notices not handled by machines alone, and complaints, per moderator and working day.",
    ),
    statistic(
        "cases_per_day_all",
        "cases per day",
        1,
        "Measures of every origin, notices and complaints per moderator and working day.",
    ),
    statistic(
        "minutes_per_case",
        "minutes",
        1,
        "Minutes of a day of eight hours that each case of the first could have.",
    ),
];

const DECLARED: &[&str] = &[
    "complaints_total",
    "measures_not_automated",
    "moderators_external",
    "moderators_internal",
    "notices_not_automated",
];

declared!(WorkloadPerModerator);

/// Minutes of a working day.
const MINUTES: f64 = 480.0;

fn declared(reports: &Declared<'_>) -> Vec<Estimate> {
    let [own, all, minutes] = &STATISTICS;
    let mut rows = reports.undated_rows(&[own, all, minutes]);
    if !reports.undivided() {
        return rows;
    }
    let place = declared::Place::total();
    for set in reports.sets() {
        let days = declared::weekdays(set.period);
        let load = |r: &Report, kind: ScopeKind| -> [Figure; 2] {
            let measures = r.figure("measures_not_automated", &place.with(kind));
            let notices = r.figure("notices_not_automated", &place.with(ScopeKind::Notices));
            let cases = Figure::both(Figure::both(measures, notices), r.figure("complaints_total", &place));
            let mut staff = r.sum(&["moderators_internal", "moderators_external"], &place);
            staff.value = staff.value.map(|fte| fte * f64::from(days));
            [cases, staff]
        };
        let of_own = reports.ratio(&set, own, &place, 1.0, |r| load(r, ScopeKind::OwnInitiative));
        let of_all = reports.ratio(&set, all, &place, 1.0, |r| load(r, ScopeKind::Total));
        let mut each = reports.ratio(&set, minutes, &place, MINUTES, |r| {
            let [cases, staff] = load(r, ScopeKind::OwnInitiative);
            [staff, cases]
        });
        // Of a ratio turned over, cases are the denominator.
        (each.k, each.n) = (of_own.n, of_own.k);
        for mut row in [of_own, of_all, each] {
            row.add_note(&format!("{days} days from Monday to Friday, in full-time equivalents times days"));
            rows.push(row);
        }
    }
    rows
}
