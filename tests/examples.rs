//! Examples in Markdown: commands with what they print, run in order in a folder of their own.
//!
//! A block ```` ```console ```` holds commands, each in a line that begins with `$ systemic`, and what each prints. A line `? 2`
//! below a command is its status. In what is printed a line `...` stands for any lines, `[..]` for anything within a line.

use std::path::Path;

/// Runs the examples of a text in a folder with a copy of `datasets`, and gives how many there were.
///
/// # Panics
/// Where a command does not print what stands there.
pub fn run(name: &str, text: &str, folder: &Path) -> usize {
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets"), &folder.join("datasets"));
    let mut ran = 0;
    for block in text.split("```console\n").skip(1) {
        let block = block.split("```").next().expect("a block ends");
        for example in block.split("$ ").skip(1) {
            let (command, rest) = example.split_once('\n').expect("a line");
            let (status, expected) = match rest.strip_prefix("? ") {
                Some(rest) => {
                    let (status, expected) = rest.split_once('\n').expect("a status");
                    (status.parse().expect("a status"), expected)
                }
                None => (0, rest),
            };
            let words: Vec<&str> = command.split_whitespace().collect();
            assert_eq!(words[0], "systemic", "{name}: {command}");
            let output = std::process::Command::new(env!("CARGO_BIN_EXE_systemic"))
                .args(&words[1..])
                .current_dir(folder)
                .output()
                .expect("the program starts");
            let said =
                format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert_eq!(output.status.code(), Some(status), "{name}: {command}\n{said}");
            assert!(
                fits(expected.trim_end(), said.trim_end()),
                "{name}: {command}\nprinted:\n{said}\nthere:\n{expected}"
            );
            ran += 1;
        }
    }
    ran
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("folder");
    for entry in std::fs::read_dir(from).expect("folder").flatten() {
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            std::fs::copy(&path, &to).expect("copied");
        }
    }
}

/// Whether a text is as printed.
fn fits(expected: &str, text: &str) -> bool {
    fn lines(expected: &[&str], text: &[&str]) -> bool {
        match (expected, text) {
            ([], []) => true,
            (["...", rest @ ..], _) => (0..=text.len()).any(|skip| lines(rest, &text[skip..])),
            ([first, rest @ ..], [line, more @ ..]) => within(first, line) && lines(rest, more),
            _ => false,
        }
    }
    fn within(expected: &str, line: &str) -> bool {
        match expected.split_once("[..]") {
            None => expected == line,
            Some((start, end)) => line.strip_prefix(start).is_some_and(|tail| {
                (0..=tail.len()).filter(|&i| tail.is_char_boundary(i)).any(|i| within(end, &tail[i..]))
            }),
        }
    }
    lines(&expected.lines().collect::<Vec<_>>(), &text.lines().collect::<Vec<_>>())
}

#[test]
fn patterns_mean_what_they_say() {
    assert!(fits("a\n...\nb [..] d", "a\nx\ny\nb c d"));
    assert!(fits("...", ""));
    assert!(!fits("a\nb", "a\nc"));
    assert!(!fits("a [..] c", "a b d"));
}
