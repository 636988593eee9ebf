//! The real answer, damaged on its way.

use crate::caps;
use crate::door::{At, Door, Fields, Known, Value, listed, remedy_for};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use std::collections::BTreeMap;

/// What happens to the real answer, while it streams through; an error of the
/// service is an answer too. `HEAD` requests are never chosen: nothing streams.
/// A body that turns out too short for the damage stays whole, with a warning.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CorruptFault {
    /// Some bytes of the body are other bytes.
    Flip(Flip),
    /// The body ends early.
    Truncate(Truncate),
    /// All bytes of the body are other bytes, as many as they were.
    Garbage,
    /// The answer says that its body has so many bytes more or, below zero, less
    /// than it has; never 0. More: the body ends as if the peer had closed the
    /// connection. Less: it is cut there, properly, as clients of HTTP/1 do. An
    /// answer that tells no length (chunks) stays as it is.
    WrongLength(i32),
    /// Members of the parsed answer are absent, or others.
    Members(Members),
}

/// Which bytes are flipped. A flipped byte is never the byte that it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flip {
    /// So many, 1 to [`Flip::MAX`], at positions that are drawn over the whole
    /// body where its length is told; else within its first 64 KiB, closer at its
    /// start, and at least one wherever there is a byte.
    Bytes(u32),
    /// Those at these positions, counted from 0; sorted, no two the same. A body
    /// that does not reach so far has none there.
    At(Vec<u64>),
}

impl Flip {
    /// The most bytes that one answer has flipped.
    pub const MAX: u32 = 1024;
}

/// Where and how a body ends early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truncate {
    /// After so many bytes; below zero so many bytes before its end, at most
    /// [`Truncate::MAX_BEFORE_END`]. A body that is shorter stays whole. Trailers
    /// go with the rest.
    pub after: i64,
    /// How it ends. With [`Ending::End`] the header `content-length` says so too,
    /// where there is one.
    pub by: Ending,
}

impl Truncate {
    /// So many bytes are held back at most, to cut them off at the end.
    pub const MAX_BEFORE_END: i64 = 65_536;
}

/// How a body that is cut off comes to its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Ending {
    /// The peer closes the connection in the middle.
    #[default]
    Close,
    /// The peer resets the connection in the middle.
    Reset,
    /// Properly, as if there were no more: a peer or a cache that lost the rest.
    End,
}

impl Ending {
    const ALL: [(&'static str, Self); 3] =
        [("close", Self::Close), ("reset", Self::Reset), ("end", Self::End)];
}

/// Members of an answer, by their dotted paths in the names of the wire
/// (`Item.price.N`, `Records.0.Data`), or headers, as `header:etag`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Members {
    /// These are left out.
    pub drop: Vec<String>,
    /// These have other values.
    pub replace: BTreeMap<String, serde_json::Value>,
}

/// In code; what is out of bounds is refused where the fault is put in force.
///
/// ```
/// use chaos_core::spec::{CorruptFault, Ending, Members, Truncate};
/// let reset: CorruptFault = Truncate::after(-1).by(Ending::Reset).into();
/// assert_eq!(CorruptFault::truncate(3), Truncate::after(3).into());
/// let several: CorruptFault = Members::default().drop("Item.price").replace("Item.id.S", "other").into();
/// # let _ = (reset, several, CorruptFault::flip(2), CorruptFault::drop("header:etag"));
/// ```
impl CorruptFault {
    /// So many bytes are others, 1 to [`Flip::MAX`].
    pub fn flip(bytes: u32) -> Self {
        Self::Flip(Flip::Bytes(bytes))
    }

    /// The bytes at these positions are others, counted from 0.
    pub fn flip_at(positions: impl IntoIterator<Item = u64>) -> Self {
        let positions: std::collections::BTreeSet<_> = positions.into_iter().collect();
        Self::Flip(Flip::At(positions.into_iter().collect()))
    }

    /// The peer closes the connection after so many bytes or, below zero, so many
    /// before the end. Other endings: [`Truncate::by`].
    pub fn truncate(after: i64) -> Self {
        Truncate::after(after).into()
    }

    /// The member at this path is left out; several by [`Members`].
    pub fn drop(path: impl Into<String>) -> Self {
        Members::default().drop(path).into()
    }

    /// The member at this path has another value; several by [`Members`].
    pub fn replace(path: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
        Members::default().replace(path, value).into()
    }
}

impl Truncate {
    /// The peer closes the connection after so many bytes; below zero so many
    /// before the end.
    pub fn after(bytes: i64) -> Self {
        Self { after: bytes, by: Ending::Close }
    }

