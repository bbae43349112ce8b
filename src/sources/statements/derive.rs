//! Columns derived from dates: delays, and flags for dates that stand in for others or cannot be.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Date32Array, Int64Array};

use crate::tables::statements::COLUMNS;

/// First day that the database accepts for content: also what stands there for an unknown day.
const CONTENT_MIN: i32 = 10_957; // 2000-01-01
/// First day that the database accepts for a decision.
const APPLICATION_MIN: i32 = 18_262; // 2020-01-01
/// Last day that the database accepts for either.
const DATE_MAX: i32 = 24_837; // 2038-01-01

/// The delays and date flags.
pub fn dates(made: &mut [Option<ArrayRef>], created: &[Option<i32>]) {
    let index = |name: &str| COLUMNS.iter().position(|c| c.name == name);
    let dates = |name: &str, made: &[Option<ArrayRef>]| -> Option<Date32Array> {
        Some(made[index(name)?].as_ref()?.as_primitive().clone())
    };
    let (content, applied) = (dates("content_date", made), dates("application_date", made));
    let day = |array: &Option<Date32Array>, i: usize| array.as_ref().and_then(|a| a.is_valid(i).then(|| a.value(i)));
    let mut set = |name: &str, array: ArrayRef| {
        if let Some(c) = index(name) {
            made[c] = Some(array);
        }
    };
    let n = created.len();
    if applied.is_some() {
        if content.is_some() {
            let delays: Int64Array =
                (0..n).map(|i| Some(i64::from(day(&applied, i)?) - i64::from(day(&content, i)?))).collect();
            set("delay_days", Arc::new(delays));
        }
        let delays: Int64Array = (0..n).map(|i| Some(i64::from(created[i]?) - i64::from(day(&applied, i)?))).collect();
        set("submission_delay_days", Arc::new(delays));
        let odd: BooleanArray = (0..n)
            .map(|i| {
                day(&applied, i)
                    .map(|d| !(APPLICATION_MIN..=DATE_MAX).contains(&d) || created[i].is_some_and(|c| d > c + 1))
            })
            .collect();
        set("application_date_impossible", Arc::new(odd));
    }
    if content.is_some() {
        let placeholder: BooleanArray = (0..n).map(|i| day(&content, i).map(|d| d == CONTENT_MIN || d == 0)).collect();
        set("content_date_placeholder", Arc::new(placeholder));
        let odd: BooleanArray = (0..n)
            .map(|i| {
                day(&content, i)
                    .map(|d| !(CONTENT_MIN..=DATE_MAX).contains(&d) || created[i].is_some_and(|c| d > c + 1))
            })
            .collect();
        set("content_date_impossible", Arc::new(odd));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time;

    #[test]
    fn day_constants_are_the_days_they_say() {
        assert_eq!(time::iso(CONTENT_MIN), "2000-01-01");
        assert_eq!(time::iso(APPLICATION_MIN), "2020-01-01");
        assert_eq!(time::iso(DATE_MAX), "2038-01-01");
    }
}
