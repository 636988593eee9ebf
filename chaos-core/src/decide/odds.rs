//! Which of the matching calls are hit, in words.

use super::ArmedSpec;
use crate::spec::{Rate, When, format_duration};

/// Which of the matching calls a spec hits.
pub(super) fn odds(spec: &ArmedSpec, rate: f64) -> String {
    let when = &spec.spec.when;
    let mut words = format!("hits {} of such calls", Rate::new(rate).unwrap_or(when.rate));
    if let Some(ramp) = when.ramp {
        let ramp = format_duration(ramp);
        words.push_str(&match rate < when.rate.share() {
            true => format!(" now, growing to {} {ramp} after arming", when.rate),
            false => format!(" once its ramp of {ramp} is over"),
        });
    }
    if when.skip > 0 {
        words.push_str(&format!(", after the first {}", when.skip));
    }
    if when.every > 1 {
        words.push_str(&format!(", then one in {}", when.every));
    }
    if let Some(max) = when.max {
        words.push_str(&match spec.hits() {
            0 => format!(", at most {max} in each process"),
            hit => format!(", {} more of at most {max} in this process", max.saturating_sub(hit)),
        });
    }
    if let Some(max) = when.fleet_max {
        words.push_str(&format!(", at most {max} in all processes together"));
    }
    words.push_str(&rolled_by(when));
    words
}

/// What is rolled for, and by what, where a spec says so.
fn rolled_by(when: &When) -> String {
    // By their names in the spec, as a person wrote them.
    let written = serde_json::to_value(when).unwrap_or_default();
    let said = |name: &str| written.get(name).and_then(|value| value.as_str());
    let per = said("per").map(|per| format!(", rolled once per {per}"));
    let key = said("key").map(|key| format!(", chosen by `{key}`"));
    per.into_iter().chain(key).collect()
}
