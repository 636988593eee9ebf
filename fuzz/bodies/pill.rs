//! What must hold of any bytes as a pill.

use chaos_core::door::read_json;
use chaos_core::pill::{Pill, PillFault};

/// Reads a pill: it is refused with reasons, or it is read again as the same.
pub(crate) fn read(bytes: &[u8]) {
    match Pill::read(bytes) {
        Ok((pill, _)) => same_again(&pill),
        Err(problems) => assert!(!problems.0.is_empty(), "refused for no reason"),
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(node) = read_json(text)
        && let Err(problems) = PillFault::from_node(&node)
    {
        assert!(!problems.0.is_empty(), "refused for no reason");
    }
}

fn same_again(pill: &Pill) {
    let json = serde_json::to_string(pill).expect("pills are JSON");
    // Written without spaces it may still be longer: what was a short escape may not be.
    if json.len() > chaos_core::caps::MAX_PILL_BYTES {
        return;
    }
    let (again, _) = Pill::read(json.as_bytes()).expect("what was read can be read");
    assert_eq!(&again, pill);
    let fault = PillFault::from_node(&read_json(&json).expect("JSON")).expect("a pill can stand in a spec");
    assert_eq!(&fault.entries()[0].pill, pill);
}
