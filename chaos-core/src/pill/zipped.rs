//! Pills in zips, as cloud-custodian keeps them.

use super::files::{Kind, Visit};
use crate::caps;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Error, Read};
use std::ops::ControlFlow;
use std::path::Path;
use zip::ZipArchive;

type Archive = ZipArchive<BufReader<File>>;

/// Reads the pills of a zip in the order of their names. What unpacks to more than
/// [`caps::MAX_UNZIPPED_BYTES`] is not unpacked further.
pub(super) fn visit(visit: &mut Visit<'_>, path: &Path) -> ControlFlow<()> {
    const RIGHT: &str = "name a zip of JSON files, at most 16 MiB";
    let mut archive = match open(path) {
        Ok(archive) => archive,
        Err(error) => return visit.refuse(path, format!("cannot be read: {error}"), RIGHT),
    };
    if archive.len() > caps::MAX_PILL_FILES {
        return visit.refuse(path, format!("holds {} files", archive.len()), RIGHT);
    }
    let name = |at| Some((archive.name_for_index(at)?.ok()?.into_owned(), at));
    let names: BTreeMap<String, usize> = (0..archive.len()).filter_map(name).collect();
    // Names that are no text, or given twice.
    visit.others += archive.len() - names.len();
    let mut left = caps::MAX_UNZIPPED_BYTES;
    for (name, at) in names.iter().filter(|(name, _)| !name.ends_with('/')) {
        let inner = path.join(name.trim_start_matches('/'));
        let flow = match Kind::of(&inner) {
            Kind::Json if left == 0 => {
                return visit.refuse(path, "unpacks to more than 64 MiB", RIGHT);
            }
            Kind::Json => visit.read(&inner, unpack(&mut archive, *at, &mut left)),
            Kind::Pickle if !names.contains_key(&beside(name)) => visit.pickle(&inner),
            _ => visit.pass(),
        };
        if flow.is_break() {
            return flow;
        }
    }
    ControlFlow::Continue(())
}

fn open(path: &Path) -> Result<Archive, Error> {
    let about = std::fs::metadata(path)?;
    // A pipe or a device might never end.
    if !about.is_file() || about.len() > caps::MAX_ZIP_BYTES {
        return Err(Error::other("it is no regular file of at most 16 MiB"));
    }
    Ok(ZipArchive::new(BufReader::new(File::open(path)?))?)
}

/// Unpacks one file, counting what really comes out: what the zip says of its
/// sizes is not trusted.
fn unpack(archive: &mut Archive, at: usize, left: &mut usize) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let most = (*left).min(caps::MAX_PILL_BYTES + 1);
    let read = archive.by_index(at)?.take(most as u64).read_to_end(&mut bytes);
    *left = left.saturating_sub(bytes.len());
    read.map(|_| bytes)
}

/// The JSON file that is read in place of a pickle.
fn beside(name: &str) -> String {
    name.strip_suffix("pickle").map(|stem| format!("{stem}json")).unwrap_or_default()
}
