//! Rules judged row by row on the arrays of a batch: one boolean column each.
//!
//! A rule is two bit maps: the rows that it applies to, and those of them that break it. Rows that it does
//! not apply to are null. Where the export lacks a column that a rule needs, the rule has no column at all.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::{Date32Type, Int32Type};

use super::codes::ListArrays;
use crate::finding::{self, Findings};
use crate::tables::rules::RULES;
use crate::tables::statements::COLUMNS;

/// Since then every way of submission sorted the territorial scope.
const SORTED_SCOPES: i32 = 19_835; // 2024-04-22
/// Since then every way of submission checked the form of `platform_uid`.
const CHECKED_UIDS: i32 = 19_831; // 2024-04-18
/// Longest `platform_uid`.
const UID_LENGTH: usize = 500;
/// Digits of a barcode.
const EAN_LENGTH: usize = 13;

/// A decision: the column that says whether it was taken, and that of its end.
const DECISIONS: [(&str, &str); 4] = [
    ("visibility_set", "end_date_visibility_restriction"),
    ("decision_monetary", "end_date_monetary_restriction"),
    ("decision_provision", "end_date_service_restriction"),
    ("decision_account", "end_date_account_restriction"),
];

/// Free text that platforms write.
const TEXTS: [&str; 10] = [
    "decision_visibility_other",
    "decision_monetary_other",
    "illegal_content_legal_ground",
    "illegal_content_explanation",
    "incompatible_content_ground",
    "incompatible_content_explanation",
    "category_specification_other",
    "content_type_other",
    "decision_facts",
    "source_identity",
];

/// What the lists of a batch say beside their elements.
#[derive(Debug)]
pub struct Order {
    unsorted_scope: Vec<bool>,
    repeated: Vec<bool>,
    several: Vec<bool>,
    additions: Option<ArrayRef>,
}

impl Order {
    /// For a batch of so many rows.
    #[must_use]
    pub fn new(rows: usize) -> Self {
        Self {
            unsorted_scope: vec![false; rows],
            repeated: vec![false; rows],
            several: vec![false; rows],
            additions: None,
        }
    }

    /// Takes note of a list column.
    pub fn add(&mut self, column: &str, lists: &ListArrays) {
        match column {
            "territorial_scope" => {
                let odd = lists.unsorted.iter().zip(&lists.repeated).map(|(a, b)| *a || *b);
                self.unsorted_scope = odd.collect();
            }
            "category_addition" => self.additions = Some(Arc::clone(&lists.joined)),
            _ => {
                self.repeated.iter_mut().zip(&lists.repeated).for_each(|(all, one)| *all |= one);
                let counts = lists.counts.as_primitive::<arrow::datatypes::Int64Type>().values();
                self.several.iter_mut().zip(counts).for_each(|(all, n)| *all |= *n > 1);
            }
        }
    }
}

/// Rows that a rule applies to, and those that break it.
type Verdict = (BooleanBuffer, BooleanBuffer);

/// Adds the columns of the rules that are chosen and can be judged.
pub fn judge(made: &mut [Option<ArrayRef>], created: &[Option<i32>], order: &Order, chosen: &dyn Fn(usize) -> bool) {
    for rule in RULES {
        let Some(at) = COLUMNS.iter().position(|c| c.name == rule.column) else { continue };
        if !chosen(at) {
            continue;
        }
        let bench = Bench { made, created, order };
        made[at] = bench.verdict(rule.id).map(|(applies, broken)| {
            let broken = &broken & &applies;
            Arc::new(BooleanArray::new(broken, Some(NullBuffer::new(applies)))) as ArrayRef
        });
    }
}

/// Reports the enforced rules that rows of the batch break.
pub fn report(made: &[Option<ArrayRef>], place: impl Fn(usize) -> (usize, u64), findings: &mut Findings) {
    for rule in RULES.iter().filter(|r| r.enforced) {
        let Some(column) = COLUMNS.iter().position(|c| c.name == rule.column) else { continue };
        let Some(array) = made[column].as_ref() else { continue };
        let broken = array.as_boolean().values();
        let n = broken.count_set_bits();
        if n > 0 {
            let first = broken.set_indices().next().map(&place);
            findings.add(finding::RULE_BROKEN, Some(rule.column), Some(rule.id), n as u64, first);
        }
    }
}

/// The arrays of a batch.
struct Bench<'a> {
    made: &'a [Option<ArrayRef>],
    created: &'a [Option<i32>],
    order: &'a Order,
}

