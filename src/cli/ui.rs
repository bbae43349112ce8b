//! What a person sees: messages on stderr, progress, numbers and tables.

use std::io::{IsTerminal, Write};
use std::sync::atomic::Ordering;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::dataset::pipeline::Progress;
use crate::error::Error;

/// How talkative the program is.
#[derive(Debug, Clone, Copy)]
pub struct Ui {
    /// Whether to say nothing but errors.
    pub quiet: bool,
}

impl Ui {
    /// Says something on stderr.
    pub fn say(self, text: impl AsRef<str>) {
        if !self.quiet {
            // Nobody reads a closed stderr.
            let _ = writeln!(std::io::stderr(), "{}", text.as_ref());
        }
    }

    /// Says a warning.
    pub fn warn(self, text: impl AsRef<str>) {
        self.say(format!("warning: {}", text.as_ref()));
    }

    /// Says an error, with its code and what to do.
    pub fn error(self, error: &Error) {
        let mut text = format!("error[{}]: {error}", error.code());
        if let Some(hint) = error.hint() {
            text.push_str("\n  hint: ");
            text.push_str(&hint);
        }
        let _ = writeln!(std::io::stderr(), "{text}");
    }

    /// Runs `work` with a bar that shows rows per second and the time left; on a terminal only.
    ///
    /// `expected` is the size of the text that will be decoded, where it is known.
    pub fn with_bar<T>(self, label: &str, expected: Option<u64>, progress: &Progress, work: impl FnOnce() -> T) -> T {
        if self.quiet || !std::io::stderr().is_terminal() {
            return work();
        }
        let bar = expected.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
        let template = if expected.is_some() {
            "{prefix} [{bar:30}] {percent}% {msg} {eta} left"
        } else {
            "{prefix} {spinner} {msg} {elapsed}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_prefix(label.to_owned());
        #[expect(clippy::disallowed_methods, reason = "rows per second, shown to a person")]
        let start = std::time::Instant::now();
        let done = std::sync::atomic::AtomicBool::new(false);
        let rows_before = progress.rows.load(Ordering::Relaxed);
        let bytes_before = progress.bytes.load(Ordering::Relaxed);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    let rows = progress.rows.load(Ordering::Relaxed) - rows_before;
                    #[expect(
                        clippy::cast_precision_loss,
                        clippy::cast_possible_truncation,
                        clippy::cast_sign_loss,
                        reason = "shown to a person"
                    )]
                    let rate = (rows as f64 / start.elapsed().as_secs_f64().max(0.001)) as u64;
                    bar.set_position(progress.bytes.load(Ordering::Relaxed) - bytes_before);
                    bar.set_message(format!("{} rows, {} rows/s", grouped(rows), grouped(rate)));
                    std::thread::sleep(Duration::from_millis(100));
                }
                bar.finish_and_clear();
            });
            let result = work();
            done.store(true, Ordering::Relaxed);
            result
        })
    }
}

/// A whole number with a comma every three digits.
#[must_use]
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// A number and its noun: `1 row`, `2,000 rows`.
#[must_use]
pub fn count(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(n), if n == 1 { one } else { many })
}

/// Rows of text as aligned columns; columns whose every cell below the header is a number go to the right.
#[must_use]
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let cell = |row: &Vec<String>, c: usize| row.get(c).cloned().unwrap_or_default();
    let width = |text: &str| text.chars().count();
    let widths: Vec<usize> = (0..columns).map(|c| rows.iter().map(|r| width(&cell(r, c))).max().unwrap_or(0)).collect();
    let numeric: Vec<bool> = (0..columns)
        .map(|c| {
            rows.iter().skip(1).all(|r| cell(r, c).chars().all(|ch| ch.is_ascii_digit() || ",.%-+e ".contains(ch)))
                && rows.len() > 1
        })
        .collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for c in 0..columns {
            let text = cell(row, c);
            let pad = " ".repeat(widths[c] - width(&text));
            let _ = if numeric[c] {
                std::fmt::Write::write_fmt(&mut line, format_args!("{pad}{text}  "))
            } else {
                std::fmt::Write::write_fmt(&mut line, format_args!("{text}{pad}  "))
            };
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_tables() {
        assert_eq!((grouped(0), grouped(999), grouped(1_234_567)), ("0".into(), "999".into(), "1,234,567".into()));
        assert_eq!(count(1, "row", "rows"), "1 row");
        let rows =
            vec![vec!["name".into(), "n".into()], vec!["a".into(), "10".into()], vec!["bcdef".into(), "9".into()]];
        assert_eq!(table(&rows), "name    n\na      10\nbcdef   9\n");
    }
}
