//! One export through all cores: streams are cut into units, workers decode and encode them, and their
//! results are taken in the order of the export.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use super::encode::{Encoder, Files, Group, Plan};
use super::rejected;
use crate::error::Result;
use crate::finding;
use crate::sources::archive::Archive;
use crate::sources::statements::{decode::Context, decode::Decoder, last_record};
use crate::sources::units::{Unit, Units};
use crate::sources::{Rejected, UnitReport};
use crate::tables::platforms::Aliases;

/// Encoded units that may wait for one before them, per worker.
const WAITING: usize = 4;

/// What moves while an export is read, for a progress bar.
#[derive(Debug, Default)]
pub struct Progress {
    /// Records decoded.
    pub rows: AtomicU64,
    /// Bytes of text decoded.
    pub bytes: AtomicU64,
    /// Set by the reader of the bar to stop early.
    pub stop: AtomicBool,
}

/// What a run through an export needs.
#[derive(Debug)]
pub struct Job<'a> {
    /// The export.
    pub archive: &'a Archive,
    /// Which of its entries to read, with what is known of each.
    pub entries: Vec<(usize, Context)>,
    /// Columns to decode.
    pub chosen: Arc<[usize]>,
    /// Platform names.
    pub aliases: Arc<Aliases>,
    /// Workers.
    pub threads: usize,
    /// Counters.
    pub progress: &'a Progress,
}

/// Where the rows of an export go.
pub struct Sink<'a> {
    /// The table.
    pub files: Files<'a>,
    /// What could not be read.
    pub rejected: rejected::Writer,
}

impl Sink<'_> {
    fn take(&mut self, rejected: &Rejected, groups: Vec<Group>) -> Result<()> {
        self.rejected.append(rejected)?;
        groups.into_iter().try_for_each(|group| self.files.append(group))
    }
}

struct Stream {
    units: Option<Units>,
    taken: usize,
    done: bool,
}

type Done = (UnitReport, Vec<Group>);

#[derive(Default)]
struct Results {
    units: BTreeMap<(usize, usize), Done>,
    /// How many units a finished stream had.
    lengths: BTreeMap<usize, usize>,
    failed: Option<(usize, crate::Error)>,
    /// Stream whose unit is awaited.
    expected: usize,
    finished_workers: usize,
}

struct Shared<'a> {
    job: &'a Job<'a>,
    streams: Vec<Mutex<Stream>>,
    results: Mutex<Results>,
    moved: Condvar,
    limit: usize,
}

/// A lock that a panicking worker may have left: the panic itself is reported where threads are joined.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Job<'_> {
    /// Reads the export; with a sink, its rows are written there.
    ///
    /// # Errors
    /// The first error of any stream: an export is loaded whole or not at all.
    pub fn run(&self, plan: &Plan, mut sink: Option<&mut Sink<'_>>) -> Result<UnitReport> {
        let shared = Shared {
            job: self,
            streams: self.entries.iter().map(|_| Mutex::new(Stream { units: None, taken: 0, done: false })).collect(),
            results: Mutex::default(),
            moved: Condvar::new(),
            limit: WAITING * self.threads,
        };
        let write = sink.is_some();
        let mut total = UnitReport::default();
        let threads = self.threads.max(1);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    // Counted even if the worker panics: the scope then re-raises the panic, and nobody waits.
                    let _finished = Finished(&shared);
                    shared.work(plan, write);
                });
            }
            for stream in 0..self.entries.len() {
                let mut unit = 0;
                let before = total.rows + total.rejected_rows;
                while let Some((mut report, groups)) = shared.wait(stream, unit, threads)? {
                    let rejected = std::mem::take(&mut report.rejected);
                    if let Some(sink) = sink.as_deref_mut() {
                        sink.take(&rejected, groups)
                            .inspect_err(|_| self.progress.stop.store(true, Ordering::Relaxed))?;
                    }
                    total.merge(report);
                    unit += 1;
                }
                let context = &self.entries[stream].1;
                if context.has_header && total.rows + total.rejected_rows == before {
                    total.findings.add(finding::HEADER_ONLY, None, None, 1, Some((context.entry, 0)));
                }
            }
            Ok(())
        })
        .map(|()| total)
    }
}

struct Finished<'a, 'b>(&'a Shared<'b>);

impl Drop for Finished<'_, '_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // Its unit will never come: the others must not wait for it.
            self.0.job.progress.stop.store(true, Ordering::Relaxed);
        }
        lock(&self.0.results).finished_workers += 1;
        self.0.moved.notify_all();
    }
}

