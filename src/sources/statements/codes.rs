//! Columns of codes and of lists of codes: each distinct text is parsed once and then looked up, first in the
//! row before, then by hash.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, DictionaryArray, Int32Array, Int64Array, ListArray, StringArray};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field};
use foldhash::fast::FixedState;

use super::columns::{Notes, Rows, arrow, nulls};
use super::dialect::unescape;
use super::values;
use crate::error::Result;
use crate::finding::{self, shown};

/// Distinct texts that a builder remembers from one unit to the next.
const MAX_REMEMBERED: usize = 1 << 16;

/// Texts met so far, with a key each, and how often each was met in this unit.
#[derive(Debug, Default)]
struct Interner {
    map: HashMap<Vec<u8>, u32, FixedState>,
    counts: Vec<u64>,
    first: Vec<u64>,
    previous: Vec<u8>,
    previous_key: u32,
}

impl Interner {
    /// Key of a text, and whether it is new.
    #[inline]
    fn key(&mut self, text: &[u8], line: u64) -> (u32, bool) {
        let (key, new) = if self.previous == text && !self.counts.is_empty() {
            (self.previous_key, false)
        } else {
            let found = self.map.get(text).copied();
            #[expect(clippy::cast_possible_truncation, reason = "a unit has far fewer records")]
            let key = found.unwrap_or(self.counts.len() as u32);
            if found.is_none() {
                self.map.insert(text.to_vec(), key);
                self.counts.push(0);
                self.first.push(0);
            }
            self.previous.clear();
            self.previous.extend_from_slice(text);
            self.previous_key = key;
            (key, found.is_none())
        };
        let count = &mut self.counts[key as usize];
        if *count == 0 {
            self.first[key as usize] = line;
        }
        *count += 1;
        (key, new)
    }

    fn is_full(&self) -> bool {
        self.counts.len() > MAX_REMEMBERED
    }

    /// Keys met since the last call, with count and first line.
    fn take_counts(&mut self) -> Vec<(usize, u64, u64)> {
        let met =
            self.counts.iter().enumerate().filter(|(_, c)| **c > 0).map(|(k, c)| (k, *c, self.first[k])).collect();
        self.counts.fill(0);
        met
    }
}

/// Codes: each distinct text is kept once.
#[derive(Debug)]
pub struct CodeColumn {
    /// Name of the column.
    pub name: &'static str,
    known: Option<&'static str>,
    interner: Interner,
    values: Vec<String>,
    broken: Vec<bool>,
    dictionary: Option<ArrayRef>,
    mapped: Option<ArrayRef>,
}

impl CodeColumn {
    /// A column whose codes are those of the enumeration `known`, or any.
    #[must_use]
    pub fn new(name: &'static str, known: Option<&'static str>) -> Self {
        Self {
            name,
            known,
            interner: Interner::default(),
            values: Vec::new(),
            broken: Vec::new(),
            dictionary: None,
            mapped: None,
        }
    }

    /// Forgets what it remembers, if that is too much. Only between units: keys change.
    pub fn begin_unit(&mut self) {
        if self.interner.is_full() {
            *self = Self::new(self.name, self.known);
        }
    }

    /// Keys of the cells, with nulls for empty ones.
    pub fn keys(&mut self, rows: &Rows<'_>, field: usize, notes: &mut Notes) -> Int32Array {
        let n = rows.len();
        let mut keys = Vec::with_capacity(n);
        let mut valid = Vec::with_capacity(n);
        for row in 0..n {
            let cell = rows.cell(row, field);
            valid.push(!cell.is_empty());
            if cell.is_empty() {
                keys.push(0);
                continue;
            }
            let (key, new) = self.interner.key(cell, rows.lines[row]);
            if new {
                let mut value = Vec::new();
                unescape(cell, &mut value);
                self.broken.push(std::str::from_utf8(&value).is_err());
                self.values.push(String::from_utf8_lossy(&value).into_owned());
                (self.dictionary, self.mapped) = (None, None);
            }
            if self.broken[key as usize] {
                notes.keep(row, self.name, cell);
                notes.findings.add(
                    finding::INVALID_UTF8,
                    Some(self.name),
                    None,
                    1,
                    Some((notes.entry, rows.lines[row])),
                );
            }
            keys.push(key.cast_signed());
        }
        Int32Array::new(ScalarBuffer::from(keys), nulls(valid))
    }

    /// The texts by key.
    #[must_use]
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// The cells as an array.
    ///
    /// # Errors
    /// None that an input can cause.
    pub fn array(&mut self, keys: &Int32Array) -> Result<ArrayRef> {
        let values = self.dictionary.get_or_insert_with(|| Arc::new(StringArray::from_iter_values(&self.values)));
        dictionary(keys, values)
    }

    /// The cells under other names. A column has one mapping: it is remembered until a new text is met.
    ///
    /// # Errors
    /// None that an input can cause.
    pub fn mapped(&mut self, keys: &Int32Array, map: &dyn Fn(&str) -> String) -> Result<ArrayRef> {
        let values = &self.values;
        let mapped =
            self.mapped.get_or_insert_with(|| Arc::new(StringArray::from_iter_values(values.iter().map(|v| map(v)))));
        dictionary(keys, mapped)
    }

