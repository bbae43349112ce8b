//! The README's examples run, in order, in a folder of their own, and print what the README says.

use std::path::Path;

#[test]
fn examples_of_the_readme_run_as_printed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dir = tempfile::tempdir().expect("folder");
    // The examples name the shipped data by its path in the repository.
    let datasets = dir.path().join("datasets/statements");
    std::fs::create_dir_all(&datasets).expect("folder");
    for file in std::fs::read_dir(root.join("datasets/statements")).expect("datasets").flatten() {
        std::fs::copy(file.path(), datasets.join(file.file_name())).expect("copied");
    }
    let text = std::fs::read_to_string(root.join("README.md")).expect("README");
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
            assert_eq!(words[0], "systemic", "{command}");
            let output = std::process::Command::new(env!("CARGO_BIN_EXE_systemic"))
                .args(&words[1..])
                .current_dir(dir.path())
                .output()
                .expect("the program starts");
            let said =
                format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert_eq!(output.status.code(), Some(status), "{command}\n{said}");
            assert!(fits(expected.trim_end(), said.trim_end()), "{command}\nprinted:\n{said}\nREADME:\n{expected}");
            ran += 1;
        }
    }
    assert!(ran >= 8, "{ran} examples ran");
}

/// Whether a text is as printed: a line `...` stands for any lines, `[..]` for anything within a line.
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
fn patterns_of_the_readme_mean_what_they_say() {
    assert!(fits("a\n...\nb [..] d", "a\nx\ny\nb c d"));
    assert!(fits("...", ""));
    assert!(!fits("a\nb", "a\nc"));
    assert!(!fits("a [..] c", "a b d"));
}
