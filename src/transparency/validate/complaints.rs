//! Rules of part 7: complaints, disputes and their outcomes.

use std::collections::BTreeSet;

use super::report::{Report, Sum, figure};
use super::{Fault, V27, V28, V29, V30};
use crate::transparency::numbers::State;
use crate::transparency::values::ReportValue;

/// Kinds of complaints, by the decision that they are about.
const KINDS: [&str; 6] = [
    "complaints_visibility_total",
    "complaints_service_total",
    "complaints_account_total",
    "complaints_monetary_total",
    "complaints_notice_total",
    "complaints_flagger_notice_total",
];

pub(super) fn check(report: &Report, out: &mut Vec<Fault>) {
    let surfaces: BTreeSet<Option<&str>> =
        report.values.iter().filter(|v| v.part == 7).map(|v| v.surface.as_deref()).collect();
    for surface in surfaces {
        let one = |code: &str| {
            let cells: Vec<&ReportValue> =
                report.cells(code).iter().filter(|v| v.surface.as_deref() == surface).copied().collect();
            if cells.iter().any(|v| v.occurrence > 1) { None } else { Sum::of(cells) }
        };
        let place = surface.map_or_else(String::new, |s| format!(", {s}"));
        let fault = |rule, shown: String, a: &Sum, b: &Sum| {
            let cells: Vec<&ReportValue> = a.cells.iter().chain(&b.cells).copied().collect();
            report.fault(rule, format!("part 7{place}: {shown}"), &cells)
        };
        let outcomes = |group: &str| {
            ["upheld", "partial", "reversed", "omitted"]
                .into_iter()
                .fold(None, |sum, outcome| Sum::plus(sum, one(&format!("{group}_{outcome}"))))
        };
        if let (Some(total), Some(sum)) = (one("complaints_total"), outcomes("complaints"))
            && total.differs(&sum)
        {
            let shown = format!("outcomes {}, complaints {}", sum.shown(), figure(total.value));
            out.push(fault(V27, shown, &total, &sum));
        }
        // Disputes may be open at the end of the period: there can be fewer outcomes, but not more.
        if let (Some(total), Some(sum)) = (one("disputes_total"), outcomes("disputes"))
            && sum.exceeds(&total)
        {
            let shown = format!("outcomes of disputes {}, disputes {}", sum.shown(), figure(total.value));
            out.push(fault(V27, shown, &total, &sum));
        }
        kinds(&one, &fault, out);
        if let (Some(small), Some(large)) = (one("complaints_flagger_notice_total"), one("complaints_notice_total"))
            && small.exceeds(&large)
        {
            let shown = format!(
                "complaints about notices of trusted flaggers {}, about all notices {}",
                figure(small.value),
                figure(large.value)
            );
            out.push(fault(V29, shown, &small, &large));
        }
        implemented(&one, &fault, out);
    }
}

/// V28. The last kind may be counted within the one before it or beside it.
fn kinds<'a>(
    one: &impl Fn(&str) -> Option<Sum<'a>>,
    fault: &impl Fn(&'static super::Rule, String, &Sum, &Sum) -> Fault,
    out: &mut Vec<Fault>,
) {
    let Some(total) = one("complaints_total") else { return };
    let given: Vec<Sum> = KINDS.iter().filter_map(|code| one(code)).collect();
    let Some(all) = given.iter().cloned().fold(None, |sum, s| Sum::plus(sum, Some(s))) else { return };
    let mut nested = all.clone();
    nested.value -= one(KINDS[5]).map_or(0.0, |s| s.value);
    // A kind that is left blank does not apply, so that the others have to hold all; where rows are absent they need not.
    let whole = given.len() == KINDS.len();
    if total.differs(&all) && total.differs(&nested) && (whole || nested.exceeds(&total)) {
        let shown = format!("kinds of complaints {}, complaints {}", all.shown(), figure(total.value));
        out.push(fault(V28, shown, &total, &all));
    }
}

/// V30.
fn implemented<'a>(
    one: &impl Fn(&str) -> Option<Sum<'a>>,
    fault: &impl Fn(&'static super::Rule, String, &Sum, &Sum) -> Fault,
    out: &mut Vec<Fault>,
) {
    let Some(share) = one("disputes_implemented") else { return };
    let Some(cell) = share.cells.first().filter(|v| v.state == State::Number) else { return };
    let Some(decided) = Sum::plus(one("disputes_partial"), one("disputes_reversed")) else { return };
    let shown = |what: &str| {
        format!(
            "share of outcomes implemented {} of decisions reversed {}: {what}",
            figure(share.value),
            decided.shown()
        )
    };
    if decided.value == 0.0 {
        out.push(fault(V30, shown("there is nothing to implement, and the cell is not blank"), &share, &decided));
        return;
    }
    let count = share.value * decided.value;
    let room = cell.number().half_unit * decided.value + 1e-9;
    // Beyond 1 it is no share, which is told of elsewhere.
    if share.value <= 1.0 && (count - count.round()).abs() > room {
        out.push(fault(V30, shown(&format!("{} decisions, not a whole number", figure(count))), &share, &decided));
    }
}
