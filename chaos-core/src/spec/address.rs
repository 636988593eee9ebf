//! Hosts and paths that no call can have: a target with one never matches, and
//! looks like a system that stands everything.

use crate::door::{At, Door, Fields, Value};

/// Refuses hosts with more than a host in them, and paths that do not begin as
/// paths do.
pub(super) fn check(door: &mut Door, fields: &Fields<'_>) {
    each(fields, "host", |at, text| {
        if let Some((problem, host)) = beside_host(text) {
            let of_path = if host.is_empty() { String::new() } else { format!("write \"{host}\"; ") };
            door.refuse(at, problem, format!("{of_path}a host is matched without scheme, port and path"));
        }
    });
    each(fields, "path", |at, text| {
        if !text.starts_with(['/', '*', '?']) {
            let right = match text.split_once("://") {
                Some((_, url)) => url.find('/').and_then(|slash| url.get(slash..)).unwrap_or("/").to_owned(),
                None => format!("/{text}"),
            };
            let remedy = format!("write \"{right}\", or begin with a `*`");
            door.refuse(at, "begins with no slash, as every path does", remedy);
        }
    });
}

fn each(fields: &Fields<'_>, name: &str, mut look: impl FnMut(&At<'_>, &str)) {
    for at in fields.get(name).iter().flat_map(At::one_or_many) {
        // What is no text was refused before.
        if let Value::Text(text) = &at.node.value
            && !text.is_empty()
        {
            look(&at, text);
        }
    }
}

/// What stands beside the host, and the host alone.
fn beside_host(text: &str) -> Option<(&'static str, &str)> {
    let after_scheme = text.split_once("://").map(|(_, rest)| rest);
    let rest = after_scheme.unwrap_or(text);
    let authority = rest.split('/').next().unwrap_or_default();
    let host = without_port(authority);
    let host = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    let problem = match () {
        () if after_scheme.is_some() => "holds a scheme",
        () if authority != rest => "holds a path",
        () if without_port(authority) != authority => "holds a port",
        () if host != authority => "is in brackets",
        () => return None,
    };
    Some((problem, host))
}

/// More than one colon is an address of IPv6, and one beside wildcards may be
/// meant for such.
fn without_port(authority: &str) -> &str {
    let Some((host, port)) = authority.rsplit_once(':') else { return authority };
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
    let is_v6 = host.contains(':') && !host.ends_with(']');
    let may_be_v6 = host.contains(['*', '?'])
        && host.bytes().all(|byte| byte.is_ascii_hexdigit() || b"*?".contains(&byte));
    if is_port && !is_v6 && !may_be_v6 { host } else { authority }
}
