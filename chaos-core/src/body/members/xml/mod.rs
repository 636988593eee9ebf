//! XML: elements by their names, and lists in the ways that AWS writes them.

mod read;
mod write;

use super::Reason;
use super::out::Out;
use super::path::{Change, EVERY, Paths, index};
use super::tree::{Node, Parts, Slot};
use serde_json::Value as Json;
use write::Xml;

pub(super) fn edit(body: &[u8], paths: &Paths<'_>) -> Result<Vec<u8>, Reason> {
    let mut root = read::read(body)?;
    let xml = Xml::of(&root);
    paths.mark_all(|path, change| Ok(mark(&mut root, path, change)))?;
    let mut out = Out::instead_of(body);
    out.push(root.lead)?;
    root.node.write(&xml, &mut out)?;
    out.push(root.tail)?;
    Ok(out.into_bytes())
}

/// Marks what the path leads to from where answers start: below an awsQuery
/// answer's result, else below the root; or from the root itself.
fn mark<'a>(root: &mut Slot<'a>, path: &[&'a str], change: Change<'a>) -> bool {
    let Some((first, rest)) = path.split_first() else { return false };
    let below_root = has(&root.node, first);
    let is_root = root.name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(first));
    match result(root) {
        Some(result) if has(result, first) || !(below_root || is_root) => within(result, path, change),
        // A document without its root would be none.
        _ if is_root && !below_root => match (rest, change) {
            ([], Change::Drop) => false,
            _ => within(&mut root.node, rest, change),
        },
        _ => within(&mut root.node, path, change),
    }
}

fn has(node: &Node<'_>, part: &str) -> bool {
    part == EVERY || node.parts.as_ref().is_some_and(|parts| !parts.named(part).is_empty())
}

/// `<ListUsersResult>` in `<ListUsersResponse>`.
fn result<'n, 'a>(root: &'n mut Slot<'a>) -> Option<&'n mut Node<'a>> {
    let name = format!("{}Result", root.name.as_deref()?.strip_suffix("Response")?);
    let parts = root.node.parts.as_mut()?;
    let found = parts.slots.iter_mut().find(|slot| slot.name.as_deref() == Some(&name))?;
    Some(&mut found.node)
}

/// From one element, whatever stands beside it.
fn within<'a>(node: &mut Node<'a>, path: &[&'a str], change: Change<'a>) -> bool {
    let Some((first, rest)) = path.split_first() else {
        node.change(change);
        return true;
    };
    let is_list = item_name(node).is_some();
    let Some(parts) = &mut node.parts else { return false };
    if *first == EVERY {
        let every = parts.slots.iter_mut().map(|slot| within(&mut slot.node, rest, change));
        return every.fold(false, |found, one| found | one);
    }
    let places = parts.named(first);
    if !places.is_empty() {
        return siblings(parts, &places, rest, change);
    }
    match index(first) {
        Some(place) => {
            is_list && parts.slots.get_mut(place).is_some_and(|slot| within(&mut slot.node, rest, change))
        }
        None => rest.is_empty() && parts.add(first, change),
    }
}

/// From all elements of one name side by side: a list, or an only one.
fn siblings<'a>(parts: &mut Parts<'a>, places: &[usize], path: &[&'a str], change: Change<'a>) -> bool {
    let mut nodes: Vec<&mut Node<'a>> = Vec::new();
    for (place, slot) in parts.slots.iter_mut().enumerate() {
        if places.binary_search(&place).is_ok() {
            nodes.push(&mut slot.node);
        }
    }
    let Some((first, rest)) = path.split_first() else {
        all(nodes, change);
        return true;
    };
    let place = index(first);
    if *first != EVERY && place.is_none() {
        return any(nodes, path, change);
    }
    match (nodes.as_mut_slice(), place) {
        ([only], _) if is_wrapper(only) => within(only, path, change),
        (_, None) => any(nodes, rest, change),
        (nodes, Some(place)) => nodes.get_mut(place).is_some_and(|node| within(node, rest, change)),
    }
}

fn any<'a>(nodes: Vec<&mut Node<'a>>, path: &[&'a str], change: Change<'a>) -> bool {
    nodes.into_iter().fold(false, |found, node| within(node, path, change) | found)
}

/// Changes a whole member: the first element stands for all of them.
fn all<'a>(nodes: Vec<&mut Node<'a>>, change: Change<'a>) {
    let several = nodes.len() > 1;
    let mut nodes = nodes.into_iter();
    let Some(first) = nodes.next() else { return };
    match change {
        Change::Replace(Json::Array(values)) if several || !(is_wrapper(first)) => first.repeat(values),
        _ => first.change(change),
    }
    match change {
        Change::Drop => nodes.for_each(|node| node.change(change)),
        Change::Replace(_) => nodes.for_each(Node::go),
    }
}

/// Whether numbers count what is within, not the element itself: it holds a list,
/// or nothing.
fn is_wrapper(node: &Node<'_>) -> bool {
    item_name(node).is_some() || is_empty(node)
}

/// The name of the elements of a list, which all have it: `member`, `item` or
/// `entry`, what the list's own name starts with (`Bucket` in `Buckets`), or any
/// where there are several. `<CommonPrefixes><Prefix>` is none.
fn item_name<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    let parts = node.parts.as_ref()?;
    let name = parts.slots.first()?.name.as_deref()?;
    let usual = ["member", "item", "entry"].contains(&name)
        || parts.slots.len() > 1
        || write::tag_name(parts.head).starts_with(name);
    let alike = parts.slots.iter().all(|slot| slot.name.as_deref() == Some(name));
    (usual && alike).then_some(name)
}

/// Whether there is neither an element nor text within.
fn is_empty(node: &Node<'_>) -> bool {
    node.parts.as_ref().is_none_or(|parts| {
        let foot = parts.foot.trim_ascii_start();
        parts.slots.is_empty() && (foot.is_empty() || foot.starts_with(b"</"))
    })
}
