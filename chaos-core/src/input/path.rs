//! The path of a member, and when a name on the wire is the one that is meant.

use smallvec::SmallVec;

/// Inputs nest less; it bounds what a path can make a reader do.
pub(super) const MOST: usize = 16;

/// The steps of a path: at least one, at most [`MOST`].
#[derive(Clone, Debug)]
pub(super) struct MemberPath<'a>(SmallVec<[&'a str; 8]>);

impl<'a> MemberPath<'a> {
    pub(super) fn of(path: &'a str) -> Option<Self> {
        let steps: SmallVec<[&str; 8]> = path.split('.').take(MOST + 1).collect();
        (steps.len() <= MOST && steps.iter().all(|step| !step.is_empty())).then_some(Self(steps))
    }

    pub(super) fn all(&self) -> &[&'a str] {
        &self.0
    }

    /// What follows the first step.
    pub(super) fn rest(&self) -> &[&'a str] {
        self.0.get(1..).unwrap_or_default()
    }

    /// The same with another first step.
    pub(super) fn renamed<'b>(&self, first: &'b str) -> MemberPath<'b>
    where
        'a: 'b,
    {
        MemberPath(std::iter::once(first).chain(self.rest().iter().copied()).collect())
    }
}

/// How names are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    /// As they are: protocols that take members' names from the definition.
    Exact,
    /// The first letter in either case: on the wire of REST and EC2, most
    /// members that have another name differ in no more.
    EitherCase,
}

impl Names {
    /// Whether `wire` is the member `name`.
    pub(super) fn same(self, name: &str, wire: &str) -> bool {
        name == wire || (self == Self::EitherCase && same_but_first(name, wire))
    }

    /// Whether `wire` is an entry of the list `name`: lists without an element
    /// of their own have entries that are named in the singular.
    pub(super) fn entry(self, name: &str, wire: &str) -> bool {
        let singular = |plural: &str, ending: &str| {
            let stem = name.strip_suffix(plural)?;
            Some(self.same(stem, wire.strip_suffix(ending)?))
        };
        [("s", ""), ("es", ""), ("ies", "y")]
            .into_iter()
            .any(|(plural, one)| singular(plural, one) == Some(true))
    }
}

fn same_but_first(name: &str, wire: &str) -> bool {
    let (mut a, mut b) = (name.chars(), wire.chars());
    matches!((a.next(), b.next()), (Some(a), Some(b)) if a.eq_ignore_ascii_case(&b))
        && a.as_str() == b.as_str()
}

/// The number of a list's entry, from 0.
pub(super) fn number(step: &str) -> Option<usize> {
    step.bytes().all(|byte| byte.is_ascii_digit()).then(|| step.parse().ok())?
}
