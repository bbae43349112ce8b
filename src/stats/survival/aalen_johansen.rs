//! Aalen–Johansen estimate of the probability of each of several rival events.
//!
//! Source: O. O. Aalen and S. Johansen, *Scandinavian Journal of Statistics* 5 (1978), 141–150; H. Putter,
//! M. Fiocco and R. B. Geskus, "Tutorial in biostatistics: competing risks and multi-state models",
//! *Statistics in Medicine* 26 (2007), 2389–2430. The two variances are those of the R packages survival
//! (infinitesimal jackknife) and cmprsk (E. Marubini and M. G. Valsecchi, *Analysing Survival Data from
//! Clinical Trials and Observational Studies* (1995), section 10.3).

use super::table::Row;
use super::{Confidence, Limits, RiskTable, StatsError, Transform, last_at_most, real};

/// Which variance of a cumulative incidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IncidenceVariance {
    /// Σ over units of the squared derivative of the estimate by the unit's weight, as `survfit` of R's
    /// survival gives. It is for tables without late entry.
    #[default]
    InfinitesimalJackknife,
    /// Sum over times of the squared effects of each type's events, with the hypergeometric factor
    /// `1 − (d − 1)/(n − 1)` for ties, as `cuminc` of R's cmprsk gives. Late entries are allowed.
    Aalen,
}

/// Probabilities of rival events: one curve for each type.
#[derive(Debug, Clone, PartialEq)]
pub struct AalenJohansen {
    /// The types of events, in increasing order.
    pub types: Vec<u32>,
    /// The distinct times of exit.
    pub times: Vec<f64>,
    /// Units at risk at each time.
    pub at_risk: Vec<u64>,
    /// Probability of no event of any type up to and including each time.
    pub event_free: Vec<f64>,
    /// For each type, the probability at each time that an event of this type has happened.
    pub incidence: Vec<Vec<f64>>,
    /// The variances of these probabilities.
    pub variance: Vec<Vec<f64>>,
    /// Which variance.
    pub method: IncidenceVariance,
    /// The probabilities are conditional on no event up to here: the earliest entry where every unit came
    /// late, else 0.
    pub conditional_on_at_least: f64,
}

/// The probability of one type of event at a chosen time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IncidenceAt {
    /// Probability that an event of this type has happened by the time.
    pub incidence: f64,
    /// Its standard error; `None` where none has happened yet.
    pub standard_error: Option<f64>,
}

impl IncidenceAt {
    /// Pointwise limits, on the scale of the incidence itself (not of its complement), as in R's `survfit`.
    #[must_use]
    pub fn limits(&self, transform: Transform, confidence: Confidence) -> Option<Limits> {
        transform.limits(self.incidence, self.standard_error?, confidence)
    }
}

/// Estimates the probability of each type of event in the presence of the others.
///
/// With dⱼ events of type j among n at risk, and S the Kaplan–Meier curve of events of any type,
///
/// ```text
/// Fⱼ(t) = Σ S(u−) dⱼ(u)/n(u)   over u ≤ t          Σⱼ Fⱼ(t) + S(t) = 1
/// ```
///
/// It is what 1 − Kaplan–Meier with the other types as censorings overstates: that is the probability were
/// the others abolished, under an assumption that cannot be tested. Conditions as in
/// [`super::kaplan_meier()`]; whether a unit is censored tells nothing about the type either.
///
/// Complexity: O(T·J) for T distinct times and J types.
///
/// # Errors
/// [`StatsError::Insufficient`] for a table without events; [`StatsError::Contradiction`] for the jackknife
/// where units came late, as it needs to know which unit came when: choose [`IncidenceVariance::Aalen`].
pub fn aalen_johansen(table: &RiskTable, method: IncidenceVariance) -> Result<AalenJohansen, StatsError> {
    let types = table.event_types();
    if types.is_empty() {
        return Err(StatsError::Insufficient("no event"));
    }
    if method == IncidenceVariance::InfinitesimalJackknife && table.delayed() > 0 {
        return Err(StatsError::Contradiction("the infinitesimal jackknife needs units without late entry"));
    }
    let mut found = AalenJohansen {
        times: Vec::new(),
        at_risk: Vec::new(),
        event_free: Vec::new(),
        incidence: vec![Vec::new(); types.len()],
        variance: vec![Vec::new(); types.len()],
        method,
        conditional_on_at_least: table.observed_from(),
        types,
    };
    let mut state = vec![State::default(); found.types.len()];
    let mut shared = Shared { free: 1.0, own: 0.0, left: 0.0 };
    for row in table.rows() {
        let before = shared;
        shared.step(&row);
        for (j, (state, event)) in state.iter_mut().zip(&found.types).enumerate() {
            let variance = match method {
                IncidenceVariance::InfinitesimalJackknife => state.jackknife(&before, &row, *event),
                IncidenceVariance::Aalen => state.aalen(&before, &shared, &row, *event),
            };
            found.incidence[j].push(state.incidence);
            found.variance[j].push(variance.max(0.0));
        }
        found.times.push(row.time);
        found.at_risk.push(row.at_risk);
        found.event_free.push(shared.free);
    }
    Ok(found)
}

