//! The answer in one line.

use super::Explained;

/// One line that says whether a call would be hit, from what [`explain`](super::explain) told of it.
///
/// ```
/// use chaos_core::decide::verdict;
/// assert_eq!(verdict(&[]), "would pass: there is no spec");
/// ```
pub fn verdict(told: &[Explained]) -> String {
    let mut fires = told.iter().filter(|spec| spec.fires);
    if let Some(first) = fires.next() {
        let rest: String = fires.map(|spec| format!("; then {spec}")).collect();
        return format!("would be hit by {first}{rest}");
    }
    if let Some(spec) = told.iter().find(|spec| spec.matches()) {
        return format!("would pass: {} matches, but {}", spec.spec, spec.why);
    }
    let unsaid = told.iter().filter(|spec| spec.met() > 0).find_map(|spec| Some((spec, unsaid(spec)?)));
    match unsaid {
        Some((spec, what)) => {
            format!("would pass: no spec fires; {} hangs on what the call does not show: {what}", spec.spec)
        }
        None if told.is_empty() => "would pass: there is no spec".to_owned(),
        None => "would pass: no spec fires".to_owned(),
    }
}

/// What would have to be said of a call to know; `None` where what it shows is enough.
fn unsaid(spec: &Explained) -> Option<String> {
    let names = spec.mismatches.iter().map(|unmet| match (&unmet.given, &unmet.name) {
        (Some(_), _) => None,
        (None, Some(name)) => Some(format!("{} {name}", unmet.field)),
        (None, None) => Some(unmet.field.to_string()),
    });
    Some(names.collect::<Option<Vec<_>>>()?.join(", "))
}
