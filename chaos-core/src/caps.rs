//! Compiled-in bounds that no spec can lift.

use std::time::Duration;

/// The longest delay of one call, and the longest a `hang` lasts.
pub const MAX_DELAY: Duration = Duration::from_secs(60);
/// The longest that anything stays armed by one act.
pub const MAX_ARMED: Duration = Duration::from_secs(12 * 60 * 60);
/// The largest body of a canned answer, in bytes.
pub const MAX_BODY_BYTES: usize = 64 * 1024;
/// The longest answer whose members are left out or replaced, in bytes: it is
/// read whole.
pub const MAX_EDITED_BYTES: usize = 1024 * 1024;
/// Injections under way at one time in one process; a call over it passes.
pub const MAX_CONCURRENT: usize = 100;
/// Armed scenarios of one environment, so that a poll stays at half a read unit.
pub const MAX_ARMED_SCENARIOS: usize = 50;
/// Fault specs of one environment.
pub const MAX_SPECS: usize = 10_000;
/// Fault specs of one environment, in bytes of their JSON.
pub const MAX_SPEC_BYTES: usize = 4 * 1024 * 1024;
/// The longest name, pattern or label, in bytes.
pub const MAX_NAME_BYTES: usize = 256;
/// The longest description, hypothesis or reason, in bytes.
pub const MAX_PROSE_BYTES: usize = 4 * 1024;
/// Values in one list of a target.
pub const MAX_LIST: usize = 100;
/// Pills of one fault.
pub const MAX_PILLS: usize = 100;
/// One pill, in bytes of its file: ten times what recorded pills have.
pub const MAX_PILL_BYTES: usize = 256 * 1024;
/// How deep the values of a pill nest; recorded ones stay below 20.
pub const MAX_PILL_DEPTH: usize = 64;
/// Files and folders that are looked at for the pills below one path.
pub const MAX_PILL_FILES: usize = 100_000;
/// How deep folders of pills nest.
pub const MAX_PILL_FOLDERS: usize = 16;
/// A zip of pills, in bytes: its table of contents is held in memory.
pub const MAX_ZIP_BYTES: u64 = 16 * 1024 * 1024;
/// What a zip of pills may unpack to, in bytes.
pub const MAX_UNZIPPED_BYTES: usize = 64 * 1024 * 1024;
