//! Asking a live handle.

use super::DescribedCall;
use crate::Chaos;
use crate::decide::{Explained, SpecSet, explain};

impl Chaos {
    /// As [`Chaos::explain`], of a call that is only described, which is what tests
    /// and tools have; for the function that it names, where it names one, which the
    /// handle's own name stands for otherwise.
    pub fn explain_call(&self, call: &DescribedCall) -> Vec<Explained> {
        let Some(engine) = self.engine().filter(|engine| !engine.config.disabled) else {
            return Vec::new();
        };
        let other = call.function_name().filter(|name| *name != engine.config.function);
        let Some(function) = other else { return self.explain(&call.context()) };
        let set = engine.set();
        let specs = set.specs().iter().chain(set.elsewhere()).cloned().collect();
        let theirs = SpecSet::new(set.generation(), set.halted(), function, specs);
        explain(&theirs, &call.context(), &engine.config.clock.now())
    }
}
