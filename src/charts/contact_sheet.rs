//! Every chart form with data that strains it: one platform and thirty, long names, 0 beside 10⁹, gaps, and more.
//!
//! The data are invented, and every title says so. What they are for: to look at a form whenever it was changed, in
//! every preset, before a reader does. Cases marked as golden are kept as files, and a test compares them.

use std::fmt::Write as _;

use super::spec::{ChartSpec, Preset};
use super::{CHARTS, Figure, chart};
use crate::error::{Error, Result};
use crate::estimate::{Estimate, SIMULATED, Status};

mod events;
mod over_time;
mod page;
mod pairs;
mod rows;

pub use page::{Drawn, Entry, page};

/// The source line of all figures.
const SOURCE: &str = "simulated data, invented platforms";

/// A form with rows that strain it in one way.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// Id of the form.
    pub form: &'static str,
    /// Its own id, unique within the form, in kebab-case.
    pub id: &'static str,
    /// What it tries, as words under the figure.
    pub about: &'static str,
    /// Whether its figure in preset web is kept as a file that a test compares.
    pub golden: bool,
    name: &'static str,
    rows: fn() -> Vec<Estimate>,
    set: fn(&mut ChartSpec),
}

impl Case {
    const fn new(form: &'static str, name: &'static str, id: &'static str, rows: fn() -> Vec<Estimate>) -> Self {
        Self { form, id, about: "", golden: false, name, rows, set: |_| {} }
    }

    const fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    const fn golden(self) -> Self {
        Self { golden: true, ..self }
    }

    const fn set(self, set: fn(&mut ChartSpec)) -> Self {
        Self { set, ..self }
    }

    /// Form and case in one word: `line-thirty-platforms`.
    #[must_use]
    pub fn stem(&self) -> String {
        format!("{}-{}", self.form, self.id)
    }

    /// The rows, each of which says that it is simulated.
    #[must_use]
    pub fn estimates(&self) -> Vec<Estimate> {
        let mut rows = (self.rows)();
        for e in &mut rows {
            match e.status {
                Status::Suppressed => {}
                // Below the smallest denominator, as the reason says.
                Status::Insufficient => e.n = Some(3),
                _ => {}
            }
            if e.status != Status::Suppressed {
                e.add_note(SIMULATED);
            }
        }
        rows
    }

    /// What its figure shows.
    #[must_use]
    pub fn spec(&self, preset: Preset) -> ChartSpec {
        let mut spec = ChartSpec { preset, indicator_name: Some(self.name.to_owned()), ..ChartSpec::new(SOURCE) };
        (self.set)(&mut spec);
        spec
    }

    /// Draws it.
    ///
    /// # Errors
    /// Those of the form: a card can be too small for what it is asked to show, and the error says so.
    pub fn draw(&self, preset: Preset) -> Result<Figure> {
        let form = chart(self.form).ok_or_else(|| Error::Unknown {
            kind: "chart form",
            name: self.form.to_owned(),
            known: CHARTS.iter().map(|c| c.id().to_owned()).collect(),
        })?;
        form.draw(&self.estimates(), &self.spec(preset))
    }
}

/// Every case, in the order of the registry of forms.
#[must_use]
pub fn cases() -> Vec<Case> {
    let all: Vec<Case> = [over_time::CASES, events::CASES, pairs::CASES].concat();
    CHARTS.iter().flat_map(|form| all.iter().filter(|c| c.form == form.id()).copied()).collect()
}

/// Text between tags and in attributes.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() => {
                let _ = write!(out, " ");
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::estimate::Estimates;

    #[test]
    fn every_form_has_cases_and_every_case_a_form() {
        let all = cases();
        assert_eq!(
            all.len(),
            over_time::CASES.len() + events::CASES.len() + pairs::CASES.len(),
            "a case names a form that the registry does not have"
        );
        let stems: BTreeSet<String> = all.iter().map(Case::stem).collect();
        assert_eq!(stems.len(), all.len(), "two cases have one name");
        for form in CHARTS {
            let mine: Vec<&Case> = all.iter().filter(|c| c.form == form.id()).collect();
            for id in ["one-platform", "thirty-platforms", "long-names", "gaps"] {
                assert!(mine.iter().any(|c| c.id == id), "{} has no case {id}", form.id());
            }
            assert!((1..=2).contains(&mine.iter().filter(|c| c.golden).count()), "{}", form.id());
        }
    }

    #[test]
    fn cases_keep_the_schema_and_say_that_they_are_simulated() {
        for case in cases() {
            assert!(case.about.ends_with('.'), "{}: {}", case.stem(), case.about);
            let rows = case.estimates();
            assert!(rows.iter().all(|e| e.simulated() || e.status == Status::Suppressed), "{}", case.stem());
            assert_eq!(rows, case.estimates(), "{} is not the same each time", case.stem());
            if let Err(e) = Estimates::new(rows) {
                panic!("{}: {e}", case.stem());
            }
        }
    }
}
