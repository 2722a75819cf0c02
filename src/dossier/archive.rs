//! A dossier that is a zip archive on the disk: which members are its files, and their content.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Error, ErrorKind};
use std::path::Path;

use super::diagnostics::{ARCHIVE, LIMIT};
use super::manifest::leaves_dossier;
use super::source::{DossierFile, SourceError, is_noise, too_many};
use crate::engines::zip::headers::{self, CentralHeader};
use crate::engines::zip::{Bytes as _, ContentError, FileBytes, Stored};
use crate::finding::{Finding, Place};
use crate::limits::Limits;
use crate::text::Text;

/// Opens an archive whose directory can be found.
pub(super) fn open(location: &Path, shown: &str) -> Result<FileBytes, SourceError> {
    let failed = |source| SourceError::Io {
        path: shown.to_owned(),
        source,
    };
    let neither = |cause: Option<&str>| SourceError::Neither {
        path: shown.to_owned(),
        cause: cause.map(str::to_owned),
    };
    let archive = File::open(location).and_then(FileBytes::new).map_err(failed)?;
    if archive.part(0, 2).map_err(failed)?.as_ref() != b"PK" {
        return Err(neither(None));
    }
    let end = headers::end(&archive).ok_or_else(|| neither(Some("no central directory")))?;
    if end.count > 0 && headers::central(&archive, end.offset).is_none() {
        return Err(neither(Some("the central directory is not where its end says")));
    }
    Ok(archive)
}

/// Lists the members that are files of the dossier, sorted; each that may not be read is refused with a finding.
pub(super) fn list(archive: &FileBytes, limits: &Limits) -> (Vec<DossierFile>, Vec<Finding>) {
    let mut listing = Listing {
        archive,
        limits,
        files: Vec::new(),
        findings: Vec::new(),
        seen: BTreeSet::new(),
        ranges: Vec::new(),
        total: 0,
    };
    let mut at = headers::end(archive).map_or(0, |end| end.offset);
    let mut read = 0;
    while let Some((header, next)) = headers::central(archive, at) {
        at = next;
        read += 1;
        if read > limits.dossier_files {
            listing.findings.push(too_many(limits.dossier_files));
            break;
        }
        if !listing.member(&header) {
            break;
        }
    }
    listing.refuse_overlaps();
    let Listing {
        mut files, findings, ..
    } = listing;
    strip_single_folder(&mut files);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    (files, findings)
}

/// Expands one member; its size and checksum are verified on the way.
pub(super) fn content(archive: &FileBytes, member: &Stored) -> std::io::Result<Vec<u8>> {
    member.content(archive).map_err(|error| match error {
        ContentError::Io(error) => error,
        other => Error::new(ErrorKind::InvalidData, other.to_string()),
    })
}

/// The files of an archive while it is listed.
struct Listing<'a> {
    archive: &'a FileBytes,
    limits: &'a Limits,
    files: Vec<DossierFile>,
    findings: Vec<Finding>,
    seen: BTreeSet<String>,
    /// Start and end of the bytes of each file, and which it is.
    ranges: Vec<(u64, u64, usize)>,
    total: u64,
}

