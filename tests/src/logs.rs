//! What a piece of work said through `tracing`.

use std::cell::RefCell;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, Once};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// One event: its level, target, and every field in one text.
#[derive(Clone, Debug)]
pub struct Line {
    /// How grave.
    pub level: Level,
    /// Who said it.
    pub target: String,
    /// `name=value` of every field.
    pub text: String,
}

/// What was said on the thread that captures, until its guard is dropped.
#[derive(Clone, Debug, Default)]
pub struct Logs(Arc<Mutex<Vec<Line>>>);

/// Ends taking down when it is dropped.
#[derive(Debug)]
pub struct Guard(());

thread_local! {
    static CAPTURING: RefCell<Option<Logs>> = const { RefCell::new(None) };
}

impl Drop for Guard {
    fn drop(&mut self) {
        CAPTURING.set(None);
    }
}

/// Listens from now on, on all threads. `tracing` remembers of each place in
/// the code whether anybody listens, so a test must not reach one before this.
pub fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| tracing::subscriber::set_global_default(Listener).unwrap());
}

impl Logs {
    /// Starts taking down.
    pub fn capture() -> (Self, Guard) {
        install();
        let logs = Self::default();
        CAPTURING.set(Some(logs.clone()));
        (logs, Guard(()))
    }

    /// What was said so far.
    pub fn lines(&self) -> Vec<Line> {
        self.0.lock().unwrap().clone()
    }

    /// What was said so far with this target.
    pub fn of(&self, target: &str) -> Vec<Line> {
        self.lines().into_iter().filter(|line| line.target == target).collect()
    }

    /// What was said so far at this level.
    pub fn at(&self, level: Level) -> Vec<Line> {
        self.lines().into_iter().filter(|line| line.level == level).collect()
    }
}

struct Listener;

impl Subscriber for Listener {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let Some(logs) = CAPTURING.with_borrow(Clone::clone) else { return };
        let mut text = Text(String::new());
        event.record(&mut text);
        let metadata = event.metadata();
        let line = Line { level: *metadata.level(), target: metadata.target().to_owned(), text: text.0 };
        logs.0.lock().unwrap().push(line);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push_str(&format!("{field}={value:?} "));
    }
}