    /// The same with another end.
    #[must_use]
    pub fn by(self, by: Ending) -> Self {
        Self { by, ..self }
    }
}

impl Members {
    /// Leaves this one out too.
    #[must_use]
    pub fn drop(mut self, path: impl Into<String>) -> Self {
        self.drop.push(path.into());
        self
    }

    /// Gives this one another value too.
    #[must_use]
    pub fn replace(mut self, path: impl Into<String>, value: impl Into<serde_json::Value>) -> Self {
        self.replace.insert(path.into(), value.into());
        self
    }
}

impl From<Truncate> for CorruptFault {
    fn from(truncate: Truncate) -> Self {
        Self::Truncate(truncate)
    }
}

impl From<Members> for CorruptFault {
    fn from(members: Members) -> Self {
        Self::Members(members)
    }
}

const KINDS: [&str; 6] = ["flip", "truncate", "garbage", "wrong_length", "drop", "replace"];
const KNOWN: Known = Known { now: &KINDS, later: &[] };

impl CorruptFault {
    pub(super) fn parse(door: &mut Door, at: &At<'_>) -> Option<Self> {
        if let Value::Text(text) = &at.node.value {
            if text == "garbage" {
                return Some(Self::Garbage);
            }
            let remedy = format!("write \"garbage\", or an object with one of {}", listed(&KINDS));
            door.refuse(at, "is no damage", remedy);
            return None;
        }
        let fields = door.object(at, KNOWN)?;
        let given: Vec<_> = KINDS.into_iter().filter(|name| fields.get(name).is_some()).collect();
        match given.as_slice() {
            [one] => Self::of(door, &fields, one),
            ["drop", "replace"] => members(door, &fields),
            [] => {
                door.refuse_whole(at, "says nothing", format!("give one of {}", listed(&KINDS)));
                None
            }
            several => {
                door.refuse_whole(
                    at,
                    format!("has {} kinds of damage", several.len()),
                    "keep one; `drop` and `replace` may stand together",
                );
                None
            }
        }
    }

    fn of(door: &mut Door, fields: &Fields<'_>, kind: &str) -> Option<Self> {
        let at = fields.get(kind)?;
        match kind {
            "flip" => Flip::parse(door, &at).map(Self::Flip),
            "truncate" => Truncate::parse(door, &at).map(Self::Truncate),
            "wrong_length" => wrong_length(door, &at).map(Self::WrongLength),
            "garbage" => {
                if !door.bool(&at)? {
                    door.refuse(&at, "damages nothing", "write true, or leave `corrupt` out");
                    return None;
                }
                Some(Self::Garbage)
            }
            _ => members(door, fields),
        }
    }

    /// One word for reports.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Flip(_) => "flip",
            Self::Truncate(_) => "truncate",
            Self::Garbage => "garbage",
            Self::WrongLength(_) => "wrong_length",
            Self::Members(members) if members.replace.is_empty() => "drop",
            Self::Members(_) => "replace",
        }
    }
}

impl Flip {
    fn parse(door: &mut Door, at: &At<'_>) -> Option<Self> {
        const RIGHT: &str = "write how many bytes, or { at = [0, 17] }";
        if !matches!(at.node.value, Value::Object(_)) {
            let count = door.int(at, 1, i64::from(Self::MAX))?;
            return u32::try_from(count).ok().map(Self::Bytes);
        }
        let fields = door.object(at, Known { now: &["at"], later: &[] })?;
        let given = door.required(&fields, "at", RIGHT)?.one_or_many();
        if given.is_empty() || given.len() > Self::MAX as usize {
            door.refuse_whole(at, format!("has {} positions", given.len()), "give 1 to 1024");
            return None;
        }
        let read = |at: &At<'_>| u64::try_from(door.int(at, 0, i64::MAX)?).ok();
        let mut positions = given.iter().map(read).collect::<Option<Vec<_>>>()?;
        positions.sort_unstable();
        positions.dedup();
        Some(Self::At(positions))
    }
}

impl Truncate {
    fn parse(door: &mut Door, at: &At<'_>) -> Option<Self> {
        let after = |door: &mut Door, at: &At<'_>| door.int(at, -Self::MAX_BEFORE_END, i64::MAX);
        if !matches!(at.node.value, Value::Object(_)) {
            return Some(Self { after: after(door, at)?, by: Ending::default() });
        }
        let fields = door.object(at, Known { now: &["after", "by"], later: &[] })?;
        let bytes = door.required(&fields, "after", "write after how many bytes, or -1 for all but the last");
        let by = fields.get("by").map(|at| ending(door, &at));
        Some(Self { after: after(door, &bytes?)?, by: by.flatten().unwrap_or_default() })
    }
}

