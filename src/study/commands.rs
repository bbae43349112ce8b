//! Comparisons and figures of a study as words of a command line, so that both have one set of options.

use super::{Command, Setting, Study};
use crate::error::{Error, Result};

impl Study {
    /// The words after `systemic compare` of each comparison, without those that say where estimates are and results go.
    ///
    /// # Errors
    /// [`Error::Usage`] for one without a kind.
    pub fn comparison_words(&self) -> Result<Vec<Vec<String>>> {
        self.comparisons.iter().map(|c| self.comparison(c)).collect()
    }

    fn comparison(&self, command: &Command) -> Result<Vec<String>> {
        let Some(Setting::Text(kind)) = command.get("kind") else {
            return Err(Error::usage(
                "a comparison of the study has no kind",
                "kind = \"peers\", \"declared\", \"reports\", \"before-after\" or \"periods\"",
            ));
        };
        let mut words = vec![kind.clone()];
        let mut rest = command.clone();
        rest.remove("kind");
        if let Some(Setting::Text(name)) = rest.remove("peer_group")
            && let Some(group) = self.peer_groups.iter().find(|g| g.name == name)
        {
            words.extend(["--platform".to_owned(), group.platforms.join(",")]);
        }
        if let Some(Setting::Text(name)) = rest.remove("event")
            && let Some(event) = self.events.iter().find(|e| e.name == name)
        {
            words.extend(["--date".to_owned(), event.date.clone()]);
            if !event.platforms.is_empty() && !rest.contains_key("platform") {
                words.extend(["--platform".to_owned(), event.platforms.join(",")]);
            }
        }
        words.extend(options(&rest));
        Ok(words)
    }

    /// The words after `systemic chart` of each figure, likewise.
    #[must_use]
    pub fn figure_words(&self) -> Vec<Vec<String>> {
        self.figures.iter().map(options).collect()
    }
}

/// Options as words: `own_scales = true` is `--own-scales`.
fn options(command: &Command) -> Vec<String> {
    let mut words = Vec::new();
    for (key, setting) in command {
        let option = format!("--{}", key.replace('_', "-"));
        match setting {
            Setting::Switch(true) => words.push(option),
            Setting::Switch(false) => {}
            Setting::Whole(number) => words.push(format!("{option}={number}")),
            Setting::Number(number) => words.push(format!("{option}={number}")),
            Setting::Text(text) => words.push(format!("{option}={text}")),
            Setting::Texts(texts) => words.extend(texts.iter().map(|text| format!("{option}={text}"))),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_options_and_names_are_filled_in() {
        let study: Study = toml::from_str(
            "[[peer_groups]]\nname = \"shops\"\nplatforms = [\"A\", \"B\"]\n\
             [[events]]\nname = \"c\"\ndate = \"2025-06-18\"\nplatforms = [\"A\"]\n\
             [[comparisons]]\nkind = \"peers\"\npeer_group = \"shops\"\nwinsorise = 0.2\nindicator = [\"x\", \"y\"]\n\
             [[comparisons]]\nkind = \"before-after\"\nevent = \"c\"\ncontrols = \"B\"\nlag = 2\n\
             [[figures]]\nform = \"line\"\nown_scales = true\n",
        )
        .expect("valid");
        assert_eq!(
            study.comparison_words().expect("kinds"),
            [
                vec!["peers", "--platform", "A,B", "--indicator=x", "--indicator=y", "--winsorise=0.2"],
                vec!["before-after", "--date", "2025-06-18", "--platform", "A", "--controls=B", "--lag=2"],
            ]
        );
        assert_eq!(study.figure_words(), [["--form=line", "--own-scales"]]);
        let none: Study = toml::from_str("[[comparisons]]\nindicator = \"x\"\n").expect("valid");
        assert!(none.comparison_words().is_err_and(|e| e.to_string().contains("no kind")));
    }
}
