//! What a harmonised transparency report is: its template, its figures as values, and the rules that they keep to.
//!
//! Source: Implementing Regulation (EU) 2024/2835 laying down templates concerning the transparency reporting
//! obligations of providers of intermediary services, <https://eur-lex.europa.eu/eli/reg_impl/2024/2835/oj>.

pub mod numbers;
pub mod scopes;
pub mod template;
pub mod validate;
pub mod values;
pub mod words;

pub use numbers::{Number, State};
pub use scopes::{Scope, ScopeKind};
pub use values::{ReportText, ReportValue};
