//! Zip archives that are evidence: what is wrong with one, and the content of its members.
//!
//! The directory is checked first (names, duplicates, encryption, links, both headers against each other, limits);
//! a member is expanded when it is asked for. The bytes are read by [`crate::engines::zip`].

pub mod rules;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::engines::zip::headers::{self, CentralHeader, Difference, LocalHeader};
use crate::engines::zip::{ContentError, Stored};

use crate::evidence::{Evidence, io_reason};
use crate::finding::{Finding, Place, Rule};
use crate::limits::Limits;
use crate::text::Text;

/// One member of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Name as stored, with `/` between folders; ends with `/` for a folder.
    pub name: String,
    /// Size once expanded, in bytes, as announced.
    pub size: u64,
    /// Size in the archive, in bytes.
    pub compressed: u64,
    /// A folder entry.
    pub folder: bool,
    /// Not readable: a finding says why.
    pub refused: bool,
    /// Its name is unsafe or that of another member: a finding says so, and nothing more is to be said of it.
    pub unusable_name: bool,
    stored: Stored,
}

/// An archive: its members, and what is wrong with it so far.
#[derive(Debug)]
pub struct Archive {
    shown: String,
    bytes: Arc<Vec<u8>>,
    members: Vec<Member>,
    findings: Vec<Finding>,
    /// The directory could be read.
    readable: bool,
    /// It was read to its end, and announced what it has.
    whole: bool,
    /// The file itself: it knows how much was taken out of the outermost one.
    evidence: Evidence,
    nested_bytes: u64,
}

impl Archive {
    /// Reads the directory of `evidence`. Never fails: what is wrong is in [`Archive::findings`], and what may not be
    /// read is [`Member::refused`].
    pub fn open(evidence: &Evidence, limits: &Limits) -> Self {
        let mut archive = Self {
            shown: evidence.path().to_owned(),
            bytes: Arc::new(Vec::new()),
            members: Vec::new(),
            findings: Vec::new(),
            readable: false,
            whole: true,
            evidence: evidence.clone(),
            nested_bytes: limits.nested_bytes,
        };
        match evidence.bytes(limits.file_bytes) {
            Ok(bytes) => {
                archive.bytes = bytes;
                archive.read_directory(limits);
            }
            Err(error) => archive.report(
                &rules::UNREADABLE,
                None,
                Text::new(
                    format!("lecture impossible : {error}"),
                    format!("cannot be read: {error}"),
                ),
            ),
        }
        archive
    }

    /// The members, in the order of the directory.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// Whether the directory could be read at all.
    pub fn readable(&self) -> bool {
        self.readable
    }

    /// Whether all that the directory announces was read: what is missing of a part proves nothing.
    pub fn whole(&self) -> bool {
        self.whole
    }

    /// What is wrong so far; empties the list.
    pub fn take_findings(&mut self) -> Vec<Finding> {
        std::mem::take(&mut self.findings)
    }

    /// Expands the member called `name`, checking size and CRC. None when it is absent, refused or damaged; a finding
    /// then says why, once.
    pub fn extract(&mut self, name: &str) -> Option<Vec<u8>> {
        let index = self
            .members
            .iter()
            .position(|member| member.name == name && !member.folder && !member.refused)?;
        let member = self.members.get(index)?.clone();
        match self.inflate(&member) {
            Ok(content) => Some(content),
            Err((rule, message)) => {
                self.report(rule, Some(&member.name), message);
                if let Some(member) = self.members.get_mut(index) {
                    member.refused = true;
                }
                None
            }
        }
    }

    fn inflate(&self, member: &Member) -> Result<Vec<u8>, (&'static Rule, Text)> {
        if self.evidence.expanded().saturating_add(member.size) > self.nested_bytes {
            return Err((
                &rules::EXPANDED,
                Text::new(
                    format!(
                        "les conteneurs imbriqués donnent plus de {} octets",
                        self.nested_bytes
                    ),
                    format!("nested containers give more than {} bytes", self.nested_bytes),
                ),
            ));
        }
        member
            .stored
            .content(self.bytes.as_slice())
            .map_err(|error| refusal(&error))
    }

