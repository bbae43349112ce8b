//! Whole curves of data sets of R's survival, from tables made with R 4.2.2 and survival 3.5-3.

use std::collections::BTreeMap;
use std::path::Path;

use systemic::stats::survival::{
    IncidenceVariance, KaplanMeier, QuantileConvention, RiskTable, Spell, Transform, aalen_johansen,
    fleming_harrington, kaplan_meier, nelson_aalen, rmst,
};

use super::survival::{P95, code};
use super::{near, shared};

type Rows = Vec<BTreeMap<String, String>>;

/// A table with a header, within the folder of statistics.
pub fn read(folder: &Path, name: &str) -> Rows {
    let mut reader = csv::Reader::from_path(folder.join("data/statistics").join(name)).expect("table");
    reader.deserialize().map(|row| row.expect("row")).collect()
}

fn value(text: &str) -> f64 {
    match text {
        "NA" => f64::NAN,
        "Inf" => f64::INFINITY,
        _ => text.parse().expect("a number"),
    }
}

/// A data set with its columns of time, event, the value of the event and the label of groups.
struct Source {
    name: &'static str,
    file: &'static str,
    time: &'static str,
    event: (&'static str, &'static str),
    group: Option<(&'static str, &'static [&'static str])>,
}

const fn source(
    name: &'static str,
    file: &'static str,
    time: &'static str,
    event: (&'static str, &'static str),
    group: Option<(&'static str, &'static [&'static str])>,
) -> Source {
    Source { name, file, time, event, group }
}

const SOURCES: [Source; 11] = [
    source("lung", "cancer", "time", ("status", "2"), None),
    source("lung_by_sex", "cancer", "time", ("status", "2"), Some(("sex", &["1", "2"]))),
    source("veteran", "veteran", "time", ("status", "1"), None),
    source("veteran_by_trt", "veteran", "time", ("status", "1"), Some(("trt", &["1", "2"]))),
    source(
        "veteran_by_celltype",
        "veteran",
        "time",
        ("status", "1"),
        Some(("celltype", &["squamous", "smallcell", "adeno", "large"])),
    ),
    source("aml_by_x", "leukemia", "time", ("status", "1"), Some(("x", &["Maintained", "Nonmaintained"]))),
    source("ovarian_by_rx", "ovarian", "futime", ("fustat", "1"), Some(("rx", &["1", "2"]))),
    source("kidney", "kidney", "time", ("status", "1"), None),
    source("gbsg_by_hormon", "gbsg", "rfstime", ("status", "1"), Some(("hormon", &["0", "1"]))),
    source("rotterdam_death", "rotterdam", "dtime", ("death", "1"), None),
    // The curves of these two are of all groups together.
    source("aml", "leukemia", "time", ("status", "1"), None),
];

const OVARIAN: Source = source("ovarian", "ovarian", "futime", ("fustat", "1"), None);

impl Source {
    fn named(name: &str) -> &'static Self {
        SOURCES.iter().chain([&OVARIAN]).find(|source| source.name == name).unwrap_or_else(|| panic!("{name}?"))
    }

    /// The tables of its groups.
    fn tables(&self, folder: &Path) -> Vec<RiskTable> {
        let rows = read(folder, &format!("survival-datasets/{}.csv", self.file));
        let of = |keep: &dyn Fn(&BTreeMap<String, String>) -> bool| {
            let spells: Vec<Spell> = rows
                .iter()
                .filter(|row| keep(row))
                .map(|row| Spell::new(value(&row[self.time]), u32::from(row[self.event.0] == self.event.1)))
                .collect();
            RiskTable::from_spells(&spells).expect("spells")
        };
        match self.group {
            None => vec![of(&|_| true)],
            Some((label, values)) => values.iter().map(|v| of(&|row| row[label] == *v)).collect(),
        }
    }

    fn curves(&self, folder: &Path) -> Vec<KaplanMeier> {
        self.tables(folder).iter().map(|table| kaplan_meier(table).expect("spells")).collect()
    }
}

fn transform(name: &str) -> Transform {
    match name {
        "plain" => Transform::Plain,
        "log" => Transform::Log,
        "log-log" => Transform::LogLog,
        _ => panic!("{name}?"),
    }
}

#[test]
fn curves() {
    let Some(folder) = shared() else { return };
    let rows = read(&folder, "expected_km_curves_R_survival.csv");
    for of_one in rows.chunk_by(|a, b| a["dataset"] == b["dataset"]) {
        let table = Source::named(&of_one[0]["dataset"]).tables(&folder).remove(0);
        let (curve, hazard) = (kaplan_meier(&table).expect("spells"), nelson_aalen(&table).expect("spells"));
        assert_eq!(curve.steps.len(), of_one.len());
        for ((step, hazard), row) in curve.steps.iter().zip(&hazard.steps).zip(of_one) {
            let what = format!("{} at {}", row["dataset"], row["time"]);
            let near = |x: f64, name: &str| near(x, value(&row[name]), 1e-12, &what);
            near(step.time, "time");
            assert_eq!(step.at_risk.to_string(), row["n_risk"], "{what}");
            assert_eq!(step.events.to_string(), row["n_event"], "{what}");
            assert_eq!(step.censored.to_string(), row["n_censor"], "{what}");
            near(step.survival, "surv");
            near(hazard.hazard, "cumhaz_NA");
            assert_eq!(table.at_risk(step.time), step.at_risk);
            let Some(limits) = step.value().limits(Transform::LogLog, P95) else {
                // At S = 0 R has none either; before the first event it has none on this scale.
                assert!(step.survival <= 0.0 || step.survival >= 1.0, "{what}");
                continue;
            };
            near(step.log_variance.sqrt(), "std_err_cumhaz");
            near(limits.lower, "lower_loglog");
            near(limits.upper, "upper_loglog");
            let limits = step.value().limits(Transform::Log, P95).expect("limits");
            near(limits.lower, "lower_log");
            near(limits.upper, "upper_log");
        }
    }
}

#[test]
fn medians_and_means() {
    let Some(folder) = shared() else { return };
    let rows = read(&folder, "expected_km_summary_R_survival.csv");
    for of_one in rows.chunk_by(|a, b| a["dataset"] == b["dataset"]) {
        let curves = Source::named(&of_one[0]["dataset"]).curves(&folder);
        // R's restricted mean goes up to the end of follow-up of the longest group.
        let tau = curves.iter().map(KaplanMeier::last_time).fold(0.0, f64::max);
        for (i, row) in of_one.iter().enumerate() {
            let curve = &curves[i % curves.len()];
            let what = format!("{} {} {}", row["dataset"], row["stratum"], row["conf_type"]);
            assert_eq!(curve.n.to_string(), row["n"], "{what}");
            assert_eq!(curve.events.to_string(), row["events"], "{what}");
            let mean = rmst(curve, tau).expect("tau");
            near(mean.mean, value(&row["rmean"]), 1e-9, &what);
            near(mean.standard_error, value(&row["se_rmean"]), 1e-9, &what);
            let median =
                curve.quantile(0.5, QuantileConvention::Midpoint, transform(&row["conf_type"]), P95).expect("p");
            for (found, name) in [(median.estimate, "median"), (median.lower, "lcl"), (median.upper, "ucl")] {
                let expected = Some(value(&row[name])).filter(|x| !x.is_nan());
                assert_eq!(found, expected, "{what} {name}");
            }
        }
    }
}

#[test]
fn log_rank_tests() {
    let Some(folder) = shared() else { return };
    for row in read(&folder, "expected_logrank_R_survival.csv") {
        let groups = Source::named(&row["dataset"]).tables(&folder);
        let found = fleming_harrington(&groups, value(&row["rho"]), 0.0).expect("groups");
        near(found.chi_squared, value(&row["chisq"]), 1e-9, &row["dataset"]);
        near(found.p, value(&row["p"]), 1e-12, &row["dataset"]);
        assert_eq!(found.degrees_of_freedom.to_string(), row["df"]);
        for (sums, name) in [(&found.observed, "obs"), (&found.expected, "exp")] {
            for (x, reference) in sums.iter().zip(row[name].split('|')) {
                near(*x, value(reference), 1e-9, &row["dataset"]);
            }
        }
    }
}

/// Progression (1) and death (2) in monoclonal gammopathy, as the vignette "compete" of R's survival codes it.
pub fn mgus2(folder: &Path) -> RiskTable {
    let spells: Vec<Spell> = read(folder, "survival-datasets/mgus2.csv")
        .iter()
        .map(|row| {
            let progressed = row["pstat"] == "1";
            let time = value(&row[if progressed { "ptime" } else { "futime" }]);
            Spell::new(time, if progressed { 1 } else { 2 * code(value(&row["death"])) })
        })
        .collect();
    RiskTable::from_spells(&spells).expect("spells")
}

#[test]
fn incidence_in_mgus2() {
    let Some(folder) = shared() else { return };
    let table = mgus2(&folder);
    let found = aalen_johansen(&table, IncidenceVariance::InfinitesimalJackknife).expect("events");
    for row in read(&folder, "expected_aalen_johansen_mgus2_R_survival.csv") {
        let t = value(&row["time"]);
        assert_eq!(table.at_risk(t).to_string(), row["n_risk"]);
        for (event, name) in [(1, "pcm"), (2, "death")] {
            let at = found.at(t, event).expect("within follow-up");
            near(at.incidence, value(&row[&format!("p_{name}")]), 1e-12, name);
            near(at.standard_error.expect("events"), value(&row[&format!("se_{name}")]), 1e-12, name);
        }
        let place = found.times.partition_point(|time| *time <= t) - 1;
        near(found.event_free[place], value(&row["p_s0"]), 1e-12, "free of events");
    }
}
