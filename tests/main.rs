//! Integration tests: one binary, since each one links Polars.

mod architecture;
mod bazaar;
mod cli;
mod dialect;
mod dirt;
mod hostile;
mod indicators;
mod readme;
mod real_data;
mod real_data_matching;
mod reference;
mod registry;
mod sample;
mod support;
