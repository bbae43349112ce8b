//! Integration tests: one binary, since each one links Polars.

mod architecture;
mod bazaar;
mod cli;
mod compare;
mod cookbook;
mod coverage_bazaar;
mod dialect;
mod dirt;
mod examples;
mod golden;
mod hostile;
mod indicators;
mod map;
mod readme;
mod real_data;
mod real_data_exports;
mod real_data_matching;
mod real_data_report_indicators;
mod real_data_reports;
mod reference;
mod registry;
mod report;
mod reports;
mod sample;
mod study;
mod support;
