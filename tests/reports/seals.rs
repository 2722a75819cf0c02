//! Seals: what was changed, added or removed is found; others can check without conforme.

use std::fs;
use std::path::Path;
use std::process::Command;

use conforme::seal::{Fault, MANIFEST, SIGNATURE, SealError, generate, seal, verify};

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("preuves")).unwrap();
    fs::write(folder.path().join("dossier.toml"), "format = 1\n").unwrap();
    fs::write(folder.path().join("preuves/été 1.xml"), "<a/>").unwrap();
    fs::write(folder.path().join("preuves/b.xml"), "<b/>").unwrap();
    folder
}

fn faults(folder: &Path) -> Vec<Fault> {
    verify(folder, None).unwrap().faults
}

#[test]
fn an_untouched_folder_is_as_sealed_and_sealing_again_changes_nothing() {
    let folder = folder();
    let key = generate().unwrap();
    assert_eq!(seal(folder.path(), Some(&key)).unwrap().len(), 3);
    let read = || [MANIFEST, SIGNATURE].map(|name| fs::read(folder.path().join(name)).unwrap());
    let first = read();
    seal(folder.path(), Some(&key)).unwrap();
    assert_eq!(read(), first);
    let verification = verify(folder.path(), Some(&key.public())).unwrap();
    assert!(verification.faults.is_empty(), "{:?}", verification.faults);
    assert_eq!(verification.intact, 3);
    assert_eq!(verification.signed_by, Some(key.public().short()));
}

#[test]
fn every_change_is_found() {
    let folder = folder();
    seal(folder.path(), None).unwrap();
    fs::write(folder.path().join("preuves/b.xml"), "<c/>").unwrap();
    fs::write(folder.path().join("nouveau.txt"), "").unwrap();
    fs::remove_file(folder.path().join("dossier.toml")).unwrap();
    assert_eq!(
        faults(folder.path()),
        [
            Fault::Added("nouveau.txt".into()),
            Fault::Changed("preuves/b.xml".into()),
            Fault::Removed("dossier.toml".into()),
        ]
    );
}

#[test]
fn signatures_are_of_one_list_and_one_key() {
    let folder = folder();
    let (key, other) = (generate().unwrap(), generate().unwrap());
    assert_eq!(faults(folder.path()), [Fault::NoManifest]);
    seal(folder.path(), None).unwrap();
    let unsigned = verify(folder.path(), Some(&key.public())).unwrap();
    assert_eq!(unsigned.faults, [Fault::NotSigned]);
    seal(folder.path(), Some(&key)).unwrap();
    let wrong = verify(folder.path(), Some(&other.public())).unwrap();
    assert!(matches!(wrong.faults.as_slice(), [Fault::OtherKey { .. }]));
    // The list rewritten to hide a change no longer matches its signature.
    fs::write(folder.path().join("preuves/b.xml"), "<c/>").unwrap();
    let signature = fs::read(folder.path().join(SIGNATURE)).unwrap();
    seal(folder.path(), None).unwrap();
    fs::write(folder.path().join(SIGNATURE), signature).unwrap();
    assert_eq!(faults(folder.path()), [Fault::WrongSignature]);
    fs::write(folder.path().join(SIGNATURE), [0xFF, 0x00]).unwrap();
    assert_eq!(faults(folder.path()), [Fault::WrongSignature]);
}

#[test]
fn a_damaged_list_is_named_by_its_line() {
    let folder = folder();
    seal(folder.path(), None).unwrap();
    let path = folder.path().join(MANIFEST);
    let list = fs::read_to_string(&path).unwrap();
    fs::write(&path, list.replacen("  ", " ", 2)).unwrap();
    assert_eq!(faults(folder.path()), [Fault::Line(1)]);
}

#[test]
fn an_empty_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(seal(folder.path(), None), Err(SealError::Empty(_))));
}

#[cfg(unix)]
#[test]
fn links_are_refused() {
    let folder = folder();
    std::os::unix::fs::symlink("/etc/hostname", folder.path().join("lien")).unwrap();
    assert!(matches!(seal(folder.path(), None), Err(SealError::Link(_))));
}

#[test]
fn sha256sum_reads_the_list() {
    let folder = folder();
    seal(folder.path(), None).unwrap();
    match Command::new("sha256sum")
        .args(["--check", "--strict", MANIFEST])
        .current_dir(folder.path())
        .output()
    {
        Ok(output) => assert!(output.status.success(), "{output:?}"),
        Err(_) => eprintln!("sha256sum ABSENT: the list was not checked by another tool"),
    }
}
