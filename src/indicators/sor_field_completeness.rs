//! The indicator `sor-field-completeness`.

use super::shares::Share;
use super::{Basis, Cohort, Direction, Level, Requirement, Stability, Statistic};
use crate::engine::{Op, Predicate};

indicator! {
    /// Share of statements in which an optional field is filled in, among those that it applies to.
    ///
    /// # Question
    ///
    /// How often do fields that may be empty, or hold a placeholder, carry information, in the statements that the
    /// field applies to?
    ///
    /// # Formula
    ///
    /// ```text
    /// share(field) = k / n
    /// k = statements of n in which the field has a value
    /// n = statements that the field applies to
    /// ```
    ///
    /// One estimate for each field, in the group `field`:
    ///
    /// | field | applies to |
    /// |---|---|
    /// | `account_type` | statements that restrict an account |
    /// | `category_addition` | all |
    /// | `category_specification` | all: at least one keyword |
    /// | `content_date` | all: a date that is no placeholder (2000-01-01, 1970-01-01) |
    /// | `content_id_ean` | statements of schema v2 whose only content type is a product |
    /// | `content_language` | all |
    /// | `decision_ground_reference_url` | all |
    /// | `incompatible_content_illegal` | statements on incompatible content |
    /// | `source_identity` | statements on notices |
    /// | `territorial_scope` | statements of full exports |
    ///
    /// The unit is the statement of reasons. The period is that of the day of submission in UTC, or of the
    /// date asked for; statements without that date are in no period, and the note gives their number.
    /// Below n = 10 the result is `insufficient`: one statement would move a share by ten points or more.
    ///
    /// # Uncertainty
    ///
    /// The statements are a census of what was submitted, so there is no sampling interval. On request a
    /// Wilson interval (1927) is drawn and called a *process* interval: it says how far chance alone would
    /// move the share if every statement were an independent draw of one stable process. Decisions come in
    /// batches and processes change, so the share usually varies more than that. The interval covers no
    /// error of reporting.
    ///
    /// # Limits
    ///
    /// - Optional fields can be empty for good reason: content without language, products without barcode, a
    ///   notifier who must not be named. No value here is a share of statements that lack what they should have.
    /// - Fields and their rules changed on 2025-07-01. Compare within one schema (group `schema_version`).
    /// - A field that is filled in can be filled in wrongly; placeholders other than the two dates are not known.
    /// - End dates are left out: an empty one means that the restriction has no end.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 17(3) and 24(5).
    /// - European Commission, *DSA Transparency Database*, doi:10.2906/134353607485211.
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference",
    ///   *Journal of the American Statistical Association* 22, 209–212.
    /// - Kaushal R. et al. (2024), "Automated transparency: a legal and empirical analysis of the Digital
    ///   Services Act Transparency Database", *ACM Conference on Fairness, Accountability, and
    ///   Transparency*; arXiv:2404.02894.
    SorFieldCompleteness {
        id: "sor-field-completeness",
        version: 1,
        status: Stability::Experimental,
        name: "Fields that carry information",
        question: "How often are the optional fields of a statement filled in, where they apply?",
        unit: "statement of reasons",
        direction: Direction::UpBetter,
        requires: &[Requirement {
            basis: Basis::Statements,
            table: "statements",
            cohort: Cohort::Submission,
            columns: &["account_type", "additional_categories", "content_date", "content_date_placeholder", "content_id_ean", "content_language", "content_types", "created_at", "decision_account", "decision_ground", "decision_ground_reference_url", "export_version", "incompatible_content_illegal", "n_keywords", "schema_version", "source_identity", "source_type", "territory_set"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::B],
        smallest_n: 10,
        legal: &[
            "Regulation (EU) 2022/2065, Art. 17(3)",
            "Regulation (EU) 2022/2065, Art. 24(5)",
        ],
        references: &[
            "Wilson 1927, J. Am. Stat. Assoc. 22, 209-212",
            "Kaushal et al. 2024, arXiv:2404.02894",
        ],
        own_group: Some("field"),
    }
}

static STATISTICS: [Statistic; 1] = [Statistic {
    name: "share",
    unit: "share",
    smallest_n: 10,
    meaning: "Statements with the field filled in per statement that it applies to.",
}];

shares!(SorFieldCompleteness);

fn parts() -> Vec<Share> {
    use Predicate as P;
    let given = P::not_null;
    let all = || P::True;
    let field = |name: &'static str, k: P, n: P| Share {
        statistic: &STATISTICS[0],
        part: Some(("field", name)),
        k,
        n,
        lacking: "",
    };
    let real_date = P::And(vec![given("content_date"), P::is_true("content_date_placeholder").negated()]);
    let product = P::And(vec![P::eq("schema_version", "v2"), P::eq("content_types", "CONTENT_TYPE_PRODUCT")]);
    let notice = P::And(vec![given("source_type"), P::eq("source_type", "SOURCE_VOLUNTARY").negated()]);
    let keyword = P::Cmp("n_keywords".to_owned(), Op::Gt, 0_i64.into());
    let incompatible = P::eq("decision_ground", "DECISION_GROUND_INCOMPATIBLE_CONTENT");
    vec![
        field("account_type", given("account_type"), given("decision_account")),
        field("category_addition", given("additional_categories"), all()),
        field("category_specification", keyword, all()),
        field("content_date", real_date, all()),
        field("content_id_ean", given("content_id_ean"), product),
        field("content_language", given("content_language"), all()),
        field("decision_ground_reference_url", given("decision_ground_reference_url"), all()),
        field("incompatible_content_illegal", given("incompatible_content_illegal"), incompatible),
        field("source_identity", given("source_identity"), notice),
        field("territorial_scope", given("territory_set"), P::eq("export_version", "full")),
    ]
}