impl Bench<'_> {
    fn verdict(&self, rule: &str) -> Option<Verdict> {
        match rule {
            "R02" => {
                let named = self.any(&DECISIONS.map(|d| d.0))?;
                Some((self.all(), !&named))
            }
            "R04" => self.described("visibility_set", "DECISION_VISIBILITY_OTHER", "decision_visibility_other"),
            "R06" => self.described("decision_monetary", "DECISION_MONETARY_OTHER", "decision_monetary_other"),
            "R16" => self.described("content_types", "CONTENT_TYPE_OTHER", "content_type_other"),
            "R12" => self.grounded(
                "DECISION_GROUND_ILLEGAL_CONTENT",
                ["illegal_content_legal_ground", "illegal_content_explanation"],
            ),
            "R13" => self.grounded(
                "DECISION_GROUND_INCOMPATIBLE_CONTENT",
                ["incompatible_content_ground", "incompatible_content_explanation"],
            ),
            "R14" => {
                let ground = self.is("decision_ground", |c| c == "DECISION_GROUND_INCOMPATIBLE_CONTENT")?;
                Some((self.given("incompatible_content_illegal")?, !&ground))
            }
            "R19" => self.repeated_category(),
            "R21" => {
                let other = self.holds("keyword_set", "KEYWORD_OTHER")?;
                Some((self.given("category_specification_other")?, !&other))
            }
            "R22" => Some((
                &self.given("territory_set")? & &self.since(SORTED_SCOPES),
                BooleanBuffer::from(self.order.unsorted_scope.as_slice()),
            )),
            "R23" => Some((self.all(), !&self.given("territory_set")?)),
            "R28" => self.ends_before_it_begins(),
            "R29" => {
                let ends = self.any(&DECISIONS.map(|d| d.1))?;
                let mut broken = self.none();
                for (decision, end) in DECISIONS {
                    broken = &broken | &(&self.given(end)? & &!&self.given(decision)?);
                }
                Some((ends, broken))
            }
            "R30" => self.dates_out_of_order(),
            "R31" => {
                let (mut applies, mut broken) = (self.none(), self.none());
                for (decision, end) in &DECISIONS[1..] {
                    let ended = self.is(decision, |c| c.ends_with("_TERMINATION") || c.ends_with("_TERMINATED"))?;
                    broken = &broken | &(&ended & &self.given(end)?);
                    applies = &applies | &ended;
                }
                Some((applies, broken))
            }
            "R34" => Some((self.is("source_type", |c| c == "SOURCE_VOLUNTARY")?, self.given("source_identity")?)),
            "R36" => {
                let odd = self.text("platform_uid", |uid| {
                    uid.len() > UID_LENGTH || !uid.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
                })?;
                Some((&self.given("platform_uid")? & &self.since(CHECKED_UIDS), odd))
            }
            "R38" => Some((self.given("content_id_ean")?, self.text("content_id_ean", |ean| !is_13_digits(ean))?)),
            "R39" => {
                let applies = self.text("content_id_ean", is_13_digits)?;
                Some((applies, self.text("content_id_ean", |ean| is_13_digits(ean) && !has_check_digit(ean))?))
            }
            "R40" => Some((
                BooleanBuffer::from(self.order.several.as_slice()),
                BooleanBuffer::from(self.order.repeated.as_slice()),
            ))
            .filter(|_| self.column("decision_visibility").is_some()),
            "R42" => self.untidy_text(),
            _ => None,
        }
    }

    fn rows(&self) -> usize {
        self.created.len()
    }

    fn all(&self) -> BooleanBuffer {
        BooleanBuffer::new_set(self.rows())
    }

    fn none(&self) -> BooleanBuffer {
        BooleanBuffer::new_unset(self.rows())
    }

    fn column(&self, name: &str) -> Option<&ArrayRef> {
        self.made[COLUMNS.iter().position(|c| c.name == name)?].as_ref()
    }

    /// Rows that have a value.
    fn given(&self, name: &str) -> Option<BooleanBuffer> {
        let array = self.column(name)?;
        Some(array.logical_nulls().map_or_else(|| self.all(), |nulls| nulls.inner().clone()))
    }

    /// Rows that have a value in at least one of these columns.
    fn any(&self, names: &[&str]) -> Option<BooleanBuffer> {
        names.iter().try_fold(self.none(), |all, name| Some(&all | &self.given(name)?))
    }

    /// Rows submitted on this day or later.
    fn since(&self, day: i32) -> BooleanBuffer {
        BooleanBuffer::collect_bool(self.rows(), |i| self.created[i].is_some_and(|c| c >= day))
    }

    /// Rows whose code passes a test, which each distinct code takes once.
    fn is(&self, name: &str, test: impl Fn(&str) -> bool) -> Option<BooleanBuffer> {
        Some(coded(self.column(name)?, test))
    }

    /// Rows whose joined list holds a code.
    fn holds(&self, name: &str, code: &str) -> Option<BooleanBuffer> {
        self.is(name, |list| list.split(',').any(|c| c == code))
    }

    /// Rows whose text passes a test.
    fn text(&self, name: &str, test: impl Fn(&str) -> bool) -> Option<BooleanBuffer> {
        let array = self.column(name)?.as_string::<i32>();
        if array.null_count() == array.len() {
            return Some(self.none());
        }
        Some(BooleanBuffer::collect_bool(array.len(), |i| array.is_valid(i) && test(array.value(i))))
    }

    /// A code for "other" and its description go together.
    fn described(&self, codes: &str, other: &str, text: &str) -> Option<Verdict> {
        let (code, text) = (self.holds(codes, other)?, self.given(text)?);
        Some((&code | &text, &code ^ &text))
    }

    /// A ground and its two texts go together.
    fn grounded(&self, ground: &str, texts: [&str; 2]) -> Option<Verdict> {
        let this = self.is("decision_ground", |c| c == ground)?;
        let [a, b] = texts;
        let (a, b) = (self.given(a)?, self.given(b)?);
        let applies = &(&this | &(&a | &b)) & &self.given("decision_ground")?;
        Some((applies, !&(&this & &(&a & &b))))
    }

    fn repeated_category(&self) -> Option<Verdict> {
        let additions = self.order.additions.as_ref()?;
        let categories = self.column("category")?;
        let applies = additions.logical_nulls().map_or_else(|| self.all(), |nulls| nulls.inner().clone());
        if applies.count_set_bits() == 0 {
            return Some((applies, self.none()));
        }
        let (additions, categories) = (additions.as_dictionary::<Int32Type>(), categories.as_dictionary::<Int32Type>());
        let (lists, codes) = (additions.values().as_string::<i32>(), categories.values().as_string::<i32>());
        let broken = BooleanBuffer::collect_bool(self.rows(), |i| {
            match (additions.key(i).filter(|_| applies.value(i)), categories.key(i)) {
                (Some(list), Some(code)) => lists.value(list).split(',').any(|c| c == codes.value(code)),
                _ => false,
            }
        });
        Some((applies, broken))
    }

    fn ends_before_it_begins(&self) -> Option<Verdict> {
        let applied = self.column("application_date")?.as_primitive::<Date32Type>();
        let mut broken = self.none();
        for (_, end) in DECISIONS {
            let ends = self.column(end)?.as_primitive::<Date32Type>();
            if ends.null_count() < ends.len() {
                let before = |i| ends.is_valid(i) && ends.value(i) < applied.value(i);
                broken = &broken | &BooleanBuffer::collect_bool(self.rows(), before);
            }
        }
        Some((&self.any(&DECISIONS.map(|d| d.1))? & &self.given("application_date")?, broken))
    }

    fn dates_out_of_order(&self) -> Option<Verdict> {
        let content = self.column("content_date")?.as_primitive::<Date32Type>();
        let decided = self.column("application_date")?.as_primitive::<Date32Type>();
        let created = BooleanBuffer::collect_bool(self.rows(), |i| self.created[i].is_some());
        let applies = &(&self.given("content_date")? & &self.given("application_date")?) & &created;
        let broken = BooleanBuffer::collect_bool(self.rows(), |i| {
            content.value(i) > decided.value(i) || self.created[i].is_some_and(|c| decided.value(i) > c)
        });
        Some((applies, broken))
    }

    fn untidy_text(&self) -> Option<Verdict> {
        let mut broken = self.none();
        for name in TEXTS {
            let texts = self.column(name)?.as_string::<i32>();
            if texts.null_count() == texts.len() {
                continue;
            }
            // Most batches hold no such byte at all: then only the ends of each text are looked at.
            let bytes = texts.value_data();
            let inside = memchr::memchr(b'\r', bytes).is_some() || memchr::memmem::find(bytes, b"\\\"").is_some();
            let odd = self.text(name, |text| {
                let blank = |c: Option<&u8>| c.is_some_and(u8::is_ascii_whitespace);
                let bytes = text.as_bytes();
                blank(bytes.first()) || blank(bytes.last()) || inside && (text.contains('\r') || text.contains("\\\""))
            })?;
            broken = &broken | &odd;
        }
        Some((self.any(&TEXTS)?, broken))
    }
}

