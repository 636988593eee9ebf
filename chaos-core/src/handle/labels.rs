//! Labels that the application sets around a piece of work.

use std::future::Future;
use std::sync::Arc;

tokio::task_local! {
    static LABELS: Arc<Vec<(String, String)>>;
}

/// Runs `work` with labels that `target.label` matches; inner labels go before
/// outer ones of the same name. A task that `work` spawns does not inherit them.
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
    let mut all: Vec<(String, String)> =
        labels.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
    let _ = LABELS.try_with(|outer| all.extend(outer.iter().cloned()));
    LABELS.scope(Arc::new(all), work)
}

/// The value of a label in force here, for adapters.
pub fn label(name: &str) -> Option<String> {
    let value = |labels: &Arc<Vec<(String, String)>>| {
        labels.iter().find(|(label, _)| label == name).map(|(_, value)| value.clone())
    };
    LABELS.try_with(value).ok().flatten()
}
