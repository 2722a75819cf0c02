//! A submitted file: its bytes, its hash, and what it is, recognised by content and never by its name alone.

pub mod archive;
pub mod cda_header;
pub mod check_digit;
pub mod element;
mod error;
pub mod fold;
pub mod hl7_time;
pub mod ins;
mod kind;
pub mod office;
mod recognise;
pub mod soap;
pub mod table;
pub mod words;
pub mod xds;
pub mod xml;

use std::fs::File;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use sha2::{Digest as _, Sha256};

pub use crate::engines::hex::lower as hex;
pub use error::{EvidenceError, io_reason};
pub use kind::Kind;
pub use recognise::{is_message_name, recognise};

use crate::engines::xml::{Document, ParseOptions, XmlError};
use crate::finding::NESTED;

/// How many leading bytes, and how many last ones, recognition may look at.
pub const HEAD_BYTES: usize = 64 * 1024;

/// Gives the bytes of a file again: a member of an archive that stays on the disk.
pub type Reload = Arc<dyn Fn() -> std::io::Result<Vec<u8>> + Send + Sync>;

#[derive(Clone)]
enum Content {
    Memory(Arc<Vec<u8>>),
    Reload {
        reload: Reload,
        loaded: OnceLock<Arc<Vec<u8>>>,
    },
    Disk {
        location: PathBuf,
        loaded: OnceLock<Arc<Vec<u8>>>,
    },
    /// The text of the document is the file, byte for byte.
    Document(Arc<Document>),
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Memory(_) => "memory",
            Self::Reload { .. } => "archive",
            Self::Disk { .. } => "disk",
            Self::Document(_) => "document",
        })
    }
}

/// One submitted file, or a file found inside another one.
#[derive(Debug, Clone)]
pub struct Evidence {
    path: String,
    kind: Kind,
    size: u64,
    sha256: String,
    head: Vec<u8>,
    content: Content,
    /// The file read as XML, when whoever found it had to read it: it is not read twice.
    document: Option<Arc<Document>>,
    depth: u32,
    /// Bytes taken out of the file of depth 0 so far, shared by everything found inside it.
    expanded: Arc<AtomicU64>,
}

impl Evidence {
    /// Opens a file of the disk: hashes it as a stream and recognises it; its bytes are loaded when first asked for.
    /// `shown` is the path users see.
    pub fn open(location: &Path, shown: &str) -> Result<Self, EvidenceError> {
        let failed = |source| EvidenceError::Io {
            path: shown.to_owned(),
            source,
        };
        let mut file = File::open(location).map_err(failed)?;
        let mut hash = Sha256::new();
        let mut head = Vec::new();
        let mut tail = Vec::new();
        let mut size = 0_u64;
        let mut buffer = vec![0_u8; HEAD_BYTES];
        loop {
            let read = file.read(&mut buffer).map_err(failed)?;
            let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else {
                break;
            };
            hash.update(bytes);
            size += read as u64;
            if head.len() < HEAD_BYTES {
                head.extend(bytes.iter().take(HEAD_BYTES - head.len()));
            }
            tail.extend_from_slice(bytes);
            tail.drain(..tail.len().saturating_sub(HEAD_BYTES));
        }
        let kind = recognise(&head, &tail, size, shown);
        let content = Content::Disk {
            location: location.to_owned(),
            loaded: OnceLock::new(),
        };
        Ok(Self {
            path: shown.to_owned(),
            kind,
            size,
            sha256: hex(&hash.finalize()),
            head,
            content,
            document: None,
            depth: 0,
            expanded: Arc::default(),
        })
    }

    /// A file given as bytes: standard input, a test.
    pub fn memory(shown: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self::from_bytes(shown.into(), bytes, 0)
    }

    /// A file whose bytes can be had again, and need not stay in memory.
    ///
    /// # Errors
    /// The bytes cannot be had.
    pub fn reloadable(shown: impl Into<String>, reload: Reload) -> std::io::Result<Self> {
        let bytes = reload()?;
        let mut evidence = Self::from_bytes(shown.into(), bytes, 0);
        if let Content::Memory(bytes) = evidence.content {
            evidence.content = Content::Reload {
                reload,
                loaded: OnceLock::from(bytes),
            };
        }
        Ok(evidence)
    }

    /// A file found inside this one, under the name `member`.
    pub fn nested(&self, member: &str, bytes: Vec<u8>) -> Self {
        self.expanded.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Self {
            expanded: Arc::clone(&self.expanded),
            ..Self::from_bytes(format!("{}{NESTED}{member}", self.path), bytes, self.depth + 1)
        }
    }

    fn from_bytes(path: String, bytes: Vec<u8>, depth: u32) -> Self {
        let head: Vec<u8> = bytes.iter().take(HEAD_BYTES).copied().collect();
        let size = bytes.len() as u64;
        let tail = bytes
            .get(bytes.len().saturating_sub(HEAD_BYTES)..)
            .unwrap_or_default();
        let kind = recognise(&head, tail, size, &path);
        let sha256 = sha256_hex(&bytes);
        Self {
            path,
            kind,
            size,
            sha256,
            head,
            content: Content::Memory(Arc::new(bytes)),
            document: None,
            depth,
            expanded: Arc::default(),
        }
    }

