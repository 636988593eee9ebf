//! Programs to copy from; `examples/README.md` says which for what.
//!
//! Injection is always on in this package, to keep each file short. How to have
//! it off in production is shown by `examples/production`, which is a package of
//! its own for that reason.

pub mod axum_service;
pub mod lambda;
pub mod orders;
