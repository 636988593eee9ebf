//! Pills in files and folders, and in zips where the feature `zip` is on.

use super::Pill;
use super::name::PillName;
use super::read::whole;
use crate::caps;
use crate::door::Problems;
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// One file as it was read.
#[derive(Debug)]
pub struct PillFile {
    /// The file; for one within a zip, the zip's path and then its own.
    pub path: PathBuf,
    /// What its name says, or what is wrong with its name.
    pub name: Result<PillName, String>,
    /// The pill, or everything that is wrong with it.
    pub pill: Result<Pill, Problems>,
    /// What is odd about it, but no reason to refuse it.
    pub notes: Vec<String>,
}

/// Every pill below a path.
#[derive(Debug, Default)]
pub struct PillFiles {
    /// The pills, in the order of their paths.
    pub files: Vec<PillFile>,
    /// How many files are no pills and were left alone.
    pub others: usize,
}

/// Reads a file, everything below a folder, or a zip.
///
/// Each file stands for itself: a faulty one does not hide the others.
///
/// # Errors
/// Where the path itself cannot be read, or there are more than
/// [`caps::MAX_PILL_FILES`] files.
pub fn read_pills(path: &Path, known: &dyn Fn(&str) -> bool) -> std::io::Result<PillFiles> {
    let mut files = Vec::new();
    let mut keep = |file| {
        files.push(file);
        ControlFlow::Continue(())
    };
    let others = visit_pills(path, known, &mut keep)?;
    Ok(PillFiles { files, others })
}

/// As [`read_pills`], one by one, until `each` has enough: never more than one
/// pill is in memory. Gives how many files are no pills.
///
/// # Errors
/// As there.
pub fn visit_pills(
    path: &Path,
    known: &dyn Fn(&str) -> bool,
    each: &mut dyn FnMut(PillFile) -> ControlFlow<()>,
) -> std::io::Result<usize> {
    let about = std::fs::metadata(path)?;
    let mut visit = Visit { known, each, seen: 0, others: 0 };
    // Whether all was seen or `each` had enough is for `each` to know.
    let _ = if about.is_dir() { visit.folder(path, 0)? } else { visit.file(path) };
    Ok(visit.others)
}

/// A walk over files.
pub(super) struct Visit<'v> {
    known: &'v dyn Fn(&str) -> bool,
    each: &'v mut dyn FnMut(PillFile) -> ControlFlow<()>,
    seen: usize,
    pub(super) others: usize,
}

/// What a file is, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Json,
    Pickle,
    Zip,
    Other,
}

impl Kind {
    pub(super) fn of(path: &Path) -> Self {
        match path.extension().and_then(OsStr::to_str) {
            Some("json") => Self::Json,
            Some("pickle") => Self::Pickle,
            Some("zip") => Self::Zip,
            _ => Self::Other,
        }
    }
}

impl Visit<'_> {
    fn folder(&mut self, path: &Path, depth: usize) -> std::io::Result<ControlFlow<()>> {
        let (files, folders) = match self.listed(path) {
            Ok(listed) => listed,
            // One locked folder does not hide the others.
            Err(error) if depth > 0 && error.kind() == std::io::ErrorKind::PermissionDenied => {
                return Ok(self.refuse(path, format!("cannot be read: {error}"), "give yourself access"));
            }
            Err(error) => return Err(error),
        };
        for file in &files {
            let flow = match Kind::of(file) {
                Kind::Other => self.pass(),
                Kind::Pickle if files.contains(&file.with_extension("json")) => self.pass(),
                _ => self.file(file),
            };
            if flow.is_break() {
                return Ok(flow);
            }
        }
        for folder in &folders {
            let flow = match depth + 1 < caps::MAX_PILL_FOLDERS {
                true => self.folder(folder, depth + 1)?,
                false => self.refuse(folder, "lies too deep", "name it by itself"),
            };
            if flow.is_break() {
                return Ok(flow);
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Files and folders in the order of their names. Folders behind symbolic
    /// links count as other files: they could lead back here.
    fn listed(&mut self, path: &Path) -> std::io::Result<(BTreeSet<PathBuf>, Vec<PathBuf>)> {
        let (mut files, mut folders) = (BTreeSet::new(), Vec::new());
        for entry in std::fs::read_dir(path)? {
            let entry = entry?;
            self.seen += 1;
            if self.seen > caps::MAX_PILL_FILES {
                let text = format!("there are more than {} files here", caps::MAX_PILL_FILES);
                return Err(std::io::Error::other(text));
            }
            let path = entry.path();
            match entry.file_type()? {
                kind if kind.is_dir() => folders.push(path),
                _ if path.is_file() => drop(files.insert(path)),
                _ => self.others += 1,
            }
        }
        folders.sort();
        Ok((files, folders))
    }

    fn file(&mut self, path: &Path) -> ControlFlow<()> {
        match Kind::of(path) {
            Kind::Pickle => self.pickle(path),
            Kind::Zip => self.zip(path),
            Kind::Json | Kind::Other => {
                let bytes = bounded(path);
                self.read(path, bytes)
            }
        }
    }

    /// A file that is no pill.
    pub(super) fn pass(&mut self) -> ControlFlow<()> {
        self.others += 1;
        ControlFlow::Continue(())
    }

    /// Refused by its name alone: to open a pickle is to run what it says.
    pub(super) fn pickle(&mut self, path: &Path) -> ControlFlow<()> {
        self.refuse(path, "is a pickle, which is never opened", "record with `record_format='json'`")
    }

    #[cfg(feature = "zip")]
    fn zip(&mut self, path: &Path) -> ControlFlow<()> {
        super::zipped::visit(self, path)
    }

    #[cfg(not(feature = "zip"))]
    fn zip(&mut self, path: &Path) -> ControlFlow<()> {
        self.refuse(path, "is a zip, which this build cannot open", "unpack it, or turn on the feature `zip`")
    }

    pub(super) fn read(&mut self, path: &Path, bytes: std::io::Result<Vec<u8>>) -> ControlFlow<()> {
        let read = match bytes {
            Ok(bytes) => Pill::read(&bytes),
            Err(error) => {
                Err(whole(format!("cannot be read: {error}"), "name a JSON file of at most 256 KiB"))
            }
        };
        let (pill, notes) = match read {
            Ok((pill, notes)) => (Ok(pill), notes),
            Err(problems) => (Err(problems), Vec::new()),
        };
        let name = self.name(path);
        (self.each)(PillFile { path: path.to_owned(), name, pill, notes })
    }

    pub(super) fn refuse(
        &mut self,
        path: &Path,
        problem: impl Into<String>,
        remedy: &str,
    ) -> ControlFlow<()> {
        let name = self.name(path);
        (self.each)(PillFile {
            path: path.to_owned(),
            name,
            pill: Err(whole(problem, remedy)),
            notes: Vec::new(),
        })
    }

    fn name(&self, path: &Path) -> Result<PillName, String> {
        let file = path.file_name().and_then(OsStr::to_str);
        PillName::parse(file.ok_or("is no UTF-8 text")?, self.known)
    }
}

fn bounded(path: &Path) -> std::io::Result<Vec<u8>> {
    // A pipe or a device might never end.
    if !std::fs::metadata(path)?.is_file() {
        return Err(std::io::Error::other("it is no regular file"));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(caps::MAX_PILL_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