    /// Reports the codes of this unit that the schema does not know, and begins to count anew.
    pub fn end_unit(&mut self, notes: &mut Notes) {
        for (key, count, line) in self.interner.take_counts() {
            let value = &self.values[key];
            if self.known.is_some_and(|list| crate::tables::codes::code(list, value).is_none()) {
                let place = Some((notes.entry, line));
                notes.findings.add(finding::UNKNOWN_CODE, Some(self.name), Some(&shown(value)), count, place);
            }
        }
    }

    /// Counts per text in this unit, with the first line, without ending it.
    pub fn met(&self) -> impl Iterator<Item = (&str, u64, u64)> {
        let i = &self.interner;
        self.values
            .iter()
            .enumerate()
            .filter(|(k, _)| i.counts[*k] > 0)
            .map(|(k, v)| (v.as_str(), i.counts[k], i.first[k]))
    }
}

/// An array of keys into `values`.
///
/// # Errors
/// None that an input can cause.
pub fn dictionary(keys: &Int32Array, values: &ArrayRef) -> Result<ArrayRef> {
    let values: ArrayRef = if values.is_empty() { Arc::new(StringArray::from(vec![""])) } else { Arc::clone(values) };
    Ok(Arc::new(DictionaryArray::try_new(keys.clone(), values).map_err(arrow)?))
}

/// A column with one text in every row.
///
/// # Errors
/// None that an input can cause.
pub fn constant(text: &str, rows: usize) -> Result<ArrayRef> {
    let values: ArrayRef = Arc::new(StringArray::from(vec![text]));
    dictionary(&Int32Array::from(vec![0; rows]), &values)
}

/// What one distinct list text holds.
#[derive(Debug)]
struct List {
    elements: std::ops::Range<usize>,
    valid: bool,
    count: i64,
    unsorted: bool,
    repeated: bool,
    joined: Option<String>,
    joined_v2: Option<String>,
}

/// Lists of codes: each distinct list is parsed once.
#[derive(Debug)]
pub struct ListColumn {
    name: &'static str,
    known: &'static str,
    interner: Interner,
    lists: Vec<List>,
    /// Elements of all lists, one after the other, as keys into `values`.
    elements: Vec<i32>,
    index: HashMap<String, i32, FixedState>,
    values: Vec<String>,
    /// Dictionaries of elements, of joined texts, and of both in v2, until a new list is met.
    dictionaries: Option<[ArrayRef; 4]>,
}

/// The arrays that a list column gives.
#[derive(Debug)]
pub struct ListArrays {
    /// The lists.
    pub lists: ArrayRef,
    /// The lists in the terms of schema v2, for the columns that have such.
    pub in_v2: ArrayRef,
    /// Elements sorted, without repetition, joined by a comma.
    pub joined: ArrayRef,
    /// The same in the terms of schema v2.
    pub joined_v2: ArrayRef,
    /// Number of elements that are neither empty nor the text `null`.
    pub counts: ArrayRef,
    /// Whether the elements of each row are out of order.
    pub unsorted: Vec<bool>,
    /// Whether an element of each row occurs again.
    pub repeated: Vec<bool>,
}

impl ListColumn {
    /// A column of lists of codes of the enumeration `known`.
    #[must_use]
    pub fn new(name: &'static str, known: &'static str) -> Self {
        Self {
            name,
            known,
            interner: Interner::default(),
            lists: Vec::new(),
            elements: Vec::new(),
            index: HashMap::default(),
            values: Vec::new(),
            dictionaries: None,
        }
    }

    /// Forgets what it remembers, if that is too much. Only between units: keys change.
    pub fn begin_unit(&mut self) {
        if self.interner.is_full() || self.values.len() > MAX_REMEMBERED {
            *self = Self::new(self.name, self.known);
        }
    }

    fn learn(&mut self, raw: &[u8]) {
        let mut cell = Vec::new();
        unescape(raw, &mut cell);
        let parsed = std::str::from_utf8(&cell).ok().and_then(values::list);
        let start = self.elements.len();
        let mut kept: Vec<&str> = Vec::new();
        for element in parsed.iter().flatten() {
            let next = i32::try_from(self.values.len()).unwrap_or(i32::MAX);
            let key = *self.index.entry(element.clone()).or_insert(next);
            if key == next {
                self.values.push(element.clone());
            }
            self.elements.push(key);
            if !element.is_empty() && element != "null" {
                kept.push(element);
            }
        }
        let count = i64::try_from(kept.len()).unwrap_or(i64::MAX);
        let unsorted = !kept.is_sorted();
        let given = kept.len();
        let joined = |mut kept: Vec<&str>| {
            kept.sort_unstable();
            kept.dedup();
            (kept.len(), (!kept.is_empty()).then(|| kept.join(",")))
        };
        let in_v2 = kept.iter().map(|c| crate::tables::codes::in_v2(self.known, c)).collect();
        let ((distinct, joined), (_, joined_v2)) = (joined(kept.clone()), joined(in_v2));
        self.lists.push(List {
            elements: start..self.elements.len(),
            valid: parsed.is_some(),
            count,
            unsorted,
            repeated: distinct < given,
            joined,
            joined_v2,
        });
    }

