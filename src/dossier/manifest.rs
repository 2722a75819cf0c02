//! `dossier.toml`: what the vendor declares.

use super::diagnostics::{MANIFEST_FAULT, PATH_OUTSIDE};
use super::toml_reader::{Table, read_toml};
use crate::finding::{Finding, Place};
use crate::text::Text;

/// The only version of the manifest there is.
const FORMAT: i64 = 1;

/// The product that the dossier is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Product {
    /// Vendor.
    pub vendor: String,
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
}

/// A proof whose files are declared, or that does not apply.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeclaredProof {
    /// Identifier of the proof.
    pub id: String,
    /// Patterns of its files, relative to the dossier (`*`, `**`, `?`).
    pub files: Vec<String>,
    /// Why the proof does not apply, when it does not.
    pub not_applicable: Option<String>,
    /// Line and column of the declaration.
    pub position: (u32, u32),
}

/// Which packs the dossier wants.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PackWishes {
    /// Identifiers of packs without which what needs them is not evaluated.
    pub require: Vec<String>,
    /// Folders of packs to load, relative to the dossier.
    pub use_folders: Vec<String>,
    /// Pinned packs: identifier and SHA-256.
    pub pinned: Vec<(String, String)>,
}

/// Dates that the rules of the calendar judge, `YYYY-MM-DD`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeclaredDates {
    /// Order signed by the client.
    pub order: Option<String>,
    /// Filing of the complete set of proofs.
    pub filing: Option<String>,
    /// Publication of the referencing.
    pub referencing: Option<String>,
    /// Extraction of the statistics.
    pub extraction: Option<String>,
    /// Signature of the VA.
    pub va: Option<String>,
}

/// The VA (vérification d'aptitude) filed with the dossier, relative to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VaPieces {
    /// The document that the client signed.
    pub document: Option<String>,
    /// The statistics that show the product in use.
    pub statistics: Vec<String>,
}

/// The manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifest {
    /// Identifier of the DSR.
    pub dsr: String,
    /// Position of the DSR in the manifest.
    pub dsr_position: (u32, u32),
    /// Profiles chosen.
    pub profiles: Vec<String>,
    /// Position of the profiles.
    pub profiles_position: (u32, u32),
    /// The product.
    pub product: Product,
    /// The official workbook, relative to the dossier.
    pub referential: Option<String>,
    /// Packs.
    pub packs: PackWishes,
    /// Dates.
    pub dates: DeclaredDates,
    /// The VA.
    pub va: VaPieces,
    /// Funding window of usage targets (`F1` to `F4`).
    pub window: Option<String>,
    /// Proofs declared.
    pub proofs: Vec<DeclaredProof>,
}

/// Reads a manifest. `file` is its name in findings. No manifest is given back when a fault makes the rest
/// meaningless (not UTF-8, not TOML, no DSR, unknown key): every fault is told either way.
pub fn parse_manifest(file: &str, bytes: &[u8]) -> (Option<Manifest>, Vec<Finding>) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        let message = Text::fixed(
            "le manifeste n'est pas en UTF-8 ; l'enregistrer en UTF-8",
            "the manifest is not UTF-8; save it as UTF-8",
        );
        return (
            None,
            vec![MANIFEST_FAULT.at(Place::file(file).line_column(1, 1), message)],
        );
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (manifest, faults) = read_toml(text, read);
    let findings: Vec<Finding> = faults
        .into_iter()
        .map(|fault| {
            let line = text
                .lines()
                .nth(fault.line.saturating_sub(1) as usize)
                .unwrap_or_default();
            MANIFEST_FAULT
                .at(
                    Place::file(file).line_column(fault.line, fault.column),
                    fault.message,
                )
                .snippet(line.trim_end())
        })
        .collect();
    if findings.is_empty() {
        let outside = manifest
            .iter()
            .flat_map(|manifest| outside_paths(file, manifest))
            .collect();
        (manifest, outside)
    } else {
        (None, findings)
    }
}