    fn report(&mut self, rule: &'static Rule, member: Option<&str>, message: Text) {
        let place = member.map_or_else(
            || Place::file(&self.shown),
            |name| Place::file(&self.shown).path(printable(name)),
        );
        self.findings.push(rule.at(place, message));
    }

    fn read_directory(&mut self, limits: &Limits) {
        let bytes = Arc::clone(&self.bytes);
        let Some(end) = headers::end(bytes.as_slice()) else {
            let message = Text::fixed(
                "le répertoire central est introuvable : archive tronquée ou fichier qui n'est pas un zip",
                "the central directory cannot be found: a cut archive, or a file that is no zip",
            );
            return self.report(&rules::UNREADABLE, None, message);
        };
        let mut at = end.offset;
        if end.count > 0 && headers::central(bytes.as_slice(), at).is_none() {
            return self.directory_outside();
        }
        self.readable = true;
        let mut read = 0_u64;
        let mut members = Vec::new();
        while let Some((header, next)) = headers::central(bytes.as_slice(), at) {
            read += 1;
            if read > u64::from(limits.archive_entries) {
                let count = end.count.max(read);
                let message = Text::new(
                    format!(
                        "{count} membres annoncés, la limite est de {} : le reste n'est pas lu",
                        limits.archive_entries
                    ),
                    format!(
                        "{count} members announced, the limit is {}: the rest is not read",
                        limits.archive_entries
                    ),
                );
                self.report(&rules::ENTRIES, None, message);
                self.whole = false;
                break;
            }
            members.push(header);
            at = next;
        }
        if read <= u64::from(limits.archive_entries) && read != end.count {
            let message = Text::new(
                format!(
                    "{} membres annoncés par la fin du répertoire, {read} lus",
                    end.count
                ),
                format!(
                    "{} members announced by the end of the directory, {read} read",
                    end.count
                ),
            );
            self.whole = read > end.count;
            self.report(&rules::HEADERS, None, message);
        }
        self.read_members(&bytes, &members, limits);
    }

    fn directory_outside(&mut self) {
        let message = Text::fixed(
            "le répertoire central n'est pas où la fin de l'archive le dit",
            "the central directory is not where the end of the archive says",
        );
        self.report(&rules::UNREADABLE, None, message);
    }

    fn read_members(&mut self, bytes: &[u8], members: &[CentralHeader], limits: &Limits) {
        let mut names: BTreeMap<String, Option<usize>> = BTreeMap::new();
        let mut ranges: Vec<(u64, u64, usize)> = Vec::new();
        let mut total = 0_u64;
        for header in members {
            let name = headers::name(&header.name);
            let mut member = Member {
                folder: name.ends_with('/'),
                name,
                size: header.size,
                compressed: header.compressed,
                refused: false,
                unusable_name: false,
                stored: Stored {
                    data: 0,
                    compressed: header.compressed,
                    size: header.size,
                    method: header.method,
                    crc: header.crc,
                },
            };
            let faults = self.findings.len();
            self.judge_header(header, &member, limits);
            let folded = member.name.trim_end_matches('/').to_lowercase();
            match names.get(&folded).copied() {
                None => {
                    names.insert(folded, None);
                }
                Some(Some(reported)) => {
                    member.refused = true;
                    member.unusable_name = true;
                    if let Some(finding) = self.findings.get_mut(reported) {
                        finding.count += 1;
                    }
                }
                Some(None) => {
                    member.unusable_name = true;
                    names.insert(folded, Some(self.findings.len()));
                    let message = Text::new(
                        format!("« {} » est présent plusieurs fois", printable(&member.name)),
                        format!("'{}' is present several times", printable(&member.name)),
                    );
                    self.report(&rules::DUPLICATE, Some(&member.name), message);
                }
            }
            if let Some(local) = headers::local(bytes, header.offset) {
                member.stored.data = local.data;
                if let Some(difference) = headers_differ(header, &local) {
                    self.report(&rules::HEADERS, Some(&member.name), difference);
                }
                let end = local.data.saturating_add(header.compressed);
                ranges.push((header.offset, end, self.members.len()));
            } else {
                let message = Text::fixed(
                    "aucun en-tête local à l'endroit que dit le répertoire",
                    "no local header where the directory says",
                );
                self.report(&rules::HEADERS, Some(&member.name), message);
            }
            member.unusable_name |= unsafe_name(&member.name).is_some();
            member.refused |= self.findings.len() > faults || member.unusable_name;
            // A member that is not read counts for nothing: its own fault has been said.
            if !member.refused {
                total = total.saturating_add(header.size);
                member.refused = self.beyond_total(&member, total, limits.archive_bytes);
            }
            self.members.push(member);
        }
        self.refuse_overlaps(ranges);
    }

