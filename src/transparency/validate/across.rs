//! Rules between parts.

use super::report::{Report, Sum, figure};
use super::{Fault, V24, V25, V26, V31};
use crate::transparency::scopes::ScopeKind::{Notices, OwnInitiative, Total};
use crate::transparency::values::ReportValue;

pub(super) fn check(report: &Report, out: &mut Vec<Fault>) {
    let total = |code| report.total(code, Total);
    let own = |code| report.total(code, OwnInitiative);
    let fault = |rule, shown, a: &Sum, b: &Sum| {
        let cells: Vec<&ReportValue> = a.cells.iter().chain(&b.cells).copied().collect();
        report.fault(rule, shown, &cells)
    };
    let measures = Sum::plus(total("illegal_measures"), total("terms_measures"));
    let decided = Sum::plus(own("measures_automated"), own("measures_not_automated"));
    if let (Some(decided), Some(measures)) = (&decided, &measures)
        && decided.exceeds(measures)
    {
        let shown = format!(
            "own-initiative measures by automated and other means {} (part 8), measures {} (parts 5 and 6)",
            decided.shown(),
            measures.shown()
        );
        out.push(fault(V24, shown, decided, measures));
    }
    let detected = Sum::plus(total("illegal_detected_automated"), total("terms_detected_automated"));
    if let (Some(alone), Some(detected)) = (own("measures_automated"), &detected)
        && alone.differs(detected)
    {
        let shown = format!(
            "own-initiative measures by automated means alone {} (part 8), measures detected by automated means alone {} \
             (parts 5 and 6)",
            alone.shown(),
            detected.shown()
        );
        out.push(fault(V25, shown, &alone, detected));
    }
    let of = |code| report.total(code, Notices);
    let processed = Sum::plus(of("notices_automated"), of("notices_not_automated"));
    if let (Some(processed), Some(notices)) = (processed, total("notices"))
        && processed.differs(&notices)
    {
        let shown = format!("notices {} (part 8), {} (part 4)", processed.shown(), notices.shown());
        out.push(fault(V26, shown, &processed, &notices));
    }
    suspensions(report, out);
}

/// V31: suspensions for manifestly illegal content beside all restrictions of accounts and of the service, and actions on
/// notices, among which they have to be.
fn suspensions(report: &Report, out: &mut Vec<Fault>) {
    let Some(suspended) = report.total("suspensions_illegal_content", Total) else { return };
    let restrictions = [
        "illegal_account_suspension",
        "illegal_account_termination",
        "illegal_service_suspension",
        "illegal_service_termination",
        "terms_account_suspension",
        "terms_account_termination",
        "terms_service_suspension",
        "terms_service_termination",
    ];
    let sum = |codes: &[&str]| codes.iter().fold(None, |sum, code| Sum::plus(sum, report.total(code, Total)));
    let Some(restricted) = sum(&restrictions) else { return };
    let acted = sum(&["notices_law", "notices_terms"]);
    let most = restricted.value + acted.as_ref().map_or(0.0, |s| s.value);
    if suspended.value > most {
        let shown = format!(
            "suspensions for manifestly illegal content {} (part 7), restrictions of accounts and of the service {} \
             (parts 5 and 6), actions on notices {} (part 4)",
            figure(suspended.value),
            figure(restricted.value),
            acted.map_or_else(|| "not given".to_owned(), |s| figure(s.value))
        );
        let cells: Vec<&ReportValue> = suspended.cells.iter().chain(&restricted.cells).copied().collect();
        out.push(report.fault(V31, shown, &cells));
    }
}
