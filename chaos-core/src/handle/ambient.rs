//! What is in force around a piece of work: the labels that the application
//! set, and the scopes that hit its calls alone. Kept with the task.

use super::isolated::Isolated;
use smallvec::SmallVec;
use std::future::Future;
use std::sync::Arc;

tokio::task_local! {
    static AROUND: Arc<Around>;
}

/// Inner ones first.
#[derive(Clone, Default)]
struct Around {
    labels: Vec<(String, String)>,
    scopes: Vec<Arc<Isolated>>,
}

/// Runs `work` with labels that `target.label` matches; inner labels go before
/// outer ones of the same name. A task that `work` spawns does not have them,
/// unless its own work goes through [`inherit`].
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let answer = chaos_core::with_labels([("user", "test-7")], async { 42 }).await;
/// assert_eq!(answer, 42);
/// # }
/// ```
pub fn with_labels<K, V, F>(
    labels: impl IntoIterator<Item = (K, V)>,
    work: F,
) -> impl Future<Output = F::Output>
where
    K: Into<String>,
    V: Into<String>,
    F: Future,
{
    let mut labels: Vec<_> = labels.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
    within_more(work, move |around| {
        labels.append(&mut around.labels);
        around.labels = labels;
    })
}

/// `work` with the labels and scopes that are in force where this is called, for
/// a task of its own.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// chaos_core::with_labels([("user", "test-7")], async {
///     let calls = tokio::spawn(chaos_core::inherit(async { /* calls with that label */ }));
///     calls.await
/// }).await.unwrap();
/// # }
/// ```
pub fn inherit<F: Future>(work: F) -> impl Future<Output = F::Output> {
    AROUND.scope(here().unwrap_or_default(), work)
}

/// Runs `work` with one more scope.
pub(crate) fn within<F: Future>(scope: Arc<Isolated>, work: F) -> impl Future<Output = F::Output> {
    within_more(work, |around| around.scopes.insert(0, scope))
}

/// Runs `work` with more around it than there is where it is awaited, or, in a
/// task of its own, than there was where it was made.
fn within_more<F: Future>(work: F, add: impl FnOnce(&mut Around)) -> impl Future<Output = F::Output> {
    let made_in = here();
    async move {
        let mut around = here().or(made_in).as_deref().cloned().unwrap_or_default();
        add(&mut around);
        AROUND.scope(Arc::new(around), work).await
    }
}

/// The value of a label in force here, for adapters.
pub fn label(name: &str) -> Option<String> {
    let value = |around: &Arc<Around>| {
        around.labels.iter().find(|(label, _)| label == name).map(|(_, value)| value.clone())
    };
    AROUND.try_with(value).ok().flatten()
}

/// The scopes that are in force here.
pub(crate) fn scopes() -> SmallVec<[Arc<Isolated>; 2]> {
    AROUND.try_with(|around| around.scopes.iter().cloned().collect()).unwrap_or_default()
}

fn here() -> Option<Arc<Around>> {
    AROUND.try_with(Arc::clone).ok()
}
