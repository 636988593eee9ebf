//! The real answer, damaged or slowed down while it streams through.

pub mod members;
