//! Columns derived from dates: delays, and flags for dates that stand in for others or cannot be.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Date32Array, Int64Array};
use arrow::buffer::{BooleanBuffer, NullBuffer};

use crate::tables::statements::COLUMNS;

/// First day that the database accepts for content: also what stands there for an unknown day.
const CONTENT_MIN: i32 = 10_957; // 2000-01-01
/// First day that the database accepts for a decision.
const APPLICATION_MIN: i32 = 18_262; // 2020-01-01
/// Last day that the database accepts for either.
const DATE_MAX: i32 = 24_837; // 2038-01-01

/// The delays and date flags. Where a date is null, so is what is derived from it.
pub fn dates(made: &mut [Option<ArrayRef>], created: &[Option<i32>]) {
    let index = |name: &str| COLUMNS.iter().position(|c| c.name == name);
    let dates = |name: &str, made: &[Option<ArrayRef>]| -> Option<Date32Array> {
        Some(made[index(name)?].as_ref()?.as_primitive().clone())
    };
    let (content, applied) = (dates("content_date", made), dates("application_date", made));
    let mut set = |name: &str, array: ArrayRef| {
        if let Some(c) = index(name) {
            made[c] = Some(array);
        }
    };
    // One day after the submission may be the time zone.
    let latest: Vec<i32> = created.iter().map(|c| c.map_or(i32::MAX, |c| c + 1)).collect();
    let flag = |array: &Date32Array, test: &dyn Fn(i32, i32) -> bool| -> ArrayRef {
        let days = array.values();
        let bits = BooleanBuffer::collect_bool(days.len(), |i| test(days[i], latest[i]));
        Arc::new(BooleanArray::new(bits, array.nulls().cloned()))
    };
    if let Some(applied) = &applied {
        if let Some(content) = &content {
            let days = applied.values().iter().zip(content.values()).map(|(a, c)| i64::from(*a) - i64::from(*c));
            let nulls = NullBuffer::union(applied.nulls(), content.nulls());
            set("delay_days", Arc::new(Int64Array::new(days.collect(), nulls)));
        }
        let days = created.iter().zip(applied.values()).map(|(c, a)| i64::from(c.unwrap_or(0)) - i64::from(*a));
        let known = BooleanBuffer::collect_bool(created.len(), |i| created[i].is_some());
        let nulls = NullBuffer::union(applied.nulls(), Some(&NullBuffer::new(known)));
        set("submission_delay_days", Arc::new(Int64Array::new(days.collect(), nulls)));
        let odd = flag(applied, &|d, latest| !(APPLICATION_MIN..=DATE_MAX).contains(&d) || d > latest);
        set("application_date_impossible", odd);
    }
    if let Some(content) = &content {
        set("content_date_placeholder", flag(content, &|d, _| d == CONTENT_MIN || d == 0));
        let odd = flag(content, &|d, latest| !(CONTENT_MIN..=DATE_MAX).contains(&d) || d > latest);
        set("content_date_impossible", odd);
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