/// What the types share. The derivatives are those of S by the weight of one unit: all units still at risk
/// have the same one, `own`; `left` is the sum of squares over those that have left.
#[derive(Debug, Clone, Copy)]
struct Shared {
    free: f64,
    own: f64,
    left: f64,
}

impl Shared {
    fn step(&mut self, row: &Row) {
        let n = real(row.at_risk);
        let hazard = real(row.events()) / n;
        let unit = self.free / n;
        let own = self.own * (1.0 - hazard) + unit * hazard;
        // A unit with an event loses in S what the jump gives to its type.
        let with_event = own - unit;
        self.left = self.left * (1.0 - hazard).powi(2)
            + real(row.events()) * with_event * with_event
            + real(row.censored()) * own * own;
        self.own = own;
        self.free *= real(row.at_risk.saturating_sub(row.events())) / n;
    }
}

/// What belongs to one type.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    incidence: f64,
    /// Derivative of F by the weight of a unit at risk.
    own: f64,
    /// Over the units that left: sum of squared derivatives of F, and of products with those of S.
    squares: f64,
    products: f64,
    /// Sums of the variance of Aalen's form: of squares of a constant part, of products, of weights.
    sums: [f64; 3],
}

impl State {
    /// All derivatives obey, at a time with hazards h of all and hⱼ of this type among n at risk,
    ///
    /// ```text
    /// S′ ← S′(1 − h) + S/n (h − [event])        F′ ← F′ + S′hⱼ + S/n ([event of type j] − hⱼ)
    /// ```
    ///
    /// the second terms for units at risk alone, so that one value serves all at risk, and three sums all
    /// that left.
    fn jackknife(&mut self, before: &Shared, row: &Row, event: u32) -> f64 {
        let n = real(row.at_risk);
        let (all, this) = (row.events(), row.of(event));
        let (h, hj, unit) = (real(all) / n, real(this) / n, before.free / n);
        self.squares += 2.0 * hj * self.products + hj * hj * before.left;
        self.products = (1.0 - h) * (self.products + hj * before.left);
        let survivor = before.own * (1.0 - h) + unit * h;
        let own = self.own + before.own * hj - unit * hj;
        // (number that left so, their derivative of F, of S)
        let leaving = [
            (this, own + unit, survivor - unit),
            (all.saturating_sub(this), own, survivor - unit),
            (row.censored(), own, survivor),
        ];
        for (count, f, s) in leaving {
            self.squares += real(count) * f * f;
            self.products += real(count) * f * s;
        }
        self.own = own;
        self.incidence += before.free * hj;
        self.squares + real(row.at_risk.saturating_sub(row.exits())) * own * own
    }

    /// The estimate moves by `1 − (F(t) − F(u))/S(u)` for an event of this type at u, and by
    /// `−(F(t) − F(u))/S(u)` for one of another. As F(t) is the same for all u, three sums are enough.
    fn aalen(&mut self, before: &Shared, after: &Shared, row: &Row, event: u32) -> f64 {
        let n = real(row.at_risk);
        let this = row.of(event);
        self.incidence += before.free * real(this) / n;
        let inverse = if after.free > 0.0 { after.free.recip() } else { 0.0 };
        let past = self.incidence * inverse;
        for (count, jump) in [(this, 1.0), (row.events().saturating_sub(this), 0.0)] {
            // Once nobody is left, an event of another type has no effect on this one any more.
            if count > 0 && (inverse > 0.0 || jump > 0.0) {
                let ties = if count > 1 { 1.0 - (real(count) - 1.0) / (n - 1.0) } else { 1.0 };
                let weight = ties * real(count) * (before.free / n).powi(2);
                let constant = jump + past;
                self.sums[0] += weight * constant * constant;
                self.sums[1] += weight * constant * inverse;
                self.sums[2] += weight * inverse * inverse;
            }
        }
        let f = self.incidence;
        self.sums[0] - 2.0 * f * self.sums[1] + f * f * self.sums[2]
    }
}

impl AalenJohansen {
    /// The probability that an event of type `event` has happened by time `t`.
    ///
    /// 0 before the first exit and for a type that did not occur. `None` beyond the last exit, unless no unit
    /// is left free of events, and for a `t` that is not a number. Complexity: O(log T).
    #[must_use]
    pub fn at(&self, t: f64, event: u32) -> Option<IncidenceAt> {
        let none_yet = IncidenceAt { incidence: 0.0, standard_error: None };
        if t.is_nan() {
            return None;
        }
        let Some(place) = last_at_most(&self.times, t, |time| *time) else { return Some(none_yet) };
        if place + 1 == self.times.len() && t > self.times[place] && self.event_free[place] > 0.0 {
            return None;
        }
        let Ok(j) = self.types.binary_search(&event) else { return Some(none_yet) };
        let incidence = self.incidence[j][place];
        if incidence > 0.0 {
            Some(IncidenceAt { incidence, standard_error: Some(self.variance[j][place].sqrt()) })
        } else {
            Some(none_yet)
        }
    }
}