fn ending(door: &mut Door, at: &At<'_>) -> Option<Ending> {
    let names = Ending::ALL.map(|(name, _)| name);
    let text = door.text(at, &format!("write one of {}", listed(&names)))?;
    let found = Ending::ALL.into_iter().find(|(name, _)| *name == text);
    if found.is_none() {
        door.refuse(at, "is no way for a body to end", remedy_for(text, &names));
    }
    found.map(|(_, ending)| ending)
}

fn wrong_length(door: &mut Door, at: &At<'_>) -> Option<i32> {
    let by = door.int(at, i64::from(i32::MIN), i64::from(i32::MAX))?;
    if by == 0 {
        door.refuse(at, "is the right length", "write by how many bytes it is wrong, such as 10 or -10");
        return None;
    }
    i32::try_from(by).ok()
}

fn members(door: &mut Door, fields: &Fields<'_>) -> Option<CorruptFault> {
    let mut members = Members::default();
    for at in fields.get("drop").map(|at| at.one_or_many()).unwrap_or_default() {
        members.drop.extend(path(door, &at, at_text(&at)));
    }
    let replaced = fields.get("replace");
    let given = match &replaced {
        Some(at) => at.members().or_else(|| {
            door.refuse(at, "is no object of paths and values", "write { \"Item.price\" = 1 }");
            None
        })?,
        None => Vec::new(),
    };
    for (name, at) in &given {
        if let Some(path) = path(door, at, Some(name)) {
            members.replace.insert(path, value(door, at));
        }
    }
    let count = members.drop.len() + members.replace.len();
    if count == 0 || count > caps::MAX_LIST {
        let problem = format!("names {count} members");
        let remedy = format!("name 1 to {}, such as drop = [\"Item.price\"]", caps::MAX_LIST);
        door.refuse_whole(fields.at(), problem, remedy);
        return None;
    }
    Some(CorruptFault::Members(members))
}

fn at_text<'a>(at: &At<'a>) -> Option<&'a str> {
    if let Value::Text(text) = &at.node.value { Some(text) } else { None }
}

/// A dotted path, none of whose parts is empty, or `header:` and a name.
fn path(door: &mut Door, at: &At<'_>, text: Option<&str>) -> Option<String> {
    let fits = |text: &str| {
        let name = text.strip_prefix("header:").unwrap_or(text);
        text.len() <= caps::MAX_NAME_BYTES && name.split('.').all(|part| !part.is_empty())
    };
    let found = text.filter(|text| fits(text));
    if found.is_none() {
        let remedy = "write names with dots between, such as \"Item.price.N\", or \"header:etag\"";
        door.refuse(at, "is not a path of at most 256 bytes", remedy);
    }
    found.map(str::to_owned)
}

fn value(door: &mut Door, at: &At<'_>) -> serde_json::Value {
    let value = at.node.to_json();
    if value.to_string().len() > caps::MAX_BODY_BYTES {
        door.refuse_whole(at, "is larger than 64 KiB", "keep it shorter");
    }
    value
}

impl Serialize for CorruptFault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match self {
            Self::Flip(Flip::Bytes(count)) => map.serialize_entry("flip", count)?,
            Self::Flip(Flip::At(positions)) => {
                map.serialize_entry("flip", &BTreeMap::from([("at", positions)]))?;
            }
            Self::Truncate(Truncate { after, by: Ending::Close }) => {
                map.serialize_entry("truncate", after)?
            }
            Self::Truncate(truncate) => map.serialize_entry("truncate", &Full::from(*truncate))?,
            Self::Garbage => map.serialize_entry("garbage", &true)?,
            Self::WrongLength(by) => map.serialize_entry("wrong_length", by)?,
            Self::Members(members) => {
                if !members.drop.is_empty() {
                    map.serialize_entry("drop", &members.drop)?;
                }
                if !members.replace.is_empty() {
                    map.serialize_entry("replace", &members.replace)?;
                }
            }
        }
        map.end()
    }
}

#[derive(Serialize)]
struct Full {
    after: i64,
    by: Ending,
}

impl From<Truncate> for Full {
    fn from(Truncate { after, by }: Truncate) -> Self {
        Self { after, by }
    }
}