    /// The arrays of a batch.
    ///
    /// # Errors
    /// None that an input can cause.
    pub fn arrays(&mut self, rows: &Rows<'_>, field: usize, notes: &mut Notes) -> Result<ListArrays> {
        let n = rows.len();
        let mut ids = Vec::with_capacity(n);
        let mut valid = Vec::with_capacity(n);
        let mut offsets = Vec::with_capacity(n + 1);
        let mut children: Vec<i32> = Vec::with_capacity(n * 4);
        let mut counts = Vec::with_capacity(n);
        let (mut unsorted, mut repeated) = (Vec::with_capacity(n), Vec::with_capacity(n));
        offsets.push(0_i32);
        for row in 0..n {
            let cell = rows.cell(row, field);
            if cell.is_empty() {
                ids.push(None);
                valid.push(false);
                counts.push(0);
                unsorted.push(false);
                repeated.push(false);
            } else {
                let (id, new) = self.interner.key(cell, rows.lines[row]);
                if new {
                    self.learn(cell);
                    self.dictionaries = None;
                }
                let list = &self.lists[id as usize];
                if !list.valid {
                    notes.keep(row, self.name, cell);
                    notes.odd(finding::BAD_LIST, self.name, cell, rows.lines[row]);
                }
                valid.push(list.valid);
                counts.push(list.count);
                unsorted.push(list.unsorted);
                repeated.push(list.repeated);
                children.extend_from_slice(&self.elements[list.elements.clone()]);
                ids.push(Some(id));
            }
            offsets.push(i32::try_from(children.len()).map_err(arrow)?);
        }
        let valid = nulls(valid);
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
        let keys = Int32Array::from(children);
        let [values, values_v2, joined, joined_v2] = self.dictionaries();
        let list = |values: &ArrayRef| -> Result<ArrayRef> {
            let child = dictionary(&keys, values)?;
            let kind = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
            let field = Arc::new(Field::new("element", kind, true));
            Ok(Arc::new(ListArray::try_new(field, offsets.clone(), child, valid.clone()).map_err(arrow)?))
        };
        let lists = list(&values)?;
        let in_v2 = if Arc::ptr_eq(&values, &values_v2) { Arc::clone(&lists) } else { list(&values_v2)? };
        let joined_keys: Int32Array = ids
            .iter()
            .map(|id| id.filter(|id| self.lists[*id as usize].joined.is_some()).map(u32::cast_signed))
            .collect();
        let joined = dictionary(&joined_keys, &joined)?;
        // A list has elements in v2 where it has any, so the keys are the same.
        let joined_v2 = dictionary(&joined_keys, &joined_v2)?;
        let counts = Arc::new(Int64Array::from(counts));
        Ok(ListArrays { lists, in_v2, joined, joined_v2, counts, unsorted, repeated })
    }

    fn dictionaries(&mut self) -> [ArrayRef; 4] {
        let (values, lists, known) = (&self.values, &self.lists, self.known);
        let made = self.dictionaries.get_or_insert_with(|| {
            let elements: ArrayRef = Arc::new(StringArray::from_iter_values(values));
            let mapped: Vec<&str> = values.iter().map(|v| crate::tables::codes::in_v2(known, v)).collect();
            let in_v2 = if mapped.iter().zip(values).all(|(a, b)| a == b) {
                Arc::clone(&elements)
            } else {
                Arc::new(StringArray::from_iter_values(mapped))
            };
            let joined = lists.iter().map(|l| l.joined.as_deref().unwrap_or_default());
            let joined_v2 = lists.iter().map(|l| l.joined_v2.as_deref().unwrap_or_default());
            let texts = [StringArray::from_iter_values(joined), StringArray::from_iter_values(joined_v2)];
            let [joined, joined_v2] = texts.map(|t| Arc::new(t) as ArrayRef);
            [elements, in_v2, joined, joined_v2]
        });
        made.each_ref().map(Arc::clone)
    }

    /// Reports the codes of this unit that the schema does not know, and begins to count anew.
    pub fn end_unit(&mut self, notes: &mut Notes) {
        for (id, count, line) in self.interner.take_counts() {
            for &key in &self.elements[self.lists[id].elements.clone()] {
                let Some(value) = usize::try_from(key).ok().and_then(|k| self.values.get(k)) else { continue };
                let none = value.is_empty() || value == "null";
                if !none && crate::tables::codes::code(self.known, value).is_none() {
                    let place = Some((notes.entry, line));
                    notes.findings.add(finding::UNKNOWN_CODE, Some(self.name), Some(&shown(value)), count, place);
                }
            }
        }
    }
}
