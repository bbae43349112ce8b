//! Faults in the name of the platform, and the names that they lead to.

use super::fault::{Expected, Fault};
use crate::finding;
use crate::simulate::profiles::Profile;

/// A platform that the plan does not have.
const NEW: &str = "Zwielichtmarkt";

/// Names that statements are filed under: those of the plan's platforms by their numbers, then others.
#[derive(Debug)]
pub(in crate::simulate) struct Names {
    platforms: usize,
    filed: Vec<String>,
    /// Per platform, in the order of [`Spelling`].
    written: Vec<[String; 6]>,
}

/// How the name of a platform can be spelt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::simulate) enum Spelling {
    /// Blanks, or the end, as HTML entities.
    Entities,
    /// A blank behind it.
    Blank,
    /// In quotation marks.
    Quoted,
    /// In quotation marks that are HTML entities.
    QuotedEntities,
    /// In small letters.
    Small,
    /// With a legal form and a country behind it.
    LegalForm,
}

impl Spelling {
    /// The spellings, in the order in which they are kept.
    const ALL: [Self; 6] =
        [Self::Entities, Self::Blank, Self::Quoted, Self::QuotedEntities, Self::Small, Self::LegalForm];

    fn write(self, name: &str) -> String {
        match self {
            Self::Entities if name.contains(' ') => name.replace(' ', "&nbsp;"),
            Self::Entities => format!("{name}&nbsp;"),
            Self::Blank => format!("{name} "),
            Self::Quoted => format!("\"{name}\""),
            Self::QuotedEntities => format!("&quot;{name}&quot;"),
            Self::Small => name.to_lowercase(),
            Self::LegalForm => format!("{name} Netherlands B.V."),
        }
    }

    /// Which of the further names of a platform it is filed under; `None` for its own.
    fn further(self) -> Option<usize> {
        match self {
            Self::Entities | Self::Blank => None,
            Self::Quoted | Self::QuotedEntities => Some(0),
            Self::Small => Some(1),
            Self::LegalForm => Some(2),
        }
    }
}

impl Names {
    pub fn new(platforms: &[Profile]) -> Self {
        let mut filed: Vec<String> = platforms.iter().map(|p| p.name.clone()).collect();
        filed.extend([String::new(), NEW.to_owned()]);
        let mut written = Vec::new();
        for p in platforms {
            filed.extend([Spelling::Quoted, Spelling::Small, Spelling::LegalForm].map(|s| s.write(&p.name)));
            written.push(Spelling::ALL.map(|s| s.write(&p.name)));
        }
        Self { platforms: platforms.len(), filed, written }
    }

    /// The name of this number.
    pub fn filed(&self, number: usize) -> &str {
        self.filed.get(number).map_or("", String::as_str)
    }

    /// How a platform's name is spelt, and the number of the name that it is filed under.
    fn spelt(&self, platform: usize, spelling: Spelling) -> (&str, usize) {
        let written = self.written.get(platform).map_or("", |w| w[spelling as usize].as_str());
        (written, spelling.further().map_or(platform, |i| self.platforms + 2 + 3 * platform + i))
    }
}

const OWN: &str = "filed under the platform's own name: entities are undone and blanks tidied";
const APART: &str = "filed under the name as it stands, so the platform's own counts lack the row: \
                     nothing is guessed, and an alias file joins the two";

macro_rules! spelling {
    ($($style:ident),*) => {
        |s, scene, rng| {
            let styles = [$(Spelling::$style),*];
            let style = styles[usize::try_from(rng.below(styles.len() as u64)).unwrap_or(0)];
            // Always one of the plan's: names change only here.
            (s.platform_name, s.name) = scene.names.spelt(s.submitter.unwrap_or_default(), style);
        }
    };
}

pub static EMPTY: Fault = Fault::row(
    "empty-platform-name",
    "a statement without the name of its platform",
    "passes unnoticed in other tools",
    Expected::kept("null in platform and platform_name, counted under no platform")
        .finds(&[(finding::MISSING_VALUE, "platform_name")]),
    |s, scene, _| (s.platform_name, s.name) = ("", scene.names.platforms),
);
pub static ENTITIES: Fault = Fault::row(
    "escaped-platform-name",
    "a platform's name with blanks as HTML entities",
    "names with &quot; and &amp; in published dumps",
    Expected::kept(OWN),
    spelling!(Entities),
);
pub static BLANK: Fault = Fault::row(
    "blank-after-platform-name",
    "a platform's name with a blank behind it",
    "names are display names, typed by hand",
    Expected::kept(OWN),
    spelling!(Blank),
);
pub static QUOTED: Fault = Fault::row(
    "quoted-platform-name",
    "a platform's name in quotation marks, plain or as HTML entities",
    "SIA \"JOOM\" and SIA &quot;JOOM&quot; in published dumps",
    Expected::kept(
        "both spellings are filed under one name, the one with quotation marks, and apart from the name without",
    )
    .checks(&[finding::LOOK_ALIKE]),
    spelling!(Quoted, QuotedEntities),
);
pub static SMALL: Fault = Fault::row(
    "platform-name-in-small-letters",
    "a platform's name in small letters",
    "names are display names, typed by hand",
    Expected::kept(APART).checks(&[finding::LOOK_ALIKE]),
    spelling!(Small),
);
pub static LEGAL_FORM: Fault = Fault::row(
    "platform-name-with-legal-form",
    "a platform's name with \"Netherlands B.V.\" behind it",
    "Discord Netherlands B.V. beside Discord in published dumps",
    Expected::kept(APART).checks(&[finding::LOOK_ALIKE]),
    spelling!(LegalForm),
);
pub static NEW_PLATFORM: Fault = Fault::row(
    "new-platform",
    "a statement of a platform that the plan does not have",
    "158 platforms in December 2025, 14 in September 2023; another tool aborts",
    Expected::kept("kept under its name, in the archive of all platforms alone; among real data also a finding, Q020"),
    |s, scene, _| (s.platform_name, s.name, s.submitter) = (NEW, scene.names.platforms + 1, None),
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::profiles::profiles;
    use crate::tables::platforms::{Aliases, is_known};

    #[test]
    fn names_are_filed_as_the_loader_files_them() {
        let platforms = profiles().expect("the shipped file");
        let names = Names::new(&platforms);
        let aliases = Aliases::default();
        assert!(names.filed.iter().all(|n| !is_known(n) && aliases.canonical(n) == *n));
        assert_eq!(names.filed(platforms.len() + 1), NEW);
        for (i, platform) in platforms.iter().enumerate() {
            for spelling in Spelling::ALL {
                let (written, number) = names.spelt(i, spelling);
                assert_ne!(written, platform.name);
                assert_eq!(aliases.canonical(written), names.filed(number), "{written}");
            }
        }
    }
}