    /// What the central directory alone tells against a member.
    fn judge_header(&mut self, header: &CentralHeader, member: &Member, limits: &Limits) {
        if let Some(message) = unsafe_name(&member.name) {
            self.report_name(member, message);
        }
        if header.encrypted() {
            let message = Text::fixed("ce membre est chiffré", "this member is encrypted");
            self.report(&rules::ENCRYPTED, Some(&member.name), message);
        } else if !matches!(header.method, 0 | 8) {
            let message = Text::new(
                format!("méthode de compression {}", header.method),
                format!("compression method {}", header.method),
            );
            self.report(&rules::METHOD, Some(&member.name), message);
        }
        if header.special() {
            let message = Text::fixed(
                "ce membre est un lien symbolique ou un fichier spécial",
                "this member is a symbolic link or a special file",
            );
            self.report(&rules::SYMLINK, Some(&member.name), message);
        }
        let stored_differs = header.method == 0 && header.compressed != header.size;
        if stored_differs && !header.encrypted() {
            let message = Text::new(
                format!(
                    "stocké sans compression : {} octets pour {} annoncés",
                    header.compressed, header.size
                ),
                format!(
                    "stored without compression: {} bytes for {} announced",
                    header.compressed, header.size
                ),
            );
            self.report(&rules::SIZE, Some(&member.name), message);
        }
        let ratio = header.ratio();
        if header.size > limits.archive_ratio_from && ratio > limits.archive_ratio {
            let message = Text::new(
                format!(
                    "{} octets à partir de {} : un taux de {ratio}, la limite est de {}",
                    header.size, header.compressed, limits.archive_ratio
                ),
                format!(
                    "{} bytes out of {}: a ratio of {ratio}, the limit is {}",
                    header.size, header.compressed, limits.archive_ratio
                ),
            );
            self.report(&rules::RATIO, Some(&member.name), message);
        }
    }

    /// A tool that writes `\\` writes it in every name: one fault, counted. Other unsafe names are each their own.
    fn report_name(&mut self, member: &Member, message: Text) {
        let separator = |name: &str| name.contains('\\') && !name.contains("..") && !is_absolute(name);
        let first = self.findings.iter_mut().find(|finding| {
            finding.rule == rules::UNSAFE_NAME.id && finding.place.path.as_deref().is_some_and(separator)
        });
        match first.filter(|_| separator(&member.name)) {
            Some(first) => first.count += 1,
            None => self.report(&rules::UNSAFE_NAME, Some(&member.name), message),
        }
    }

    /// Whether the members so far, `member` the last, expand to more than the limit; the first one that does is reported.
    fn beyond_total(&mut self, member: &Member, total: u64, limit: u64) -> bool {
        if total > limit && total.saturating_sub(member.size) <= limit {
            let message = Text::new(
                format!(
                    "plus de {limit} octets une fois décompressée : ce membre et les suivants ne sont pas lus"
                ),
                format!("more than {limit} bytes once expanded: this member and the next ones are not read"),
            );
            self.report(&rules::EXPANDED, Some(&member.name), message);
        }
        total > limit
    }

    /// Members that share bytes with another one.
    fn refuse_overlaps(&mut self, ranges: Vec<(u64, u64, usize)>) {
        for index in headers::overlapping(ranges) {
            let Some(member) = self.members.get_mut(index) else {
                continue;
            };
            let told = member.refused;
            member.refused = true;
            let name = member.name.clone();
            if !told {
                let message = Text::fixed(
                    "ce membre partage ses données avec un autre",
                    "this member shares its data with another one",
                );
                self.report(&rules::HEADERS, Some(&name), message);
            }
        }
    }
}

