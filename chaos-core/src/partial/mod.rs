//! Batches of which a part fails.
