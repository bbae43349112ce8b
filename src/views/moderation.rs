//! What was done about listings, and how long they were live: expressions that views of them share.

use polars::prelude::{DataType, Expr, JoinArgs, JoinType, LazyFrame, MaintainOrderJoin, NULL, col, lit, when};

use super::batches::instant;
use super::hours_between;

/// Whether a row of `actions` takes its listing away.
pub(super) fn removes() -> Expr {
    col("action").eq(lit("removal")).or(col("action").eq(lit("disabling")))
}

/// Whether a row of `actions` confirms that its listing is illegal; what gives a listing back does not.
pub(super) fn confirms() -> Expr {
    let illegal = col("ground").is_null().or(col("ground").eq(lit("illegal")));
    let confirmed = col("confirmed").fill_null(lit(false));
    confirmed.and(illegal).and(col("action").neq(lit("reinstatement")))
}

/// Instant from which a row of `actions` had effect: that of the decision where no other is given.
pub(super) fn effect() -> Expr {
    when(col("effective_at").is_not_null()).then(instant("effective_at")).otherwise(instant("action_at"))
}

/// No instant.
pub(super) fn never() -> Expr {
    lit(NULL).cast(DataType::Int64)
}

/// No text.
pub(super) fn no_text() -> Expr {
    lit(NULL).cast(DataType::String)
}

/// An instant of the observation, if it is known.
pub(super) fn known(instant: Option<i64>) -> Expr {
    instant.map_or_else(never, lit)
}

/// A join that keeps the order of its left side.
pub(super) fn ordered(kind: JoinType) -> JoinArgs {
    let mut join = JoinArgs::new(kind);
    join.maintain_order = MaintainOrderJoin::Left;
    join
}

/// Platform and identifier of a listing.
pub(super) fn listing_key() -> [Expr; 2] {
    [col("platform"), col("listing_id")]
}

/// When a listing was live, as instants in microseconds.
pub(super) struct Spell {
    /// From when.
    pub live: Expr,
    /// From when it was observed, where that is later; null means from its beginning.
    pub entry: Expr,
    /// When the platform took it away.
    pub removed: Expr,
    /// When the trader or the end of the offer did.
    pub ended: Expr,
    /// When observation ended.
    pub end: Expr,
}

impl Spell {
    /// The frame with the columns `spell_event`, `exit_hours` and `entry_hours`.
    ///
    /// Times are whole hours. Who enters and leaves within one hour leaves an hour later: it was at risk.
    pub fn onto(self, lf: LazyFrame) -> LazyFrame {
        let [live, entry, removed, ended, end] = ["__from", "__entry", "__removed", "__ended", "__end"];
        let lf = lf.with_columns([
            self.live.alias(live),
            self.entry.alias(entry),
            self.removed.alias(removed),
            self.ended.alias(ended),
            self.end.alias(end),
        ]);
        let first =
            col(removed).is_not_null().and(col(ended).is_null().or(col(removed).lt_eq(col(ended)))).alias("__first");
        let lf = lf.with_columns([first]);
        let lf = lf.with_columns([when(col("__first")).then(col(removed)).otherwise(col(ended)).alias("__at")]);
        let lf = lf.with_columns([col("__at")
            .is_not_null()
            .and(col(end).is_null().or(col("__at").lt_eq(col(end))))
            .alias("__happened")]);
        let lf = lf.with_columns([
            when(col("__happened")).then(col("__at")).otherwise(col(end)).alias("__exit"),
            when(col("__happened").and(col("__first")))
                .then(lit("removed"))
                .when(col("__happened"))
                .then(lit("ended"))
                .otherwise(lit("censored"))
                .alias("spell_event"),
        ]);
        let lf = lf.with_columns([
            hours_between(col(live), col("__exit")).alias("exit_hours"),
            hours_between(col(live), col(entry)).alias("__late"),
        ]);
        let lf = lf.with_columns([when(col("__late").gt(lit(0_i64)))
            .then(col("__late"))
            .otherwise(never())
            .alias("entry_hours")]);
        let same = col("exit_hours").eq(col("entry_hours")).and(col("__exit").gt_eq(col(entry)));
        lf.with_columns([when(same.fill_null(lit(false)))
            .then(col("exit_hours") + lit(1_i64))
            .otherwise(col("exit_hours"))
            .alias("exit_hours")])
    }
}
