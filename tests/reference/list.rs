//! Every public function of `src/stats` with the reference that it is compared with.
//!
//! A test walks the sources and fails for a function that is not listed, or listed and gone.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::shared;

/// What a function is compared with.
#[derive(Debug, Clone, Copy)]
enum Outside {
    /// Software, or a paper that prints values; then cases of `reference_values.json` and tables of
    /// `data/statistics`.
    Reference(&'static str, &'static [&'static str]),
    /// No software gives it: a closed form computed apart, a definition by enumeration, or a simulation with known
    /// truth; then cases as above.
    Computed(&'static str, &'static [&'static str]),
    /// A constructor, an accessor, a sum or a name: its definition is all there is to it.
    Definition,
}

use Outside::{Computed, Definition, Reference};

/// Function, by folder or file of `src/stats` and type, with its reference.
const LIST: &[(&str, Outside)] = &[
    // Agreement.
    (
        "agreement::cohen_kappa",
        Reference("statsmodels 0.15 cohens_kappa; epiR 2.0.57 (standard error of 1960)", &["cohen-kappa"]),
    ),
    ("agreement::Ratings::new", Definition),
    ("agreement::Ratings::krippendorff_alpha", Reference("krippendorff 0.9; Krippendorff's example, α = 0.743", &[])),
    ("agreement::Ratings::krippendorff_alpha_limits", Computed("simulation with known truth", &[])),
    ("agreement::Ratings::gwet_ac1", Reference("irrCAC 0.4.4", &[])),
    // Capture–recapture.
    (
        "capture::chapman",
        Computed("closed forms of Chapman (1951) and Seber (1970)", &["chapman-200-150-50", "chapman-100-120-10"]),
    ),
    ("capture::chao_lower_bound", Computed("closed forms of Chao (1984, 1987)", &["chao-lower-bound"])),
    // Comparison of units.
    ("comparison::funnel_limits", Computed("closed form", &["funnel-binomial-20", "funnel-binomial-50"])),
    (
        "comparison::funnel_limits_exact",
        Reference(
            "Spiegelhalter (2005), appendix A.1, on SciPy 1.17 binom",
            &["funnel-binomial-20", "funnel-binomial-50"],
        ),
    ),
    ("comparison::Funnel::new", Computed("closed form", &["funnel-overdispersion"])),
    (
        "comparison::Funnel::over_dispersion",
        Reference("closed form; SciPy 1.17 chi2", &["funnel-overdispersion", "funnel-additive-tau2"]),
    ),
    ("comparison::Funnel::adjusted_z", Computed("closed form in NumPy", &[])),
    ("comparison::Funnel::limits", Computed("agrees with funnel_limits; its standard errors with the z-scores", &[])),
    ("comparison::Funnel::of_rates", Reference("SciPy 1.17 chi2, poisson", &[])),
    ("comparison::poisson_funnel_limits_exact", Reference("SciPy 1.17 poisson", &[])),
    ("comparison::binomial_mid_p", Reference("SciPy 1.17 binom", &[])),
    ("comparison::poisson_mid_p", Reference("SciPy 1.17 poisson", &[])),
    ("comparison::paule_mandel", Computed("closed form for two units; the root of the excess in SciPy 1.17", &[])),
    ("comparison::joint_rank_intervals", Computed("differences of three units by hand", &[])),
    ("comparison::beta_binomial", Reference("SciPy 1.17 optimize.root to 1e-15", &["eb-beta-binomial-ml"])),
    ("comparison::BetaBinomial::alpha", Definition),
    ("comparison::BetaBinomial::beta", Definition),
    ("comparison::BetaBinomial::posterior", Reference("SciPy 1.17 beta.ppf", &["eb-beta-binomial-ml"])),
    ("comparison::BetaBinomial::rank_intervals", Reference("400,000 draws with NumPy 2", &[])),
    (
        "comparison::adjust",
        Reference(
            "R p.adjust; statsmodels 0.15 multipletests; Benjamini and Hochberg (1995), section 3",
            &["padj-bh", "padj-by", "padj-holm"],
        ),
    ),
    ("comparison::Adjustment::name", Definition),
    // Concentration.
    ("concentration::FrequencyTable::add", Definition),
    ("concentration::FrequencyTable::merge", Definition),
    ("concentration::FrequencyTable::iter", Definition),
    ("concentration::FrequencyTable::n", Definition),
    ("concentration::FrequencyTable::total", Definition),
    ("concentration::FrequencyTable::without_zeros", Definition),
    (
        "concentration::gini",
        Computed(
            "closed form and mean absolute difference (Deaton 1997; Dixon et al. 1987)",
            &["gini-12345", "gini-offences14", "gini-offences-nozero"],
        ),
    ),
    ("concentration::poisson_gini", Reference("SciPy 1.17 special.ive", &[])),
    ("concentration::lorenz", Computed("closed form (Lorenz 1905)", &["lorenz-offences14"])),
    ("concentration::lorenz_ordinate", Computed("closed form (Lorenz 1905)", &["lorenz-offences14"])),
    ("concentration::herfindahl_hirschman", Computed("closed form", &["gini-offences14"])),
    ("concentration::top_units_share", Computed("closed form", &["gini-offences14"])),
    ("concentration::top_share", Computed("closed form", &["gini-offences14"])),
    ("concentration::bootstrap", Reference("SciPy 1.17 stats.bootstrap (percentile, BCa)", &[])),
    ("concentration::jackknife", Reference("leaving out one unit in NumPy", &[])),
    // What the families share.
    ("limits::Confidence::new", Definition),
    ("limits::Confidence::level", Definition),
    ("limits::Confidence::alpha", Definition),
    ("limits::Confidence::z", Reference("R qnorm(0.975)", &[])),
    ("limits::Limits::new", Definition),
    ("limits::Limits::contains", Definition),
    ("limits::Limits::width", Definition),
    // Misclassification.
    (
        "misclassification::lang_reiczigel",
        Reference(
            "asht 1.0; Lang and Reiczigel (2014), worked examples",
            &["lang-reiczigel-1", "lang-reiczigel-3", "lang-reiczigel-5"],
        ),
    ),
    ("misclassification::delta_method", Computed("closed form", &["rogan-gladen-delta-4"])),
    (
        "misclassification::known_error_rates",
        Reference("epiR 2.0.57 epi.prev", &["rogan-gladen-known-sesp", "expected_rogan_gladen_R_epiR.csv"]),
    ),
    ("misclassification::Observed::of_counts", Definition),
    ("misclassification::Observed::of_share", Definition),
    ("misclassification::Observed::share", Definition),
    ("misclassification::two_phase_recall", Computed("Begg and Greenes (1983), closed form", &["recall-two-phase"])),
    ("misclassification::implied", Computed("reconstruction of the table of counts", &["implied-prevalence-accuracy"])),
    ("misclassification::feasible", Computed("contains the figures of any table that rounds to those given", &[])),
    ("misclassification::Published::rounded", Definition),
    ("misclassification::Published::within", Definition),
    ("misclassification::prediction_powered", Reference("ppi_py 0.2.3 ppi_mean_ci", &[])),
    ("misclassification::stratified", Computed("prediction_powered within strata; simulation with known truth", &[])),
    ("misclassification::Predictions::add", Definition),
    ("misclassification::Predictions::of_counts", Definition),
    ("misclassification::Predictions::merge", Definition),
    ("misclassification::Predictions::n", Definition),
    ("misclassification::Labelled::add", Definition),
    ("misclassification::Labelled::merge", Definition),
    ("misclassification::Labelled::n", Definition),
    // Moments.
    ("moments::IntegerMoments::add", Definition),
    ("moments::IntegerMoments::merge", Definition),
    ("moments::IntegerMoments::n", Definition),
    ("moments::IntegerMoments::sum", Definition),
    ("moments::IntegerMoments::sum_of_squares", Definition),
    ("moments::IntegerMoments::mean", Definition),
    ("moments::IntegerMoments::variance", Computed("arithmetic in whole numbers", &[])),
    ("moments::IntegerMoments::population_variance", Computed("arithmetic in whole numbers", &[])),
    ("moments::Moments::add", Definition),
    ("moments::Moments::merge", Definition),
    ("moments::Moments::n", Definition),
    ("moments::Moments::mean", Definition),
    ("moments::Moments::variance", Reference("NumAcc4 of NIST's StRD", &[])),
    ("moments::Moments::population_variance", Computed("arithmetic in whole numbers", &[])),
    // Proportions.
    (
        "proportion::wilson",
        Reference(
            "Hmisc 4.8-0 binconf; SciPy 1.17",
            &[
                "wilson-5_50",
                "wilson-0_20",
                "wilson-20_20",
                "wilson-3_1000",
                "wilson-112_162-90",
                "aliexpress-h2-2025-acct-reversal",
                "expected_binomial_intervals_R.csv",
            ],
        ),
    ),
    (
        "proportion::wilson_continuity",
        Reference("R 4.2 prop.test", &["wilson-cc-112_162", "expected_binomial_intervals_R.csv"]),
    ),
    (
        "proportion::clopper_pearson",
        Reference(
            "Hmisc 4.8-0 binconf",
            &[
                "clopper-pearson-5_50",
                "clopper-pearson-0_20",
                "clopper-pearson-20_20",
                "clopper-pearson-112_162",
                "expected_binomial_intervals_R.csv",
            ],
        ),
    ),
    ("proportion::clopper_pearson_effective", Computed("clopper_pearson at whole numbers", &[])),
    ("proportion::clopper_pearson_lower", Computed("clopper_pearson at half the α", &[])),
    (
        "proportion::clopper_pearson_upper",
        Computed("clopper_pearson at half the α; closed form without event", &["zero-events-upper-100"]),
    ),
    ("proportion::binomial_test", Reference("R 4.2 binom.test", &[])),
    ("proportion::blaker", Reference("epiR 2.0.57 epi.prev", &["expected_rogan_gladen_R_epiR.csv"])),
    ("proportion::sterne", Reference("epiR 2.0.57 epi.prev", &["expected_rogan_gladen_R_epiR.csv"])),
    (
        "proportion::agresti_coull",
        Reference(
            "epiR 2.0.57",
            &[
                "agresti-coull-0_20",
                "agresti-coull-20_20",
                "agresti-coull-112_162",
                "agresti-coull-3_1000",
                "expected_binomial_intervals_R.csv",
            ],
        ),
    ),
    (
        "proportion::jeffreys",
        Reference("epiR 2.0.57", &["jeffreys-5_50", "jeffreys-0_20", "jeffreys-20_20", "jeffreys-3_1000"]),
    ),
    (
        "proportion::jeffreys_modified",
        Reference("R 4.2 (Brown, Cai and DasGupta 2001)", &["expected_binomial_intervals_R.csv"]),
    ),
    ("proportion::zero_events_upper", Computed("closed form", &["zero-events-upper-100", "zero-events-upper-300"])),
    ("proportion::newcombe_difference", Reference("statsmodels 0.15", &["newcombe-diff-shein-temu"])),
    ("proportion::newcombe_paired", Computed("closed form; example of Newcombe (1998)", &[])),
    ("proportion::Pairs::n", Definition),
    ("proportion::Pairs::discordant", Definition),
    ("proportion::risk_ratio", Computed("closed form of Katz et al. (1978)", &["katz-rr"])),
    ("proportion::score_test", Reference("R 4.2 prop.test", &["two-prop-score-test"])),
    // Quantiles.
    ("quantile::Histogram::add", Definition),
    ("quantile::Histogram::merge", Definition),
    ("quantile::Histogram::iter", Definition),
    ("quantile::Histogram::n", Definition),
    ("quantile::Histogram::quantile", Reference("R quantile(type = 1)", &[])),
    ("quantile::Histogram::at_rank", Definition),
    ("quantile::Histogram::quantile_limits", Computed("ranks of quantile_ranks; simulation with known truth", &[])),
    ("quantile::Histogram::ecdf", Definition),
    ("quantile::Histogram::mean", Definition),
    ("quantile::Histogram::at_most", Definition),
    ("quantile::Histogram::share_at_most", Definition),
    (
        "quantile::quantile_ranks",
        Reference(
            "SciPy 1.17 binom (Conover 1999)",
            &["median-order-ci-10", "median-order-ci-100", "median-order-ci-1000"],
        ),
    ),
    // Rates.
    ("rate::poisson_rate", Reference("R 4.2 poisson.test", &["poisson-garwood-15"])),
    ("rate::no_event_upper", Computed("closed form", &[])),
    ("rate::rate_ratio", Reference("R 4.2 poisson.test", &["poisson-rr-exact"])),
    // Series.
    (
        "series::LeastSquares::fit",
        Reference("R lm; statsmodels 0.15 OLS", &["cluster-robust-ols", "its-nw-1", "its-nw-4", "its-nw-ar1"]),
    ),
    ("series::LeastSquares::coefficients", Definition),
    ("series::LeastSquares::residuals", Definition),
    ("series::LeastSquares::n", Definition),
    ("series::LeastSquares::k", Definition),
    ("series::LeastSquares::residual_sum_of_squares", Definition),
    ("series::LeastSquares::r_squared", Reference("statsmodels 0.15", &[])),
    ("series::LeastSquares::durbin_watson", Reference("statsmodels 0.15 durbin_watson", &[])),
    ("series::LeastSquares::coefficient", Reference("statsmodels 0.15 (t, p, limits)", &[])),
    ("series::LeastSquares::contrast", Reference("statsmodels 0.15 t_test", &[])),
    ("series::Covariance::classical", Reference("R lm; statsmodels 0.15", &["its-nw-1", "its-nw-4", "its-nw-ar1"])),
    (
        "series::Covariance::cluster_robust",
        Reference("R sandwich 3.0-2 vcovCL; statsmodels 0.15", &["cluster-robust-ols", "cluster-robust-mean-CR0"]),
    ),
    (
        "series::Covariance::newey_west",
        Reference("R sandwich 3.0-2 NeweyWest; statsmodels 0.15", &["its-nw-1", "its-nw-4", "its-nw-ar1"]),
    ),
    ("series::Covariance::kind", Definition),
    ("series::Covariance::matrix", Definition),
    ("series::Covariance::degrees_of_freedom", Definition),
    ("series::Covariance::standard_errors", Definition),
    ("series::CovarianceKind::name", Definition),
    ("series::newey_west_lag", Computed("by hand", &[])),
    ("series::prais_winsten", Reference("statsmodels 0.15 GLS, iterated", &[])),
    ("series::segmented", Reference("R sandwich 3.0-2; statsmodels 0.15", &["its-nw-1", "its-nw-4", "its-nw-ar1"])),
    ("series::Segmented::slope_after", Reference("statsmodels 0.15 t_test", &[])),
    ("series::Segmented::smallest_segment", Definition),
    ("series::controlled", Reference("pooled regression of Linden (2015) in statsmodels 0.15", &[])),
    ("series::difference_in_differences", Reference("panel with fixed effects in statsmodels 0.15", &[])),
    ("series::placebo_in_space", Computed("by hand; simulation of its exact level", &[])),
    ("series::benford_shares", Computed("closed form", &["benford-fib500"])),
    ("series::benford", Reference("closed form; SciPy 1.17 chi2", &["benford-fib500"])),
    ("series::heaping", Reference("SciPy 1.17 chi2, binomtest", &[])),
    ("series::FirstDigits::from_counts", Definition),
    ("series::FirstDigits::add", Definition),
    ("series::FirstDigits::merge", Definition),
    ("series::FirstDigits::counts", Definition),
    ("series::FirstDigits::n", Definition),
    ("series::FirstDigits::orders_of_magnitude", Definition),
    ("series::LastDigits::add", Definition),
    ("series::LastDigits::merge", Definition),
    ("series::LastDigits::counts", Definition),
    ("series::LastDigits::n", Definition),
    // Survey.
    ("survey::allocate_proportional", Computed("by hand", &[])),
    ("survey::allocate_neyman", Computed("enumeration of all allocations (Wright 2012)", &[])),
    ("survey::cluster_robust_mean", Reference("R sandwich 3.0-2 vcovCL", &["cluster-robust-mean-CR0"])),
    ("survey::Design::new", Definition),
    ("survey::Design::stratified", Reference("R survey 4.1-1 svydesign", &["hajek-cluster-strat"])),
    (
        "survey::Design::clustered",
        Reference("R survey 4.1-1 svydesign", &["hajek-cluster-strat", "ht-total-cluster", "api-dclus1"]),
    ),
    ("survey::Design::finite_population", Reference("R survey 4.1-1 svydesign(fpc)", &["survey-fpc", "api-dclus1"])),
    ("survey::Design::single_psu", Reference("R survey 4.1-1 options(survey.lonely.psu)", &[])),
    ("survey::Design::post_stratified", Reference("R survey 4.1-1 postStratify", &[])),
    ("survey::Design::weights", Definition),
    ("survey::DesignEstimate::standard_error", Definition),
    ("survey::DesignEstimate::degrees_of_freedom", Definition),
    ("survey::hajek_mean", Reference("R survey 4.1-1 svymean", &["survey-fpc", "api-dclus1"])),
    ("survey::hajek_proportion", Reference("R survey 4.1-1 svymean", &["hajek-weighted-prop", "hajek-cluster-strat"])),
    ("survey::horvitz_thompson_total", Reference("R survey 4.1-1 svytotal", &["ht-total-cluster"])),
    ("survey::ratio", Reference("R survey 4.1-1 svyratio", &["view-weighted-ratio"])),
    ("survey::domain_mean", Reference("R survey 4.1-1 svymean of a subset", &[])),
    ("survey::kish_effective_size", Computed("closed form of Kish (1965)", &["kish-neff"])),
    ("survey::design_effect", Reference("R survey 4.1-1 svymean(deff)", &[])),
    ("survey::mean_limits", Reference("R survey 4.1-1 svyciprop(mean)", &["survey-ci-mean"])),
    ("survey::logit_limits", Reference("R survey 4.1-1 svyciprop(xlogit)", &["survey-ci-logit"])),
    ("survey::arcsine_limits", Reference("R survey 4.1-1 svyciprop(asin)", &["survey-ci-asin"])),
    ("survey::korn_graubard", Reference("R survey 4.1-1 svyciprop(beta)", &[])),
    ("survey::sample_size_for_precision", Computed("Cochran (1977), 4.4, closed form", &["srs-n-precision"])),
    ("survey::margin_of_error", Computed("0 for a census", &[])),
    ("survey::discovery_sample_size", Computed("closed form", &["discovery-n-0.01"])),
    ("survey::discovery_sample_size_finite", Reference("SciPy 1.17 hypergeom", &[])),
    ("survey::expected_width", Computed("mean of widths that are known by hand", &[])),
    // Survival.
    ("survival::Spell::new", Definition),
    ("survival::Spell::delayed", Definition),
    ("survival::RiskTable::from_spells", Definition),
    ("survival::RiskTable::from_histogram", Definition),
    ("survival::RiskTable::merge", Definition),
    ("survival::RiskTable::n", Definition),
    ("survival::RiskTable::events", Definition),
    ("survival::RiskTable::delayed", Definition),
    ("survival::RiskTable::at_risk", Definition),
    ("survival::RiskTable::event_types", Definition),
    ("survival::RiskTable::cause_specific", Reference("R survival 3.5-3", &["naive-1-KM-bias"])),
    (
        "survival::Transform::limits",
        Reference("R survival 3.5-3 survfit(conf.type)", &["expected_km_curves_R_survival.csv"]),
    ),
    (
        "survival::CumulativeTransform::limits",
        Computed("definition on the scale of the logarithm", &["nelson-aalen-lung"]),
    ),
    (
        "survival::kaplan_meier",
        Reference(
            "R survival 3.5-3 survfit; lifelines 0.30.3 with delayed entry",
            &[
                "km-lung-t100",
                "km-lung-t180",
                "km-lung-t365",
                "km-lung-t500",
                "km-rossi-t10",
                "km-rossi-t26",
                "km-rossi-t52",
                "km-freireich-6mp",
                "expected_km_curves_R_survival.csv",
            ],
        ),
    ),
    ("survival::KaplanMeier::at", Reference("R survival 3.5-3 summary.survfit", &["km-lung-t100", "km-rossi-t10"])),
    ("survival::KaplanMeier::last_time", Definition),
    (
        "survival::KaplanMeier::quantile",
        Reference(
            "R survival 3.5-3 quantile.survfit",
            &["km-lung-quantiles", "km-rossi-quantiles", "km-lung-sex-median", "expected_km_summary_R_survival.csv"],
        ),
    ),
    ("survival::SurvivalStep::value", Definition),
    ("survival::SurvivalAt::limits", Reference("R survival 3.5-3", &["expected_km_curves_R_survival.csv"])),
    (
        "survival::rmst",
        Reference(
            "R survival 3.5-3; lifelines 0.30.3",
            &["rmst-lung-365", "rmst-rossi-52", "expected_km_summary_R_survival.csv"],
        ),
    ),
    ("survival::rmst_difference", Computed("difference of R survfit(rmean) by group", &["rmst-diff-rossi-fin"])),
    ("survival::rmst_ratio", Computed("quotient of rmst", &["rmst-diff-rossi-fin"])),
    ("survival::Rmst::limits", Definition),
    (
        "survival::nelson_aalen",
        Reference("R survival 3.5-3; lifelines 0.30.3; Klein and Moeschberger (2003)", &["nelson-aalen-lung"]),
    ),
    ("survival::NelsonAalen::at", Definition),
    ("survival::HazardStep::limits", Definition),
    (
        "survival::log_rank",
        Reference(
            "R survival 3.5-3 survdiff",
            &["logrank-lung-sex", "logrank-freireich", "expected_logrank_R_survival.csv"],
        ),
    ),
    ("survival::stratified_log_rank", Reference("R survival 3.5-3 survdiff(strata)", &[])),
    (
        "survival::fleming_harrington",
        Reference("R survival 3.5-3 survdiff(rho); lifelines 0.30.3", &["gehan-peto-lung-sex"]),
    ),
    ("survival::stratified_fleming_harrington", Reference("R survival 3.5-3 survdiff(strata), for ρ = γ = 0", &[])),
    (
        "survival::aalen_johansen",
        Reference(
            "R survival 3.5-3 (jackknife); cmprsk 2.2-11 cuminc (Aalen)",
            &[
                "aalen-johansen-small",
                "aalen-johansen-mgus2",
                "naive-1-KM-bias",
                "expected_aalen_johansen_mgus2_R_survival.csv",
            ],
        ),
    ),
    ("survival::AalenJohansen::at", Definition),
    ("survival::IncidenceAt::limits", Computed("Transform::limits of the incidence; simulation with known truth", &[])),
    ("survival::gray_test", Reference("R cmprsk 2.2-11 cuminc", &["gray-test-small"])),
    ("survival::mean_cumulative_function", Reference("R survival 3.5-3 survfit(robust)", &["mcf-recurrent"])),
    ("survival::MeanCumulative::at", Definition),
    ("survival::MeanCumulativeStep::limits", Definition),
    ("survival::turnbull", Reference("R interval icfit (Fay and Shaw 2010)", &[])),
    ("survival::Turnbull::survival", Definition),
    ("survival::Turnbull::quantile", Definition),
    ("survival::right_truncated", Reference("lifelines 0.30.3 in reversed time; Klein and Moeschberger (2003)", &[])),
    ("survival::RightTruncated::at", Definition),
    ("survival::RightTruncated::quantile", Definition),
    ("survival::DelayTable::from_delays", Definition),
    ("survival::DelayTable::from_histogram", Definition),
    ("survival::DelayTable::merge", Definition),
    ("survival::DelayTable::n", Definition),
    ("survival::DelayTable::longest_window", Definition),
    ("survival::DelayStep::value", Definition),
    ("survival::DelayAt::limits", Definition),
];

/// Public functions of the sources: `family::name`, or `family::Type::name` for those of a public type.
fn public_functions() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/stats");
    let files: Vec<PathBuf> = glob::glob(&format!("{}/**/*.rs", root.display())).expect("pattern").flatten().collect();
    assert!(files.len() > 30, "the sources are at {}", root.display());
    let sources: Vec<(String, String)> = files
        .iter()
        .filter(|path| !path.ends_with("tests.rs"))
        .map(|path| {
            let relative = path.strip_prefix(&root).expect("below the root");
            let family = relative.components().next().expect("a part").as_os_str().to_string_lossy().replace(".rs", "");
            let text = std::fs::read_to_string(path).expect("source");
            (family, text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned())
        })
        .collect();
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut types = BTreeSet::new();
    for (family, text) in &sources {
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum ")) {
                types.insert((family.clone(), word(rest)));
            }
        }
    }
    let mut found = BTreeSet::new();
    for (family, text) in &sources {
        let mut of: Option<String> = None;
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("impl") {
                // `impl Type`, `impl<T> Type`, `impl Trait for Type`.
                let rest = rest.rsplit(" for ").next().unwrap_or(rest);
                of = Some(word(rest.trim_start_matches("<'_>").trim_start()));
            } else if line == "}" {
                of = None;
            }
            let code = line.trim_start();
            let Some(rest) = code.strip_prefix("pub fn ").or_else(|| code.strip_prefix("pub const fn ")) else {
                continue;
            };
            match &of {
                None => {
                    found.insert(format!("{family}::{}", word(rest)));
                }
                Some(name) if types.contains(&(family.clone(), name.clone())) => {
                    found.insert(format!("{family}::{name}::{}", word(rest)));
                }
                // A method of a type that is not public.
                Some(_) => {}
            }
        }
    }
    found
}

