//! Tests of tallies and their merge.

use proptest::prelude::*;

use super::*;
use crate::engine::Op;

fn tally() -> Tally {
    Tally {
        table: "statements".into(),
        filters: vec![Predicate::eq("platform", "A")],
        keys: vec![Key::column("category"), Key::truncated("period", "created_at", Grain::Month)],
        measures: vec![
            Measure::count("n"),
            Measure::count_if("late", Predicate::Cmp("delay_days".into(), Op::Gt, Scalar::Int(7))),
            Measure::sum("keywords", "n_keywords"),
        ],
    }
}

#[test]
fn a_tally_is_checked_against_the_codebook() {
    assert!(tally().check().is_ok());
    let columns = ["category", "created_at", "delay_days", "n_keywords", "platform"];
    assert_eq!(tally().columns().into_iter().collect::<Vec<_>>(), columns);

    let code = |change: &dyn Fn(&mut Tally)| {
        let mut tally = tally();
        change(&mut tally);
        tally.check().map_err(|e| (e.code(), e.to_string())).err()
    };
    let unknown = code(&|t| t.keys.push(Key::column("categroy"))).expect("fault");
    assert_eq!(unknown, ("E020", "no column is called \"categroy\"".into()));
    assert_eq!(code(&|t| t.table = "orders".into()).expect("fault").0, "E020");
    for change in [
        (|t| t.keys.push(Key::column("territorial_scope"))) as fn(&mut Tally),
        |t| t.keys.push(Key::column("created_at")),
        |t| t.keys.push(Key::column("category")),
        |t| t.keys.push(Key::truncated("year", "created_at", Grain::Year)),
        |t| t.keys.push(Key::truncated("day", "category", Grain::Day)),
        |t| t.measures.push(Measure::sum("sum", "category")),
        |t| t.filters.push(Predicate::eq("delay_days", "7")),
        |t| t.filters.push(Predicate::Eq("category".into(), Scalar::Null)),
        |t| t.filters.push(Predicate::In("category".into(), vec!["a".into(), 1.into()])),
        |t| t.filters.push(Predicate::Cmp("category".into(), Op::Lt, "b".into())),
        |t| t.filters.push(Predicate::eq("content_type", "x")),
    ] {
        assert_eq!(code(&change).expect("fault").0, "E022");
    }
}

#[test]
fn other_headings_and_overflow_do_not_merge() {
    let table = |value: i64| TallyTable {
        keys: vec!["k".into()],
        measures: vec!["n".into()],
        rows: [(vec![Scalar::Null], vec![value])].into(),
    };
    let mut other = table(1);
    other.measures = vec!["m".into()];
    assert!(table(1).merge(other).is_err());
    assert!(table(1).merge(table(i64::MAX)).is_err());
    assert_eq!(table(1).merge(table(2)).expect("merges"), table(3));
}

fn scalars() -> impl Strategy<Value = Scalar> {
    prop_oneof![
        Just(Scalar::Null),
        any::<bool>().prop_map(Scalar::Bool),
        (-3_i64..3).prop_map(Scalar::Int),
        "[a-c]{0,2}".prop_map(Scalar::Text),
        (0..3_i32).prop_map(Scalar::Day),
    ]
}

fn tables() -> impl Strategy<Value = TallyTable> {
    let row = (prop::collection::vec(scalars(), 2), prop::collection::vec(-1_000_i64..1_000, 2));
    prop::collection::vec(row, 0..8).prop_map(|rows| TallyTable {
        keys: vec!["a".into(), "b".into()],
        measures: vec!["m".into(), "n".into()],
        rows: rows.into_iter().collect(),
    })
}

proptest! {
    #[test]
    fn merging_is_associative_and_commutative(a in tables(), b in tables(), c in tables()) {
        let merge = |a: &TallyTable, b: &TallyTable| a.clone().merge(b.clone()).expect("same headings");
        prop_assert_eq!(merge(&a, &b), merge(&b, &a));
        prop_assert_eq!(merge(&merge(&a, &b), &c), merge(&a, &merge(&b, &c)));
        let empty = TallyTable { rows: BTreeMap::new(), ..a.clone() };
        for neutral in [&empty, &TallyTable::default()] {
            prop_assert_eq!(&merge(neutral, &a), &a);
            prop_assert_eq!(&merge(&a, neutral), &a);
        }
    }
}
