//! The indicator `ods-implementation-rate`.

use super::complaint_reversal_rate::outcomes;
use super::declared::{self, Declared, Figure};
use super::records::statistic;
use super::{Direction, Level, Stability, Statistic};
use crate::estimate::{Estimate, Status};

indicator! {
    /// Share of out-of-court decisions against the platform that it carried out.
    ///
    /// # Question
    ///
    /// Of the decisions of certified bodies against the platform, which share did it implement, as it declares itself?
    ///
    /// # Formula
    ///
    /// ```text
    /// share = "Percentage of outcomes implemented" of part 7, as declared
    /// n     = disputes reversed + partly reversed
    /// ```
    ///
    /// The platform computes the share; the number of decisions behind it is that of the report. Where there was no such
    /// decision, there is nothing to implement: the cell should be blank, and a 0 in it is no share of 0. Where share times n is not a
    /// whole number within the digits given, the note says so.
    ///
    /// # Uncertainty
    ///
    /// It is a declared share of all such decisions, so there is no interval. Decisions are few: with five of them the share
    /// moves in steps of twenty points. There is none over several platforms.
    ///
    /// # Limits
    ///
    /// - Decisions of bodies do not bind (Art. 21(2)): a share below 1 is no breach by itself.
    /// - What counts as implemented is for the platform to say, and decisions of the last weeks may still be open.
    /// - Some providers give percent, and others the share of all outcomes and not of those against them.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 21(2) and 24(1)(a).
    /// - Commission Implementing Regulation (EU) 2024/2835 laying down templates of transparency reports, Annexes I and II.
    OdsImplementationRate {
        id: "ods-implementation-rate",
        version: 1,
        status: Stability::Experimental,
        name: "Out-of-court decisions implemented",
        question: "Of the decisions of certified bodies against the platform, which share did it implement, as it declares itself?",
        unit: "dispute outcome",
        direction: Direction::UpBetter,
        requires: &[declared::REQUIREMENT],
        statistics: &STATISTICS,
        levels: &[Level::A],
        smallest_n: 1,
        legal: &["Regulation (EU) 2022/2065, Art. 21(2)", "Regulation (EU) 2022/2065, Art. 24(1)(a)"],
        references: &["Implementing Regulation (EU) 2024/2835, Annexes I and II"],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 1] =
    [statistic("share", "share", 1, "Declared share of the decisions against the platform that it implemented.")];

const DECLARED: &[&str] = &["disputes_implemented", "disputes_partial", "disputes_reversed", "disputes_upheld"];

declared!(OdsImplementationRate);

fn declared(reports: &Declared<'_>) -> Vec<Estimate> {
    let [share] = &STATISTICS;
    let mut rows = reports.undated_rows(&[share]);
    for set in reports.sets() {
        for place in reports.places(&set, &["disputes_implemented"]) {
            let mut row = reports.single(&set, share, &place, 1.0, |r| {
                let [against, _] = outcomes(r, "disputes", &place);
                let mut given = r.figure("disputes_implemented", &place);
                if against.value == Some(0.0) && given.value.is_some() {
                    given = Figure::unknown("a share, since no decision was against the platform");
                } else if let (Some(x), Some(n)) = (given.value, against.value)
                    && (0.0..=1.0).contains(&x)
                {
                    let room = r.cells("disputes_implemented").map(|v| v.number().half_unit).fold(0.0, f64::max);
                    if (x * n - (x * n).round()).abs() > room * n + 1e-9 {
                        given.notes.push(format!("{x} of {n} decisions is no whole number"));
                    }
                }
                (given, against)
            });
            if row.status == Status::Insufficient {
                row.reason = Some("no decision was against the platform".to_owned());
            }
            rows.push(row);
        }
    }
    rows
}