impl Listing<'_> {
    /// Takes a member or refuses it; false when nothing more is read.
    fn member(&mut self, header: &CentralHeader) -> bool {
        let name = headers::name(&header.name).replace('\\', "/");
        let skipped = name.ends_with('/') || name.split('/').any(is_noise);
        if let Some(reason) = unsafe_member(&name, header) {
            self.refuse(name, &reason);
            return true;
        }
        if skipped {
            return true;
        }
        let data = match self.data(&name, header) {
            Ok(data) => data,
            Err(reason) => {
                self.refuse(name, &reason);
                return true;
            }
        };
        self.total = self.total.saturating_add(header.size);
        if self.total > self.limits.dossier_bytes {
            let limit = self.limits.dossier_bytes;
            let text = Text::new(
                format!("l'archive dépasse {limit} octets une fois décompressée : la suite n'est pas lue"),
                format!("the archive expands to more than {limit} bytes: the rest is not read"),
            );
            self.findings.push(LIMIT.at(Place::file(name), text));
            return false;
        }
        let end = data.saturating_add(header.compressed);
        self.ranges.push((header.offset, end, self.files.len()));
        let stored = Stored {
            data,
            compressed: header.compressed,
            size: header.size,
            method: header.method,
            crc: header.crc,
        };
        self.files.push(DossierFile::member(name, stored));
        true
    }

    /// Where the data of a member start, or why it may not be read.
    fn data(&mut self, name: &str, header: &CentralHeader) -> Result<u64, Text> {
        if !self.seen.insert(name.to_owned()) {
            return Err(Text::fixed(
                "deux membres portent ce nom",
                "two members bear this name",
            ));
        }
        let limit = self.limits.dossier_ratio;
        if header.size > self.limits.archive_ratio_from && header.ratio() > limit {
            return Err(Text::new(
                format!("taux de compression supérieur à {limit}"),
                format!("compression ratio above {limit}"),
            ));
        }
        if !matches!(header.method, 0 | 8) {
            return Err(Text::new(
                format!("méthode de compression {} non lue", header.method),
                format!("compression method {} not read", header.method),
            ));
        }
        let local = headers::local(self.archive, header.offset);
        local
            .filter(|local| headers::difference(header, local).is_none())
            .map(|local| local.data)
            .ok_or_else(|| {
                Text::fixed(
                    "l'en-tête local contredit le répertoire de l'archive",
                    "the local header contradicts the directory of the archive",
                )
            })
    }

    fn refuse(&mut self, name: String, reason: &Text) {
        let text = Text::new(
            format!("membre refusé : {}", reason.fr),
            format!("member refused: {}", reason.en),
        );
        // A thousand members of one name are one fault.
        match self.findings.last_mut() {
            Some(last) if last.place.file == name && last.message == text => last.count += 1,
            _ => self.findings.push(ARCHIVE.at(Place::file(name), text)),
        }
    }

    /// Members that share bytes with another one are no files.
    fn refuse_overlaps(&mut self) {
        let overlapping: BTreeSet<usize> = headers::overlapping(std::mem::take(&mut self.ranges))
            .into_iter()
            .collect();
        let files = std::mem::take(&mut self.files);
        for (index, file) in files.into_iter().enumerate() {
            if overlapping.contains(&index) {
                let reason = Text::fixed(
                    "ses données sont celles d'un autre membre",
                    "its data are those of another member",
                );
                self.refuse(file.path, &reason);
            } else {
                self.files.push(file);
            }
        }
    }
}

/// Why a member must not even be listed.
fn unsafe_member(name: &str, header: &CentralHeader) -> Option<Text> {
    if leaves_dossier(name) {
        Some(Text::fixed(
            "nom absolu ou qui remonte par « .. »",
            "absolute name, or one that climbs by '..'",
        ))
    } else if header.encrypted() {
        Some(Text::fixed("membre chiffré", "encrypted member"))
    } else if header.special() {
        Some(Text::fixed(
            "lien symbolique ou fichier spécial",
            "symbolic link or special file",
        ))
    } else {
        None
    }
}

/// An archive made of a folder rather than of its content has one folder at its root: the manifest is in it.
fn strip_single_folder(files: &mut [DossierFile]) {
    if files.iter().any(|file| file.path == super::MANIFEST) {
        return;
    }
    let Some(folder) = files
        .iter()
        .find_map(|file| {
            file.path
                .strip_suffix(super::MANIFEST)
                .filter(|folder| folder.matches('/').count() == 1)
        })
        .map(str::to_owned)
    else {
        return;
    };
    if files.iter().all(|file| file.path.starts_with(&folder)) {
        for file in files {
            file.path = file.path.get(folder.len()..).unwrap_or_default().to_owned();
        }
    }
}
