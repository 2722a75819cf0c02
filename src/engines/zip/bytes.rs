//! Bytes that can be read anywhere: in memory, or in a file that stays on the disk.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::sync::{Mutex, PoisonError};

/// Random access to bytes.
pub trait Bytes {
    /// How many there are.
    fn size(&self) -> u64;

    /// The `length` bytes from `at`; fewer when the end comes before.
    ///
    /// # Errors
    /// The system cannot read them.
    fn part(&self, at: u64, length: u64) -> io::Result<Cow<'_, [u8]>>;
}

impl Bytes for [u8] {
    fn size(&self) -> u64 {
        self.len() as u64
    }

    fn part(&self, at: u64, length: u64) -> io::Result<Cow<'_, [u8]>> {
        let start = usize::try_from(at).unwrap_or(usize::MAX).min(self.len());
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let end = start.saturating_add(length).min(self.len());
        Ok(Cow::Borrowed(self.get(start..end).unwrap_or_default()))
    }
}

/// A file on the disk.
#[derive(Debug)]
pub struct FileBytes {
    file: Mutex<File>,
    size: u64,
}

impl FileBytes {
    /// Takes an open file.
    ///
    /// # Errors
    /// Its size cannot be had.
    pub fn new(file: File) -> io::Result<Self> {
        let size = file.metadata()?.len();
        Ok(Self {
            file: Mutex::new(file),
            size,
        })
    }
}

impl Bytes for FileBytes {
    fn size(&self) -> u64 {
        self.size
    }

    fn part(&self, at: u64, length: u64) -> io::Result<Cow<'_, [u8]>> {
        // A lying offset may be one that no system seeks to.
        let at = at.min(self.size);
        let length = length.min(self.size - at);
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(at))?;
        let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        std::io::Read::by_ref(&mut *file)
            .take(length)
            .read_to_end(&mut bytes)?;
        Ok(Cow::Owned(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_and_disk_give_the_same() {
        let content: Vec<u8> = (0..200).collect();
        let mut file = tempfile::tempfile().unwrap();
        std::io::Write::write_all(&mut file, &content).unwrap();
        let file = FileBytes::new(file).unwrap();
        for (at, length) in [
            (0, 10),
            (190, 50),
            (200, 1),
            (900, 5),
            (u64::MAX, u64::MAX),
            (0, u64::MAX),
        ] {
            let memory = content.as_slice().part(at, length).unwrap();
            assert_eq!(memory, file.part(at, length).unwrap(), "{at} {length}");
        }
    }
}
