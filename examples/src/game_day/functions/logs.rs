//! What a function logs, and how injections get into metrics of your own: they
//! are `tracing` events like any other.

use super::meter::Meter;
use std::fmt::Debug;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

/// Everything that Monkeyless Chaos logs.
const CHAOS: &str = "chaos";

/// Shows what somebody should know, and counts injections without showing them.
pub(super) fn install(meter: &Meter) {
    let shown = Targets::new().with_target(CHAOS, LevelFilter::WARN);
    let shown = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_filter(shown);
    let counted = Targets::new().with_target(CHAOS, LevelFilter::INFO);
    let counted = Injections(meter.clone()).with_filter(counted);
    tracing_subscriber::registry().with(shown).with(counted).init();
}

struct Injections(Meter);

impl<S: Subscriber> Layer<S> for Injections {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut found = IsInjection(false);
        event.record(&mut found);
        if found.0 {
            self.0.count(|counts| counts.injected += 1);
        }
    }
}

/// Whether an event says `chaos.decision = "inject"`.
struct IsInjection(bool);

impl Visit for IsInjection {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0 |= field.name() == "chaos.decision" && value == "inject";
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}