#[test]
fn every_public_function_is_listed() {
    let listed: BTreeSet<String> = LIST.iter().map(|(function, _)| (*function).to_owned()).collect();
    assert_eq!(listed.len(), LIST.len(), "a function is listed twice");
    let found = public_functions();
    let missing: Vec<_> = found.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&found).collect();
    assert!(missing.is_empty(), "not listed in tests/reference/list.rs: {missing:#?}");
    assert!(gone.is_empty(), "listed, but not in src/stats: {gone:#?}");
}

/// Names of cases and tables that the list gives exist, and each stands in a test beside this file.
#[test]
fn listed_cases_exist_and_are_tested() {
    let mut tests = String::new();
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference")).expect("tests") {
        let path = entry.expect("a file").path();
        if path.file_name().is_some_and(|name| name != "list.rs") {
            tests.push_str(&std::fs::read_to_string(path).expect("source"));
        }
    }
    let known = shared().map(|folder| {
        let text = std::fs::read_to_string(folder.join("reference/reference_values.json")).expect("reference values");
        let all: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let cases = all["cases"].as_array().expect("cases").iter().filter_map(|c| c["id"].as_str());
        (folder, cases.map(str::to_owned).collect::<BTreeSet<_>>())
    });
    for (function, outside) in LIST {
        let (text, cases) = match outside {
            Reference(text, cases) | Computed(text, cases) => (text, cases),
            Definition => continue,
        };
        assert!(!text.is_empty(), "{function} is compared with nothing");
        for case in *cases {
            assert!(tests.contains(case), "{function}: no test names {case}");
            let Some((folder, ids)) = &known else { continue };
            let table = folder.join("data/statistics").join(case);
            assert!(ids.contains(*case) || table.is_file(), "{function}: there is no case {case}");
        }
    }
}
