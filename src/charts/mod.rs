//! Figures drawn from estimates alone: one file per chart form.
//!
//! A form reads [`Estimate`]s and a [`ChartSpec`], so that it works for an indicator that nobody has
//! written yet. Every figure has a title, a subtitle, a note and a source; it comes as SVG, as PNG of that
//! same SVG, as CSV of the rows plotted, as alternative text, and as a specification in Vega-Lite. The bytes are the same on every machine:
//! the font is compiled in, and neither clock nor system font is read.
//!
//! To add a form, copy one of the files with its `vega.rs`, draw from estimates and spec, and add a line to [`CHARTS`].

use crate::error::Result;
use crate::estimate::Estimate;

mod alt;
pub mod calendar;
pub mod contact_sheet;
pub mod cumulative_incidence;
pub mod dumbbell;
pub mod equality_plot;
pub mod escalation_steps;
pub mod files;
mod frame;
pub mod funnel_plot;
pub mod interval_dots;
pub(crate) mod invented;
pub(crate) mod labels;
pub mod latency_profile;
pub mod line;
pub mod lorenz_curve;
mod marks;
mod notes;
mod pairs;
mod panels;
mod png;
pub mod ranked_dots;
mod scale;
mod scatter;
mod select;
pub mod slope;
pub mod small_multiples;
pub mod spec;
pub mod stacked_shares;
mod step_curves;
pub mod survival_curve;
mod svg;
#[cfg(test)]
mod tests;
mod text;
mod theme;
mod values;
pub(crate) mod vega;
pub(crate) mod words;

pub use files::FigureFormat;
pub use spec::{ChartSpec, Mark, PeriodChoice, Preset};

/// Every chart form, in the order of the help.
pub static CHARTS: &[&dyn Chart] = &[
    &line::Line,
    &small_multiples::SmallMultiples,
    &ranked_dots::RankedDots,
    &latency_profile::LatencyProfile,
    &stacked_shares::StackedShares,
    &calendar::Calendar,
    &survival_curve::SurvivalCurve,
    &cumulative_incidence::CumulativeIncidence,
    &lorenz_curve::LorenzCurve,
    &interval_dots::IntervalDots,
    &escalation_steps::EscalationSteps,
    &funnel_plot::FunnelPlot,
    &slope::Slope,
    &dumbbell::Dumbbell,
    &equality_plot::EqualityPlot,
];

/// A form of chart.
pub trait Chart: Sync {
    /// Its name on the command line, in kebab-case.
    fn id(&self) -> &'static str;
    /// What it shows.
    fn title(&self) -> &'static str;
    /// When to use it.
    fn doc(&self) -> &'static str;
    /// Statistics of its own that it reads, whatever the main statistic of the estimates is.
    fn reads(&self) -> &'static [&'static str] {
        &[]
    }
    /// Grouping variables that rows of its statistics have by themselves, such as the kind of an event.
    fn groups(&self) -> &'static [&'static str] {
        &[]
    }
    /// Whether it is worth drawing where nobody asks for it by name: what it shows is in the estimates, and no
    /// simpler form shows it as well.
    fn suits(&self, _estimates: &[Estimate], _spec: &ChartSpec) -> bool {
        true
    }
    /// Draws the estimates that the spec chooses.
    ///
    /// # Errors
    /// [`crate::Error::Usage`] where there is nothing to draw or a choice is open, [`crate::Error::Unknown`] for a name
    /// that no estimate has, [`crate::Error::Invalid`] for estimates that break the schema.
    fn draw(&self, estimates: &[Estimate], spec: &ChartSpec) -> Result<Figure>;
    /// The same figure as a specification in Vega-Lite (version 5, which version 6 reads too), with the plotted rows
    /// in it: those without a value too, which are not drawn.
    ///
    /// # Errors
    /// As [`Chart::draw`].
    fn vega(&self, estimates: &[Estimate], spec: &ChartSpec) -> Result<serde_json::Value>;
}

/// The chart form of this id.
#[must_use]
pub fn chart(id: &str) -> Option<&'static dyn Chart> {
    CHARTS.iter().copied().find(|c| c.id() == id)
}

/// A figure with everything that goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// The drawing, with its accessible name and description.
    pub svg: String,
    /// The estimates plotted, as [`crate::estimate::Estimates::write_csv`] writes them.
    pub csv: String,
    /// What the figure shows, in sentences, for those who do not see it.
    pub alt: String,
    /// The title.
    pub title: String,
    /// Subtitle, note and source in full, for the text under a figure.
    pub caption: String,
    /// Width in CSS pixels.
    pub width: u32,
    /// Height in CSS pixels.
    pub height: u32,
}

impl Figure {
    fn new(canvas: &svg::Canvas, caption: &words::Caption, alt: String, csv: String) -> Result<Self> {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a canvas is some thousand pixels wide"
        )]
        let whole = |pixels: f64| pixels.round() as u32;
        let sentence = |text: &str| if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") };
        let mut words = vec![sentence(&caption.subtitle)];
        words.extend(caption.notes.iter().cloned());
        words.push(sentence(&format!("Source: {}", caption.source)));
        Ok(Self {
            svg: canvas.svg(&caption.title, &alt)?,
            csv,
            alt,
            title: caption.title.clone(),
            caption: words.join(" "),
            width: whole(canvas.width),
            height: whole(canvas.height),
        })
    }

    /// The drawing as PNG, at twice the size.
    ///
    /// # Errors
    /// [`crate::Error::Engine`] where it cannot be drawn.
    pub fn png(&self) -> Result<Vec<u8>> {
        png::png(&self.svg)
    }
}