/// The rule that a member without content breaks, and how.
fn refusal(error: &ContentError) -> (&'static Rule, Text) {
    match error {
        ContentError::Io(error) => {
            let reason = io_reason(error);
            let text = Text::new(
                format!("lecture impossible : {}", reason.fr),
                format!("cannot be read: {}", reason.en),
            );
            (&rules::UNREADABLE, text)
        }
        ContentError::Truncated => (
            &rules::UNREADABLE,
            Text::fixed(
                "les données du membre dépassent la fin de l'archive",
                "the data of the member reach beyond the end of the archive",
            ),
        ),
        ContentError::Damaged(cause) => (
            &rules::CHECKSUM,
            Text::new(
                format!("les données compressées sont abîmées : {cause}"),
                format!("the compressed data are damaged: {cause}"),
            ),
        ),
        ContentError::Size { announced, found } => {
            let told = |more: &str| found.map_or_else(|| more.to_owned(), |found| found.to_string());
            let text = Text::new(
                format!(
                    "{announced} octets annoncés, le contenu en a {}",
                    told("davantage")
                ),
                format!("{announced} bytes announced, the content has {}", told("more")),
            );
            (&rules::SIZE, text)
        }
        ContentError::Checksum { announced, computed } => (
            &rules::CHECKSUM,
            Text::new(
                format!("CRC-32 annoncé {announced:08x}, calculé {computed:08x}"),
                format!("CRC-32 announced {announced:08x}, computed {computed:08x}"),
            ),
        ),
    }
}

/// How a local header contradicts the central one, if it does.
fn headers_differ(central: &CentralHeader, local: &LocalHeader) -> Option<Text> {
    Some(match headers::difference(central, local)? {
        Difference::Name => {
            let (there, here) = (headers::name(&local.name), headers::name(&central.name));
            let there = printable(&there);
            Text::new(
                format!("le répertoire le nomme « {here} », l'en-tête local « {there} »"),
                format!("the directory calls it '{here}', the local header '{there}'"),
            )
        }
        Difference::Method => Text::fixed(
            "méthode de compression ou chiffrement différents dans l'en-tête local",
            "another compression method or encryption in the local header",
        ),
        Difference::Size => Text::new(
            format!(
                "taille {} au répertoire, {} dans l'en-tête local (compressée : {} et {})",
                central.size, local.size, central.compressed, local.compressed
            ),
            format!(
                "size {} in the directory, {} in the local header (compressed: {} and {})",
                central.size, local.size, central.compressed, local.compressed
            ),
        ),
        Difference::Checksum => Text::fixed(
            "CRC-32 différent dans l'en-tête local",
            "another CRC-32 in the local header",
        ),
    })
}

/// A name from the root of a disk: `/x`, `C:x`.
fn is_absolute(name: &str) -> bool {
    let drive = name.get(1..2) == Some(":") && name.starts_with(|c: char| c.is_ascii_alphabetic());
    drive || name.starts_with('/')
}

/// Why a name must not be used, if so.
fn unsafe_name(name: &str) -> Option<Text> {
    let shown = printable(name);
    let (fr, en) = if name.is_empty() {
        ("nom vide", "empty name")
    } else if is_absolute(name) {
        ("nom absolu", "absolute name")
    } else if name.contains('\\') {
        ("barre oblique inverse dans le nom", "backslash in the name")
    } else if name.split('/').any(|part| part == "..") {
        ("« .. » dans le nom", "'..' in the name")
    } else if name.chars().any(char::is_control) {
        (
            "caractère de contrôle dans le nom",
            "control character in the name",
        )
    } else if name.len() > 1024 {
        ("nom de plus de 1 024 octets", "name longer than 1,024 bytes")
    } else {
        return None;
    };
    Some(Text::new(format!("{fr} : {shown}"), format!("{en}: {shown}")))
}

/// A name as it may be printed: no control character, no more than 200 characters.
fn printable(name: &str) -> String {
    name.chars()
        .take(200)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}
