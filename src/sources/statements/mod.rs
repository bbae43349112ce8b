//! Daily dumps of the DSA Transparency Database: statements of reasons, full and light, both header eras.
//!
//! Source: the exporter of <https://github.com/digital-services-act/transparency-database> and published
//! dumps. What its CSV dialect needs is in [`dialect`], what its headers say in [`header`].

pub mod codes;
pub mod columns;
pub mod decode;
pub mod derive;
pub mod dialect;
pub mod header;
pub mod provenance;
pub mod record;
pub mod rules;
pub mod values;

use super::{Recognition, Source};

/// The dump of the DSA Transparency Database.
#[derive(Debug, Clone, Copy)]
pub struct StatementDump;

impl Source for StatementDump {
    fn id(&self) -> &'static str {
        "statements"
    }
    fn about(&self) -> &'static str {
        "daily dumps of the DSA Transparency Database (nested zip, .csv.zip, .csv, .csv.gz), global or per \
         platform, full or light, of both schema versions"
    }
    fn origin(&self) -> &'static str {
        "https://transparency.dsa.ec.europa.eu/explore-data/download"
    }
    fn table(&self) -> &'static str {
        "statements"
    }
    fn recognise(&self, head: &[u8]) -> Recognition {
        header::recognise(head)
    }
}

/// Where the last record of a text begins: after a line feed and with a UUID.
///
/// Lines inside a record do not begin so, which makes it safe to cut a stream there.
#[must_use]
pub fn last_record(text: &[u8]) -> Option<usize> {
    // A record is far shorter; without a find in this stretch the columns stand in another order.
    let floor = text.len().saturating_sub(4 << 20);
    memchr::memrchr_iter(b'\n', &text[floor..]).map(|p| floor + p + 1).find(|&p| header::begins_with_uuid(&text[p..]))
}
