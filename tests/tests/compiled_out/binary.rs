//! Looks into a built program.

use object::{Object, ObjectSection};

const NAMES: [&[u8]; 2] = [b"chaos", b"monkeyless"];

/// Every printable run of bytes that holds one of our names, in any case:
/// strings, paths in panics and the symbols' names alike.
pub(crate) fn our_names(bytes: &[u8]) -> Vec<String> {
    let runs = bytes.split(|byte| !matches!(byte, b' '..=b'~'));
    let ours = runs.filter(|run| holds_a_name(run));
    ours.map(|run| String::from_utf8_lossy(run).into_owned()).collect()
}

fn holds_a_name(run: &[u8]) -> bool {
    let holds = |name: &[u8]| run.windows(name.len()).any(|part| part.eq_ignore_ascii_case(name));
    NAMES.into_iter().any(holds)
}

/// How many bytes of machine code it has.
pub(crate) fn code_size(bytes: &[u8]) -> u64 {
    let file = object::File::parse(bytes).unwrap();
    let code = file.sections().filter(|section| section.kind() == object::SectionKind::Text);
    code.map(|section| section.size()).sum()
}
