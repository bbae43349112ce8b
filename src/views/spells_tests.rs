//! Tests of the views of spells: every row by hand.