    /// Reads a file that is in memory as XML and keeps the document for the checks that come; its bytes need not stay
    /// beside it. A file of the disk is left as it is: whoever judges it reads it.
    ///
    /// # Errors
    /// The file is no XML.
    pub fn into_document(self, options: &ParseOptions) -> Result<Self, XmlError> {
        let bytes = match self.content {
            Content::Memory(bytes) => Arc::try_unwrap(bytes).unwrap_or_else(|shared| shared.as_ref().clone()),
            content => return Ok(Self { content, ..self }),
        };
        let (document, bytes) = Document::parse_owned(bytes, options)?;
        let document = Arc::new(document);
        Ok(Self {
            content: match bytes {
                Some(bytes) => Content::Memory(Arc::new(bytes)),
                None => Content::Document(Arc::clone(&document)),
            },
            document: Some(document),
            ..self
        })
    }

    /// Keeps the document that the file was read as, beside its bytes, for the checks that come.
    fn with_document(self, document: Document) -> Self {
        Self {
            document: Some(Arc::new(document)),
            ..self
        }
    }

    /// The file read as XML, when it was kept.
    pub fn document(&self) -> Option<&Arc<Document>> {
        self.document.as_ref()
    }

    /// The path users see; members of containers come after ` › `.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The last component of the path: the file's own name.
    pub fn name(&self) -> &str {
        let last = self.path.rsplit(NESTED).next().unwrap_or(&self.path);
        last.rsplit(['/', '\\']).next().unwrap_or(last)
    }

    /// What the file is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// SHA-256 of the bytes, hexadecimal lower case.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// How many bytes were taken out of the outermost file so far, containers in containers included.
    pub fn expanded(&self) -> u64 {
        self.expanded.load(Ordering::Relaxed)
    }

    /// Starts counting [`Self::expanded`] again: the file is judged anew.
    pub fn forget_expanded(&self) {
        self.expanded.store(0, Ordering::Relaxed);
    }

    /// How many containers this file is in.
    pub fn depth(&self) -> u32 {
        self.depth
    }

    /// The first [`HEAD_BYTES`] bytes.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// All bytes, read on first use, unless there are more than `limit`.
    pub fn bytes(&self, limit: u64) -> Result<Arc<Vec<u8>>, EvidenceError> {
        if self.size > limit {
            return Err(EvidenceError::TooLarge {
                path: self.path.clone(),
                size: self.size,
                limit,
            });
        }
        let (loaded, read): (_, Box<dyn Fn() -> std::io::Result<Vec<u8>> + '_>) = match &self.content {
            Content::Memory(bytes) => return Ok(Arc::clone(bytes)),
            Content::Document(document) => return Ok(Arc::new(document.source().as_bytes().to_vec())),
            Content::Reload { reload, loaded } => (loaded, Box::new(move || reload())),
            Content::Disk { location, loaded } => {
                let read = move || -> std::io::Result<Vec<u8>> {
                    let mut bytes = Vec::with_capacity(usize::try_from(self.size).unwrap_or(0));
                    File::open(location)?
                        .take(limit.saturating_add(1))
                        .read_to_end(&mut bytes)?;
                    Ok(bytes)
                };
                (loaded, Box::new(read))
            }
        };
        if let Some(bytes) = loaded.get() {
            return Ok(Arc::clone(bytes));
        }
        let failed = |source| EvidenceError::Io {
            path: self.path.clone(),
            source,
        };
        let bytes = read().map_err(failed)?;
        if sha256_hex(&bytes) != self.sha256 {
            let cause = "the file changed while it was read";
            return Err(failed(std::io::Error::new(
                std::io::ErrorKind::InvalidData,
                cause,
            )));
        }
        let bytes = Arc::new(bytes);
        Ok(Arc::clone(loaded.get_or_init(|| bytes)))
    }

    /// The same file without its bytes in memory; a file of the disk is read again if they are asked for.
    pub fn cold(&self) -> Self {
        let content = match &self.content {
            Content::Disk { location, .. } => Content::Disk {
                location: location.clone(),
                loaded: OnceLock::new(),
            },
            Content::Reload { reload, .. } => Content::Reload {
                reload: Arc::clone(reload),
                loaded: OnceLock::new(),
            },
            Content::Memory(bytes) => Content::Memory(Arc::clone(bytes)),
            Content::Document(document) => Content::Document(Arc::clone(document)),
        };
        Self {
            content,
            document: None,
            head: Vec::new(),
            ..self.clone()
        }
    }

    /// A reader over the bytes that can seek: for containers too large to load (videos).
    pub fn reader(&self) -> Result<Box<dyn ReadSeek>, EvidenceError> {
        match &self.content {
            Content::Disk { location, .. } => File::open(location)
                .map(|file| Box::new(file) as Box<dyn ReadSeek>)
                .map_err(|source| EvidenceError::Io {
                    path: self.path.clone(),
                    source,
                }),
            Content::Memory(_) | Content::Document(_) | Content::Reload { .. } => {
                let bytes = self.bytes(u64::MAX)?;
                Ok(Box::new(std::io::Cursor::new(bytes.as_ref().clone())))
            }
        }
    }
}

/// A reader that can seek.
pub trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

/// SHA-256 of `bytes`, hexadecimal lower case.
pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
