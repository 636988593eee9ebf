//! Is any of the live code in a binary? Every build that can inject faults
//! carries a marker; a deploy gate looks for it here.

use std::fs::File;
use std::hint::black_box;
use std::io::{self, Read};
use std::path::Path;

/// The text before the version in every live build, each byte inverted: this
/// very program must not be found to be one.
const INVERTED: [u8; 28] = inverted(*b"monkeyless-chaos:live-build:");

/// The longest version that is reported.
const VERSION_MAX: usize = 64;

/// How much of a file is held at a time.
const CHUNK: usize = 64 * 1024;

/// What a native program starts with: ELF, Mach-O (both widths, both orders,
/// many architectures in one) and PE.
const EXECUTABLES: [&[u8]; 7] = [
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"MZ",
];

/// What was found in a binary.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a verdict that nobody reads stops no deployment"]
pub enum Verdict {
    /// No marker: the binary cannot inject faults.
    Clean,
    /// The first marker: the binary was built with `inject`.
    Live {
        /// Where in the file the marker starts.
        offset: u64,
        /// The version of `chaos-core` in the binary.
        version: String,
    },
}

/// Looks for the live code's marker in the binary at `path`, of any size, in
/// constant memory.
///
/// ```no_run
/// use chaos_control::verify::{Verdict, verify};
///
/// let clean = verify("target/release/checkout".as_ref())? == Verdict::Clean;
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// When the file cannot be read, and when it is no native executable: in an
/// archive or a script the marker would not be seen, and "clean" would be a lie.
pub fn verify(path: &Path) -> io::Result<Verdict> {
    scan(File::open(path)?)
}

fn scan(source: impl Read) -> io::Result<Verdict> {
    let needle = needle();
    let mut window = Window { source, held: Vec::with_capacity(CHUNK), offset: 0 };
    let mut more = window.fill()?;
    refuse_what_is_no_executable(&window.held)?;
    while more {
        if let Some(at) = find(&window.held, &needle) {
            window.forget(at + needle.len());
            window.fill()?;
            let offset = window.offset - needle.len() as u64;
            return Ok(Verdict::Live { offset, version: leading_version(&window.held) });
        }
        // What is left may be the start of a marker.
        window.forget(window.held.len().saturating_sub(needle.len() - 1));
        more = window.fill()?;
    }
    Ok(Verdict::Clean)
}

/// A part of a file that moves on to its end.
struct Window<R> {
    source: R,
    held: Vec<u8>,
    /// Where in the file `held` starts.
    offset: u64,
}

impl<R: Read> Window<R> {
    /// Reads on until a whole chunk is held; `false` when there was no more.
    fn fill(&mut self) -> io::Result<bool> {
        let room = CHUNK.saturating_sub(self.held.len());
        let read = self.source.by_ref().take(room as u64).read_to_end(&mut self.held)?;
        Ok(read > 0)
    }

    fn forget(&mut self, bytes: usize) {
        self.held.drain(..bytes);
        self.offset += bytes as u64;
    }
}

fn refuse_what_is_no_executable(start: &[u8]) -> io::Result<()> {
    if EXECUTABLES.iter().any(|magic| start.starts_with(magic)) {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::InvalidData,
        "this is no native executable (ELF, Mach-O or PE): unpack an archive, and of a script \
         name the program that it starts",
    ))
}

fn find(held: &[u8], needle: &[u8]) -> Option<usize> {
    held.windows(needle.len()).position(|part| part == needle)
}

/// The version, as far as it goes: what lies behind it in the binary is anyone's.
fn leading_version(held: &[u8]) -> String {
    let in_a_version = |byte: &u8| byte.is_ascii_alphanumeric() || b".+-".contains(byte);
    held.iter().copied().take(VERSION_MAX).take_while(in_a_version).map(char::from).collect()
}

/// The marker's text, put together where the compiler cannot do it ahead.
fn needle() -> [u8; INVERTED.len()] {
    black_box(INVERTED).map(|byte| !byte)
}

const fn inverted<const N: usize>(mut text: [u8; N]) -> [u8; N] {
    let mut rest = text.as_mut_slice();
    while let Some((first, others)) = rest.split_first_mut() {
        *first = !*first;
        rest = others;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of `before` bytes, the marker with `version`, and more behind it.
    fn live(before: usize, version: &str) -> Vec<u8> {
        let mut file = b"\x7fELF".to_vec();
        file.resize(before, b'.');
        file.extend(needle());
        file.extend(version.bytes());
        file
    }

    fn found(offset: usize, version: &str) -> Verdict {
        Verdict::Live { offset: offset as u64, version: version.to_owned() }
    }

    #[test]
    fn a_marker_is_found_wherever_it_lies() {
        let around_an_edge = (CHUNK - 120)..(CHUNK + 40);
        for before in [4, 5, 100].into_iter().chain(around_an_edge).chain([5 * CHUNK - 7]) {
            let file = live(before, "1.20.3-rc.1+b5;more text");
            assert_eq!(scan(&file[..]).unwrap(), found(before, "1.20.3-rc.1+b5"), "{before}");
        }
    }

    #[test]
    fn the_first_of_many_is_told_and_a_version_may_be_missing() {
        let two = [live(CHUNK, "0.1.0;"), live(9, "0.2.0;")].concat();
        assert_eq!(scan(&two[..]).unwrap(), found(CHUNK, "0.1.0"));
        assert_eq!(scan(&live(77, "")[..]).unwrap(), found(77, ""));
        let endless = "9".repeat(10 * VERSION_MAX);
        assert_eq!(scan(&live(77, &endless)[..]).unwrap(), found(77, &"9".repeat(VERSION_MAX)));
    }

    #[test]
    fn part_of_a_marker_is_none() {
        for before in [40, CHUNK - needle().len()] {
            let mut file = live(before, "");
            file.pop();
            assert_eq!(scan(&file[..]).unwrap(), Verdict::Clean);
            file.extend(b"live");
            assert_eq!(scan(&file[..]).unwrap(), Verdict::Clean);
        }
    }

    /// Readers may give less than they are asked for.
    #[test]
    fn short_reads_change_nothing() {
        struct Drops(Vec<u8>);
        impl Read for Drops {
            fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
                let length = self.0.len().min(into.len()).min(1001);
                into[..length].copy_from_slice(&self.0[..length]);
                self.0.drain(..length);
                Ok(length)
            }
        }
        let file = live(3 * CHUNK - 11, "0.1.0;");
        assert_eq!(scan(Drops(file)).unwrap(), found(3 * CHUNK - 11, "0.1.0"));
    }

    #[test]
    fn what_cannot_be_judged_is_an_error() {
        let kind = |file: &[u8]| scan(file).unwrap_err().kind();
        assert_eq!(kind(b"#!/bin/sh\nexec app"), io::ErrorKind::InvalidData);
        assert_eq!(kind(b"PK\x03\x04"), io::ErrorKind::InvalidData);
        assert_eq!(kind(b""), io::ErrorKind::InvalidData);
        assert!(verify(Path::new("/")).is_err());
        let missing = verify(Path::new("no-such-program")).unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    }

    /// This test program holds all of this module's text. Built along with
    /// packages that inject, it may rightly be live.
    #[test]
    fn the_searcher_is_not_found() {
        let verdict = verify(&std::env::current_exe().unwrap()).unwrap();
        assert!(chaos_core::ENABLED || verdict == Verdict::Clean, "{verdict:?}");
    }
}