fn read(root: &mut Table<'_, '_>) -> Manifest {
    if root.integer("format") != Some(FORMAT) {
        root.fault(
            "format",
            Text::fixed(
                "« format = 1 » est attendu en tête du manifeste",
                "'format = 1' is wanted at the head of the manifest",
            ),
        );
    }
    let dsr = root.required("dsr");
    let dsr_position = root.position("dsr");
    let profiles = root.strings("profiles");
    let profiles_position = root.position("profiles");
    let product = root.table("product", |table| Product {
        vendor: table.required("vendor"),
        name: table.required("name"),
        version: table.required("version"),
    });
    if product.is_none() {
        root.fault(
            "product",
            Text::fixed(
                "il manque la table [product] avec vendor, name et version",
                "the table [product] with vendor, name and version is missing",
            ),
        );
    }
    Manifest {
        dsr,
        dsr_position,
        profiles,
        profiles_position,
        product: product.unwrap_or_default(),
        referential: root.table("referential", |table| table.required("file")),
        packs: root
            .table("packs", |table| PackWishes {
                require: table.strings("require"),
                use_folders: table.strings("use"),
                pinned: table.string_map("pinned"),
            })
            .unwrap_or_default(),
        dates: root
            .table("dates", |table| DeclaredDates {
                order: table.date("order"),
                filing: table.date("filing"),
                referencing: table.date("referencing"),
                extraction: table.date("extraction"),
                va: table.date("va"),
            })
            .unwrap_or_default(),
        va: root
            .table("va", |table| VaPieces {
                document: table.string("document"),
                statistics: table.strings("statistics"),
            })
            .unwrap_or_default(),
        window: root.table("statistics", |table| {
            let window = table.required("window").to_uppercase();
            if !matches!(window.as_str(), "F1" | "F2" | "F3" | "F4") {
                table.fault(
                    "window",
                    Text::fixed(
                        "la fenêtre de financement est F1, F2, F3 ou F4",
                        "the funding window is F1, F2, F3 or F4",
                    ),
                );
            }
            window
        }),
        proofs: root.tables("proof", |table| {
            let proof = DeclaredProof {
                id: table.required("id"),
                files: table.strings("files"),
                not_applicable: table
                    .string("not_applicable")
                    .filter(|reason| !reason.trim().is_empty()),
                position: table.position("id"),
            };
            if proof.files.is_empty() && proof.not_applicable.is_none() {
                table.fault(
                    "id",
                    Text::fixed(
                        "une [[proof]] donne « files », ou « not_applicable » avec la raison",
                        "a [[proof]] gives 'files', or 'not_applicable' with the reason",
                    ),
                );
            }
            proof
        }),
    }
}

/// A finding for every path that is absolute or climbs out of the dossier.
fn outside_paths(file: &str, manifest: &Manifest) -> Vec<Finding> {
    let declared = manifest
        .proofs
        .iter()
        .flat_map(|proof| proof.files.iter().map(|path| (path, proof.position)));
    let others = manifest
        .referential
        .iter()
        .chain(&manifest.packs.use_folders)
        .chain(&manifest.va.document)
        .chain(&manifest.va.statistics)
        .map(|path| (path, (1, 1)));
    declared
        .chain(others)
        .filter(|(path, _)| leaves_dossier(path))
        .map(|(path, (line, column))| {
            let message = Text::new(
                format!("« {path} » sort du dossier et n'est pas lu"),
                format!("'{path}' leaves the dossier and is not read"),
            );
            PATH_OUTSIDE
                .at(Place::file(file).line_column(line, column), message)
                .found(path)
        })
        .collect()
}

/// Whether a path of the manifest leads out of the dossier.
pub(super) fn leaves_dossier(path: &str) -> bool {
    let path = path.replace('\\', "/");
    path.starts_with('/') || path.get(1..2) == Some(":") || path.split('/').any(|part| part == "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHT: &str = "format = 1\ndsr = \"HOP-PFI-Va1\"\nprofiles = [\"Général\"]\n\n[product]\nvendor = \"V\"\nname = \"N\"\nversion = \"1\"\n";

    fn faults(text: &str) -> Vec<(u32, u32, String)> {
        let (_, findings) = parse_manifest("dossier.toml", text.as_bytes());
        findings
            .iter()
            .map(|f| {
                (
                    f.place.line.unwrap(),
                    f.place.column.unwrap(),
                    f.message.en.to_string(),
                )
            })
            .collect()
    }

    #[test]
    fn right_manifest() {
        let (manifest, findings) = parse_manifest("dossier.toml", RIGHT.as_bytes());
        assert_eq!(findings, vec![]);
        assert_eq!(manifest.unwrap().product.version, "1");
    }

    #[test]
    fn faults_have_line_and_column() {
        assert_eq!(
            faults(&RIGHT.replace("vendor", "vendeur")),
            vec![
                (5, 1, "the key 'product.vendor' is missing".to_owned()),
                (
                    6,
                    1,
                    "unknown key 'product.vendeur'; did you mean 'vendor'?".to_owned()
                )
            ]
        );
        assert_eq!(faults(&RIGHT.replace("format = 1", "format = 2"))[0].0, 1);
        assert_eq!(faults("format = ")[0].0, 1);
        assert_eq!(
            faults(&format!("{RIGHT}[[proof]]\nid = \"A\"\nfiles = [\"../x\"]\n")),
            vec![(10, 6, "'../x' leaves the dossier and is not read".to_owned())]
        );
    }
}
