//! Headers of an answer that are left out or replaced.

use super::Reason;
use super::path::{Paths, header_text};
use std::borrow::Cow;

const SAME: Reason = Reason::Borrowed("the headers have the new values already");

/// Changes the headers that `paths` name. `set` is given a name and the new value,
/// without one the header is to be left out; it returns the value that there was,
/// or an error where a header cannot be so.
///
/// # Errors
/// Why all of them stay as they are.
pub fn edit_headers(
    paths: &Paths<'_>,
    mut set: impl FnMut(&str, Option<&str>) -> Result<Option<String>, ()>,
) -> Result<(), Cow<'static, str>> {
    let mut changed = false;
    for name in &paths.drop {
        changed |= set(name, None) != Ok(None);
    }
    let mut impossible = None;
    for (name, value) in &paths.replace {
        let value = header_text(value);
        match value.as_deref().map(|value| (set(name, Some(value)), value)) {
            Some((Ok(old), value)) => changed |= old.as_deref() != Some(value),
            Some((Err(()), _)) | None => impossible = Some(name),
        }
    }
    match impossible {
        Some(name) if changed => {
            tracing::warn!(target: "chaos", "the header `{name}` cannot have such a value: it stays as it is");
            Ok(())
        }
        Some(name) => Err(Reason::Owned(format!("the header `{name}` cannot have such a value"))),
        None if changed || paths.is_empty() => Ok(()),
        None if paths.replace.is_empty() => Err(paths.absent("header")),
        None => Err(SAME),
    }
}
