//! Pure mathematics: no tables, no files, no data frames.
//!
//! Every method names its source, its conditions and its behaviour at n = 0, and is tested against
//! values that other software gives.

pub mod proportion;
pub mod quantile;
