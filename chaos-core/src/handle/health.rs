//! What a handle says of itself.

use super::engine::Engine;
use std::fmt;

/// The state of a handle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Health {
    /// Whether some armed spec could fire now.
    pub live: bool,
    /// Whether `CHAOS_DISABLED` keeps everything off.
    pub disabled: bool,
    /// Whether everything is halted.
    pub halted: bool,
    /// Which version of its source it has.
    pub generation: u64,
    /// Armed specs that are meant for this process.
    pub armed: usize,
    /// Injections under way now.
    pub active: usize,
    /// Calls that passed because too many injections were under way.
    pub overflow: u64,
    /// What is wrong with the environment or with specs, each for a person to mend.
    pub problems: Vec<String>,
}

impl Health {
    pub(crate) fn of(engine: Option<&Engine>) -> Self {
        let Some(engine) = engine else { return Self::default() };
        let set = engine.set();
        let own = engine.config.problems.iter().map(ToString::to_string);
        Self {
            live: engine.is_live(),
            disabled: engine.config.disabled,
            halted: set.halted(),
            generation: set.generation(),
            armed: set.specs().iter().filter(|spec| spec.armed).count(),
            active: engine.limits().active(),
            overflow: engine.limits().overflow(),
            problems: own.chain(engine.layers().problems().cloned()).collect(),
        }
    }
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self {
            Self { disabled: true, .. } => "disabled",
            Self { halted: true, .. } => "halted",
            Self { live: true, .. } => "armed",
            _ => "nothing armed",
        };
        write!(
            f,
            "{state}, generation {}, {} specs armed, {} injections under way",
            self.generation, self.armed, self.active
        )?;
        for problem in &self.problems {
            write!(f, "\nproblem: {problem}")?;
        }
        Ok(())
    }
}
