//! Recorded answers in the format of placebo.
