//! Tests of what was found illegal and how long listings were live: every row by hand.

use super::hand_tests::{B, F, Hand, I, Row, S, V, at};

fn listing(id: &'static str, more: &[(&'static str, V)]) -> Row {
    [&[("listing_id", S(id))], more].concat()
}

fn action(listing: &'static str, action: &'static str, when: V, more: &[(&'static str, V)]) -> Row {
    [&[("listing_id", S(listing)), ("action", S(action)), ("action_at", when)], more].concat()
}

#[test]
fn spells_of_listings() {
    let listings = [
        listing("a", &[("live_at", at(1, 0))]),
        listing("b", &[("live_at", at(1, 0)), ("ended_at", at(2, 0))]),
        listing("c", &[("live_at", at(10, 0))]),
        listing("d", &[("live_at", at(-5, 0))]),
        listing("e", &[("live_at", at(1, 0)), ("first_seen_at", at(3, 0))]),
        listing("f", &[("submitted_at", at(1, 0))]),
        listing("g", &[("live_at", at(5, 0))]),
        listing("h", &[("live_at", at(99, 0))]),
        listing("i", &[("live_at", at(1, 0)), ("ended_at", at(2, 0))]),
    ];
    let illegal = [("confirmed", B(true)), ("ground", S("illegal"))];
    let actions = [
        action("a", "demotion", at(2, 0), &illegal),
        action("a", "disabling", at(4, 0), &[]),
        action("a", "removal", at(9, 0), &[("effective_at", at(3, 0))]),
        action("b", "removal", at(3, 0), &[("confirmed", B(true)), ("ground", S("incompatible"))]),
        action("c", "labelling", at(12, 0), &[("confirmed", B(false))]),
        action("d", "termination", at(1, 0), &illegal),
        action("e", "removal", at(3, 0), &illegal),
        action("g", "removal", at(4, 0), &[]),
        action("h", "removal", at(101, 0), &[]),
        // The end and the removal come at one instant: the removal counts.
        action("i", "removal", at(2, 0), &[("ground", S("illegal"))]),
    ];
    let columns = ["listing_id", "spell_event", "exit_hours", "entry_hours", "confirmed"];
    let hand = Hand::until(100).with("listings", &listings).with("actions", &actions);
    assert_eq!(
        hand.lines("listing_spells", &columns),
        [
            "a removed 48 null true",
            "b ended 24 null false",
            "c censored 2160 null false",
            "d removed 144 120 true",
            "e removed 49 48 true",
            "g removed null null false",
            "h censored 24 null false",
            "i removed 24 null false",
        ]
    );
    // Without an end of observation nothing is known of what is live; without actions nothing was removed.
    let mut open = Hand::until(100).with("listings", &listings[2..3]);
    open.options.observed_until = None;
    assert_eq!(open.lines("listing_spells", &columns), ["c censored null null false"]);
    assert!(Hand::until(100).with("listings", &listings[5..6]).lines("listing_spells", &columns).is_empty());
}

#[test]
fn listings_confirmed_illegal() {
    let own = ("detection_source", S("own_initiative"));
    let yes = ("confirmed", B(true));
    let actions = [
        action("a", "removal", at(3, 0), &[yes, own, ("fingerprint", S("x")), ("category", S("toys"))]),
        action("a", "removal", at(4, 0), &[yes, ("detection_source", S("trusted_flagger")), ("views_before", I(9))]),
        action("c", "interception", at(2, 0), &[yes, own]),
        action("d", "disabling", at(6, 0), &[yes, own, ("views_before", I(7))]),
        action("e", "demotion", at(6, 0), &[yes, ("detection_source", S("order")), ("views_before", I(1))]),
        action("e", "removal", at(7, 0), &[yes, ("detection_source", S("order")), ("views_before", I(2))]),
        action("g", "removal", at(7, 0), &[("confirmed", B(false))]),
        action("h", "removal", at(7, 0), &[yes, ("ground", S("incompatible"))]),
        action("i", "reinstatement", at(7, 0), &[yes]),
        action("j", "removal", at(8, 0), &[yes]),
    ];
    let notice = |listing, decision| -> Row {
        let received = ("received_at", at(1, 0));
        vec![("notice_id", S(listing)), ("listing_id", S(listing)), received, ("decision", S(decision))]
    };
    let notices = [notice("d", "action_on_law"), notice("f", "action_on_law"), notice("g", "action_on_terms")];
    let content = ("fingerprint", S("y"));
    let listings = [
        listing("a", &[("live_at", at(1, 0)), ("country", S("AT"))]),
        listing("c", &[("live_at", at(1, 0)), content]),
        listing("d", &[("live_at", at(5, 0)), content]),
        listing("e", &[("live_at", at(1, 0)), ("category", S("toys"))]),
    ];
    let hand = Hand::until(100).with("actions", &actions).with("notices", &notices).with("listings", &listings);
    let names = ["listing_id", "first_action", "found_own", "found_notice", "found_other"];
    assert_eq!(
        hand.lines("confirmed_listings", &names),
        [
            "a removal true true false",
            "c interception true false false",
            "d disabling true true false",
            "e demotion false false true",
            "f null false true false",
            "j removal false false true",
        ]
    );
    let names = ["listing_id", "category", "country", "first_of_content", "before_live", "views_before"];
    assert_eq!(
        hand.lines("confirmed_listings", &names),
        [
            // Views are those of the first removal, where they are not given.
            "a toys AT true false null",
            // The same content was refused as c, which never was live whatever it says, and then came as d.
            "c null null true true null",
            "d null null false true 7",
            "e toys null true false 2",
            "f null null null null null",
            // Nothing is known of when j was live.
            "j null null true null null",
        ]
    );
    assert!(Hand::until(100).with("actions", &actions[6..7]).lines("confirmed_listings", &names).is_empty());
}

fn label(
    sample: &'static str,
    unit: &'static str,
    label: &'static str,
    weight: f64,
    more: &[(&'static str, V)],
) -> Row {
    let common = [
        ("sample", S(sample)),
        ("question", S("illegal")),
        ("unit_id", S(unit)),
        ("coder", S("c")),
        ("label", S(label)),
        ("weight", F(weight)),
        ("sampled_at", at(20, 0)),
    ];
    [&common, more].concat()
}

#[test]
fn spells_of_audited_listings() {
    let entered = [("entered_at", at(10, 0))];
    let labels = [
        label("s", "a", "illegal", 2.0, &entered),
        label("s", "b", "legal", 2.0, &entered),
        label("s", "c", "illegal", 2.0, &entered),
        label("s", "d", "illegal", 2.0, &[]),
        label("s", "e", "illegal", 2.0, &[]),
        label("s", "f", "illegal", 2.0, &[("listing_id", S("g")), ("entered_at", at(20, 0))]),
        label("unequal", "a", "illegal", 2.0, &entered),
        label("unequal", "b", "illegal", 3.0, &entered),
        label("small", "a", "illegal", 1.0, &entered),
    ];
    let listings = [
        listing("a", &[("ended_at", at(30, 0))]),
        listing("c", &[("ended_at", at(22, 0))]),
        listing("d", &[("live_at", at(19, 0))]),
        listing("e", &[("live_at", at(1, 0))]),
        listing("g", &[]),
    ];
    let actions = [
        // What came before the reference time is not the event that is waited for.
        action("a", "removal", at(15, 0), &[]),
        action("a", "removal", at(25, 0), &[]),
        action("a", "removal", at(26, 0), &[]),
        action("e", "removal", at(19, 0), &[]),
        action("g", "disabling", at(20, 1), &[]),
    ];
    let hand = Hand::until(100).with("audit_labels", &labels).with("listings", &listings).with("actions", &actions);
    let columns = ["sample", "listing_id", "drawn_alike", "spell_event", "exit_hours", "entry_hours"];
    assert_eq!(
        hand.lines("audit_spells", &columns),
        [
            "s a true removed 360 240",
            "s c true ended 288 240",
            "s d true censored 1944 24",
            // Removed before: it was not live at the reference time, unless the auditors say so.
            "s e true censored null null",
            "s g true removed 1 null",
            "small a false removed 360 240",
            "unequal a false removed 360 240",
            "unequal b false censored 2160 240",
        ]
    );
}

#[test]
fn samples_of_a_period_follow_from_the_beginning() {
    let labels = [
        label("p", "a", "illegal", 2.0, &[]),
        label("p", "b", "illegal", 2.0, &[]),
        label("p", "c", "illegal", 2.0, &[]),
        label("p", "d", "illegal", 2.0, &[]),
        label("p", "e", "legal", 2.0, &[]),
    ];
    let listings = [
        listing("a", &[("live_at", at(1, 0))]),
        listing("b", &[("live_at", at(2, 0)), ("first_seen_at", at(4, 0)), ("ended_at", at(10, 0))]),
        listing("c", &[("live_at", at(19, 0))]),
        // Nobody knows from when: it is without a time.
        listing("d", &[]),
        listing("e", &[("live_at", at(1, 0))]),
    ];
    let actions = [
        action("a", "removal", at(3, 0), &[]),
        action("a", "removal", at(40, 0), &[]),
        action("d", "removal", at(5, 0), &[]),
    ];
    let hand = Hand::until(100).with("audit_labels", &labels).with("listings", &listings).with("actions", &actions);
    let columns = ["listing_id", "drawn_alike", "spell_event", "exit_hours", "entry_hours"];
    assert_eq!(
        hand.lines("audit_spells", &columns),
        ["a true removed 48 null", "b true ended 192 48", "c true censored 1944 null", "d true removed null null",]
    );
}