impl Shared<'_> {
    /// The result of a unit; `None` after the last one of its stream.
    fn wait(&self, stream: usize, unit: usize, threads: usize) -> Result<Option<Done>> {
        let mut results = lock(&self.results);
        results.expected = stream;
        loop {
            if let Some(done) = results.units.remove(&(stream, unit)) {
                self.moved.notify_all();
                return Ok(Some(done));
            }
            if results.lengths.get(&stream).is_some_and(|&n| unit >= n) {
                return Ok(None);
            }
            // Units before the failed one are written in order first only to be dropped: stop at once.
            if let Some((_, error)) = results.failed.take() {
                return Err(error);
            }
            if results.finished_workers == threads {
                return Err(crate::Error::engine("cannot decode", "a worker stopped early"));
            }
            results =
                self.moved.wait_timeout(results, Duration::from_millis(50)).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn work(&self, plan: &Plan, write: bool) {
        let mut decoder = Decoder::new(Arc::clone(&self.job.chosen), Arc::clone(&self.job.aliases));
        let mut unit = Unit::default();
        while let Some((stream, number)) = self.take(&mut unit) {
            match self.unit(&mut decoder, &unit, stream, plan, write) {
                Ok(done) => {
                    self.job.progress.rows.fetch_add(done.0.rows, Ordering::Relaxed);
                    self.job.progress.bytes.fetch_add(unit.text().len() as u64, Ordering::Relaxed);
                    lock(&self.results).units.insert((stream, number), done);
                    self.moved.notify_all();
                }
                Err(error) => self.fail(stream, error),
            }
        }
    }

    fn unit(&self, decoder: &mut Decoder, unit: &Unit, stream: usize, plan: &Plan, write: bool) -> Result<Done> {
        let context = &self.job.entries[stream].1;
        let mut encoder = write.then(|| Encoder::new(plan));
        let report = decoder.decode(unit, context, &mut |batch| match &mut encoder {
            Some(encoder) => encoder.push(&batch),
            None => Ok(()),
        })?;
        let groups = encoder.map_or_else(|| Ok(Vec::new()), Encoder::finish)?;
        Ok((report, groups))
    }

    fn fail(&self, stream: usize, error: crate::Error) {
        let mut results = lock(&self.results);
        // The error of the earliest stream is told, so that the message does not depend on chance.
        if results.failed.as_ref().is_none_or(|(s, _)| stream < *s) {
            results.failed = Some((stream, error));
        }
        self.job.progress.stop.store(true, Ordering::Relaxed);
        self.moved.notify_all();
    }

    /// Reads the next unit that nobody has taken; `None` when all streams are at their end.
    ///
    /// Streams are taken in order, so that results wait little. When too many wait, only the stream that
    /// they wait for is read on.
    fn take(&self, unit: &mut Unit) -> Option<(usize, usize)> {
        loop {
            if self.job.progress.stop.load(Ordering::Relaxed) {
                return None;
            }
            let (full, expected) = {
                let results = lock(&self.results);
                (results.units.len() >= self.limit, results.expected)
            };
            let range = if full { expected..expected + 1 } else { expected..self.streams.len() };
            let mut all_done = !full;
            for stream in range {
                let Some(mutex) = self.streams.get(stream) else { break };
                let mut guard = match mutex.try_lock() {
                    Ok(guard) => guard,
                    Err(TryLockError::Poisoned(p)) => p.into_inner(),
                    Err(TryLockError::WouldBlock) => {
                        all_done = false;
                        continue;
                    }
                };
                if guard.done {
                    continue;
                }
                match self.next(&mut guard, stream, unit) {
                    Ok(Some(number)) => return Some((stream, number)),
                    Ok(None) => {
                        lock(&self.results).lengths.insert(stream, guard.taken);
                        self.moved.notify_all();
                    }
                    Err(error) => {
                        self.fail(stream, error);
                        return None;
                    }
                }
            }
            if all_done {
                return None;
            }
            let results = lock(&self.results);
            drop(self.moved.wait_timeout(results, Duration::from_millis(2)));
        }
    }

    fn next(&self, stream: &mut Stream, index: usize, unit: &mut Unit) -> Result<Option<usize>> {
        if stream.units.is_none() {
            let entry = &self.job.archive.entries[self.job.entries[index].0];
            stream.units = Some(Units::new(entry.open()?, last_record));
        }
        let Some(units) = &mut stream.units else { return Ok(None) };
        if units.next(unit)? {
            stream.taken += 1;
            Ok(Some(stream.taken - 1))
        } else {
            stream.done = true;
            stream.units = None;
            Ok(None)
        }
    }
}