/// Rows of a column of codes whose code passes a test; no code does not.
fn coded(array: &ArrayRef, test: impl Fn(&str) -> bool) -> BooleanBuffer {
    let array = array.as_dictionary::<Int32Type>();
    let values = array.values().as_string::<i32>();
    let passed: Vec<bool> = (0..values.len()).map(|i| values.is_valid(i) && test(values.value(i))).collect();
    if !passed.contains(&true) {
        return BooleanBuffer::new_unset(array.len());
    }
    BooleanBuffer::collect_bool(array.len(), |i| array.key(i).is_some_and(|key| passed[key]))
}

fn is_13_digits(ean: &str) -> bool {
    ean.len() == EAN_LENGTH && ean.bytes().all(|b| b.is_ascii_digit())
}

/// Whether the last digit makes the weighted sum of an EAN-13 a multiple of ten (weights 1, 3, 1, 3, …).
///
/// Source: GS1 General Specifications, section on check digits.
fn has_check_digit(ean: &str) -> bool {
    let sum: u32 = ean.bytes().zip([1, 3].into_iter().cycle()).map(|(b, weight)| u32::from(b - b'0') * weight).sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time;

    #[test]
    fn days_are_the_days_they_say() {
        assert_eq!((time::iso(SORTED_SCOPES), time::iso(CHECKED_UIDS)), ("2024-04-22".into(), "2024-04-18".into()));
    }

    #[test]
    fn check_digits() {
        for (ean, right) in [("4006381333931", true), ("4006381333932", false), ("0000000000000", true)] {
            assert_eq!(has_check_digit(ean), right, "{ean}");
        }
        assert!(!is_13_digits("400638133393") && !is_13_digits("40063813339 1"));
    }
}
