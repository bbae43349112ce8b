//! Tests of the indicators of products, traders and affiliates: every number by hand.
