//! Writing a report to a file: whole or not at all.

use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use super::ReportError;

/// Writes a file through a temporary one beside it, then renames: a reader never sees half a report, and the old
/// report stays when the disk is full.
///
/// # Errors
/// When the folder cannot be made, the file cannot be written, or `write` fails; the temporary file is removed.
pub fn write_file(
    path: &Path,
    write: impl FnOnce(&mut dyn std::io::Write) -> Result<(), ReportError>,
) -> Result<(), ReportError> {
    let refused = |cause: std::io::Error| ReportError::File {
        path: path.display().to_string(),
        cause,
    };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(refused)?;
    }
    // A device or a pipe is written to, never replaced; behind a link, the file it names is replaced, not the link.
    let known = std::fs::canonicalize(path);
    if let Ok(known) = &known
        && std::fs::metadata(known).is_ok_and(|kind| !kind.is_file() && !kind.is_dir())
    {
        let file = std::fs::OpenOptions::new()
            .write(true)
            .open(known)
            .map_err(refused)?;
        let mut out = BufWriter::new(file);
        write(&mut out).map_err(|error| match error {
            ReportError::Io(source) => refused(source),
            other => other,
        })?;
        return out.flush().map_err(refused);
    }
    let path = known.as_deref().unwrap_or(path);
    let temporary = temporary_name(path);
    let result = (|| {
        let file = std::fs::File::create(&temporary).map_err(refused)?;
        let mut out = BufWriter::new(file);
        write(&mut out).map_err(|error| match error {
            ReportError::Io(source) => refused(source),
            other => other,
        })?;
        out.flush().map_err(refused)?;
        // A full disk may only show when the bytes reach it.
        out.get_ref().sync_all().map_err(refused)?;
        drop(out);
        std::fs::rename(&temporary, path).map_err(refused)
    })();
    if result.is_err() {
        // Already failing: what matters is the first error.
        let _ = std::fs::remove_file(&temporary);
    }
    result
}

/// The temporary file stands beside the report, so that the rename stays on one file system.
fn temporary_name(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.tmp", std::process::id()));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_report_leaves_the_old_one_and_no_temporary() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sub/report.html");
        write_file(&path, |out| Ok(out.write_all(b"first")?)).unwrap();
        let error = write_file(&path, |out| {
            out.write_all(b"half")?;
            Err(ReportError::Io(std::io::Error::from(
                std::io::ErrorKind::StorageFull,
            )))
        })
        .unwrap_err();
        assert!(error.to_string().contains("report.html"), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), b"first");
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_and_a_device_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        std::fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_file(&link, |out| Ok(out.write_all(b"new")?)).unwrap();
        assert!(link.is_symlink());
        assert_eq!(std::fs::read(&file).unwrap(), b"new");
        let null = folder.path().join("null");
        std::os::unix::fs::symlink("/dev/null", &null).unwrap();
        write_file(&null, |out| Ok(out.write_all(b"x")?)).unwrap();
        assert!(null.is_symlink() && std::fs::metadata("/dev/null").unwrap().len() == 0);
        if Path::new("/dev/full").exists() {
            let error = write_file(Path::new("/dev/full"), |out| Ok(out.write_all(b"x")?)).unwrap_err();
            assert!(error.to_string().starts_with("/dev/full"), "{error}");
        }
    }

    #[test]
    fn a_folder_in_the_place_of_the_report_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(write_file(folder.path(), |out| Ok(out.write_all(b"x")?)).is_err());
    }
}
