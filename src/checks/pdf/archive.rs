//! PDF/A-1: the identification and the structural rules that can be verified for certain.
//!
//! Not a full validator, and it says so: glyph coverage and widths, character maps, the content of ICC profiles,
//! XMP extension schemas and the tagging of level A stay to a full ISO 19005-1 tool.

use std::collections::{BTreeMap, BTreeSet};

use crate::checks::Outcome;
use crate::engines::pdf::{Feature, Frame, Pdf, Protection, XmpError};
use crate::evidence::Evidence;
use crate::finding::{Finding, Place, Rule, Severity};
use crate::text::{Text, text};

use super::Reading;
use super::archive_rules as rules;
use super::mirror;
use super::profile::PDFA_1;

/// Objects named in the message of an aggregated finding.
const SHOWN: usize = 5;

/// Why the rules of PDF/A-1 are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Demand {
    /// The proof or the document asks for PDF/A-1, and the file claims it.
    Required,
    /// PDF/A-1 is asked and the file does not claim it: the claim is the root cause, the rest is only counted.
    Unclaimed,
    /// Nobody asks, but the file claims PDF/A-1: faults are remarks.
    Claimed,
    /// Neither asked nor claimed.
    None,
}

impl Demand {
    pub(super) fn of(required: bool, frame: &Frame) -> Self {
        let part_1 = frame
            .metadata
            .as_ref()
            .and_then(|metadata| metadata.xmp.as_ref().ok())
            .is_some_and(|xmp| xmp.identification.part.as_deref() == Some("1"));
        match (required, part_1) {
            (true, true) => Self::Required,
            (true, false) => Self::Unclaimed,
            (false, true) => Self::Claimed,
            (false, false) => Self::None,
        }
    }

    /// Whether the rules of PDF/A-1 give findings of their own.
    pub(super) fn is_judged(self) -> bool {
        matches!(self, Self::Required | Self::Claimed)
    }
}

/// Judges `reading` by PDF/A-1 as `demand` says.
pub(super) fn judge(evidence: &Evidence, reading: &Reading, demand: Demand, outcome: &mut Outcome) {
    if demand == Demand::None {
        return;
    }
    let mut faults = Faults {
        file: evidence.path(),
        findings: Vec::new(),
    };
    layout(&reading.pdf, &mut faults);
    frame(&reading.frame, &mut faults);
    colours(reading, &mut faults);
    fonts(reading, &mut faults);
    features(reading, &mut faults);
    annotations(reading, &mut faults);
    actions(reading, &mut faults);
    if reading.graph.truncated || reading.contents.unread > 0 {
        outcome.not_evaluated.push(text(
            "PDF/A-1 : une partie des objets ou des pages dépasse les limites et n'a pas été vérifiée",
            "PDF/A-1: some objects or pages exceed the limits and were not verified",
        ));
    }
    match demand {
        Demand::Unclaimed => outcome
            .findings
            .push(unclaimed(evidence, &reading.frame, &faults.findings)),
        Demand::Claimed => outcome.findings.extend(
            faults
                .findings
                .into_iter()
                .map(|finding| finding.severity(Severity::Warning)),
        ),
        Demand::Required | Demand::None => outcome.findings.extend(faults.findings),
    }
    let count = rules::rules().len();
    outcome.verified.push(Text::new(
        format!(
            "PDF/A-1 : identification et {count} règles de structure vérifiées ; ce n'est pas une validation ISO 19005-1 complète (glyphes, tables de caractères, contenu des profils ICC, schémas d'extension XMP et balisage non vérifiés)"
        ),
        format!(
            "PDF/A-1: identification and {count} structural rules verified; this is not a full ISO 19005-1 validation (glyphs, character maps, content of ICC profiles, XMP extension schemas and tagging not verified)"
        ),
    ));
}

/// An object and what shows the fault there.
type Site = (String, String);

/// Findings on the way.
struct Faults<'a> {
    file: &'a str,
    findings: Vec<Finding>,
}

impl Faults<'_> {
    fn add(&mut self, rule: &Rule, message: Text) {
        self.findings.push(rule.at(Place::file(self.file), message));
    }

    /// One finding for all the objects of `sites`.
    fn at_objects(&mut self, rule: &Rule, sites: &[Site], what: &Text) {
        let Some((object, _)) = sites.first() else {
            return;
        };
        let mut listed: Vec<String> = sites
            .iter()
            .take(SHOWN)
            .map(|(object, detail)| format!("{object} ({detail})"))
            .collect();
        if sites.len() > SHOWN {
            listed.push("…".to_owned());
        }
        let listed = listed.join(", ");
        let mut finding = rule
            .at(
                Place::file(self.file).path(object),
                Text::new(
                    format!("{} : {listed}", what.fr),
                    format!("{}: {listed}", what.en),
                ),
            )
            .found(listed);
        finding.count = sites.len() as u64;
        self.findings.push(finding);
    }
}

/// The finding on a file that should claim PDF/A-1 and does not.
fn unclaimed(evidence: &Evidence, frame: &Frame, others: &[Finding]) -> Finding {
    let mut ids: Vec<&str> = others
        .iter()
        .map(|finding| finding.rule.as_str())
        .filter(|id| *id != rules::METADATA.id.as_ref())
        .collect();
    ids.dedup();
    let (besides_fr, besides_en) = if ids.is_empty() {
        (String::new(), String::new())
    } else {
        let ids = ids.join(", ");
        (
            format!(" ; par ailleurs sa structure s'écarte de PDF/A-1 ({ids})"),
            format!("; besides, its structure departs from PDF/A-1 ({ids})"),
        )
    };
    let place = Place::file(evidence.path());
    let claim = frame
        .metadata
        .as_ref()
        .and_then(|metadata| metadata.xmp.as_ref().ok())
        .and_then(|xmp| xmp.identification.label());
    match claim {
        Some(claim) => rules::PART
            .at(
                place,
                Text::new(
                    format!("PDF/A-1 est demandé, le PDF se déclare {claim}{besides_fr}"),
                    format!("PDF/A-1 is asked, the PDF claims {claim}{besides_en}"),
                ),
            )
            .expected("PDF/A-1a, PDF/A-1b")
            .found(claim),
        None => rules::CLAIM
            .at(
                place,
                Text::new(
                    format!("PDF/A-1 est demandé, le PDF ne porte aucune identification PDF/A{besides_fr}"),
                    format!("PDF/A-1 is asked, the PDF carries no PDF/A identification{besides_en}"),
                ),
            )
            .expected("pdfaid:part = 1, pdfaid:conformance = A | B"),
    }
}

/// 6.1: the bytes of the file.
fn layout(pdf: &Pdf, faults: &mut Faults<'_>) {
    let layout = &pdf.layout;
    if layout.header_offset != Some(0) {
        faults.add(
            &rules::HEADER,
            text(
                "%PDF- n'est pas au premier octet",
                "%PDF- is not at the first byte",
            ),
        );
    } else if !layout.binary_comment {
        faults.add(
            &rules::HEADER,
            text(
                "la deuxième ligne n'est pas un commentaire de quatre octets au-dessus de 127",
                "the second line is not a comment with four bytes above 127",
            ),
        );
    }
    if later_than_1_4(&layout.version) {
        let finding = rules::VERSION
            .at(
                Place::file(faults.file),
                Text::new(
                    format!("le PDF est de version {}", layout.version),
                    format!("the PDF is of version {}", layout.version),
                ),
            )
            .expected("1.4")
            .found(layout.version.clone());
        faults.findings.push(finding);
    }
    if layout.trailing_bytes > 0 {
        let bytes = layout.trailing_bytes;
        faults.add(
            &rules::TRAILING,
            Text::new(
                format!("{bytes} octet(s) suivent le dernier %%EOF"),
                format!("{bytes} byte(s) follow the last %%EOF"),
            ),
        );
    }
    if layout.xref_streams + layout.object_streams > 0 {
        faults.add(
            &rules::COMPRESSED_OBJECTS,
            Text::new(
                format!(
                    "{} flux de références croisées, {} flux d'objets",
                    layout.xref_streams, layout.object_streams
                ),
                format!(
                    "{} cross-reference stream(s), {} object stream(s)",
                    layout.xref_streams, layout.object_streams
                ),
            ),
        );
    }
    if pdf.protection == Protection::Restricted {
        faults.add(
            &rules::ENCRYPT,
            text(
                "le PDF est chiffré (mot de passe vide, droits restreints)",
                "the PDF is encrypted (empty password, restricted permissions)",
            ),
        );
    }
}

fn later_than_1_4(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let (major, minor) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    (major, minor) > (1, 4)
}

/// 6.1.3, 6.1.13, 6.7, 6.8: the catalog and the trailer.
fn frame(frame: &Frame, faults: &mut Faults<'_>) {
    if !frame.trailer_id {
        faults.add(
            &rules::TRAILER_ID,
            text("le trailer n'a pas d'entrée ID", "the trailer has no ID entry"),
        );
    }
    if frame.layers {
        faults.add(
            &rules::LAYERS,
            text(
                "le catalogue a une entrée OCProperties",
                "the catalog has an OCProperties entry",
            ),
        );
    }
    let Some(metadata) = &frame.metadata else {
        faults.add(
            &rules::METADATA,
            text(
                "le catalogue n'a pas de flux Metadata",
                "the catalog has no Metadata stream",
            ),
        );
        return;
    };
    if metadata.filtered {
        faults.add(
            &rules::METADATA,
            text(
                "le flux Metadata est filtré (compressé)",
                "the Metadata stream is filtered (compressed)",
            ),
        );
    }
    match &metadata.xmp {
        Err(error) => faults.add(&rules::METADATA, unreadable(error)),
        Ok(xmp) => {
            let conformance = xmp.identification.conformance.as_deref();
            if xmp.identification.part.is_some() && !matches!(conformance, Some("A" | "B")) {
                let found = conformance.unwrap_or_default();
                let finding = rules::CONFORMANCE
                    .at(
                        Place::file(faults.file).path("pdfaid:conformance"),
                        Text::new(
                            format!("niveau de conformité « {found} »"),
                            format!("conformance level '{found}'"),
                        ),
                    )
                    .expected("A, B")
                    .found(found);
                faults.findings.push(finding);
            }
            for (key, message) in mirror::differences(&frame.information, xmp) {
                let finding =
                    rules::INFORMATION.at(Place::file(faults.file).path(format!("Info/{key}")), message);
                faults.findings.push(finding);
            }
            if conformance == Some("A") && !(frame.marked && frame.structure_tree) {
                faults.add(
                    &rules::TAGGED,
                    text(
                        "le PDF se déclare PDF/A-1a sans MarkInfo/Marked ou sans StructTreeRoot",
                        "the PDF claims PDF/A-1a without MarkInfo/Marked or without StructTreeRoot",
                    ),
                );
            }
        }
    }
}

fn unreadable(error: &XmpError) -> Text {
    match error {
        XmpError::NotRdf => text(
            "le XMP n'a pas d'élément rdf:RDF",
            "the XMP has no rdf:RDF element",
        ),
        XmpError::Malformed(cause) | XmpError::Unreadable(cause) => Text::new(
            format!("le XMP ne peut pas être lu : {cause}"),
            format!("the XMP cannot be read: {cause}"),
        ),
    }
}

/// 6.2.2, 6.2.3.3: output intents and the device colours they must cover.
fn colours(reading: &Reading, faults: &mut Faults<'_>) {
    let intents: Vec<_> = reading
        .frame
        .output_intents
        .iter()
        .filter(|intent| intent.subtype == "GTS_PDFA1")
        .collect();
    let space = intents
        .iter()
        .find_map(|intent| intent.profile.as_ref())
        .map(|profile| profile.space.clone());
    for (colour, page) in &reading.contents.colours {
        let covered = match (colour.as_str(), space.as_deref()) {
            (_, None) => false,
            ("DeviceRGB", Some(space)) => space == "RGB",
            ("DeviceCMYK", Some(space)) => space == "CMYK",
            // A grey has its place in the profile of any space.
            (_, Some(_)) => true,
        };
        if !covered {
            let colour = colour.as_str();
            let space = space.as_deref().unwrap_or("-");
            let finding = rules::OUTPUT_INTENT
                .at(
                    Place::file(faults.file).path(format!("page {page}")),
                    Text::new(
                        format!("{colour} utilisé page {page} sans profil de sortie GTS_PDFA1 de cet espace"),
                        format!(
                            "{colour} used on page {page} without a GTS_PDFA1 output profile of that space"
                        ),
                    ),
                )
                .expected(format!("OutputIntent GTS_PDFA1, {colour}"))
                .found(space);
            faults.findings.push(finding);
        }
    }
    for intent in &intents {
        let fault = match &intent.profile {
            None if intent.profile_object.is_some() => Some(text(
                "le profil de sortie n'est pas un profil ICC",
                "the output profile is not an ICC profile",
            )),
            Some(profile) if profile.version > 2 || !matches!(profile.class.as_str(), "prtr" | "mntr") => {
                let shown = format!("ICC v{}, {}", profile.version, profile.class);
                Some(Text::new(
                    format!("profil de sortie {shown}"),
                    format!("output profile {shown}"),
                ))
            }
            _ => None,
        };
        if let Some(message) = fault {
            faults.add(&rules::PROFILE, message);
        }
    }
    let mut profiles: Vec<u32> = reading
        .frame
        .output_intents
        .iter()
        .filter_map(|intent| intent.profile_object)
        .collect();
    profiles.sort_unstable();
    profiles.dedup();
    if profiles.len() > 1 {
        faults.add(
            &rules::PROFILE,
            text(
                "les OutputIntents désignent des profils différents",
                "the OutputIntents point at different profiles",
            ),
        );
    }
}

/// 6.3.4: fonts.
fn fonts(reading: &Reading, faults: &mut Faults<'_>) {
    let sites: Vec<Site> = reading
        .contents
        .fonts
        .iter()
        .filter(|font| !font.embedded)
        .map(|font| {
            (
                font.object.clone(),
                format!("{}, {}, page {}", font.name, font.subtype, font.page),
            )
        })
        .collect();
    faults.at_objects(
        &rules::FONT,
        &sites,
        &text("polices non incorporées", "fonts not embedded"),
    );
}

/// The restricted features, each under its rule.
fn features(reading: &Reading, faults: &mut Faults<'_>) {
    let mut by_rule: BTreeMap<&str, (&Rule, Vec<Site>)> = BTreeMap::new();
    for sighting in &reading.graph.sightings {
        let rule = match sighting.feature {
            Feature::ExternalStream => &rules::EXTERNAL,
            Feature::Lzw | Feature::CryptFilter => &rules::FILTER,
            Feature::EmbeddedFile => &rules::EMBEDDED,
            Feature::SoftMask | Feature::TransparencyGroup | Feature::BlendMode | Feature::Opacity => {
                &rules::TRANSPARENCY
            }
            Feature::TransferFunction => &rules::TRANSFER,
            Feature::Postscript
            | Feature::ReferenceXObject
            | Feature::OpenPrepress
            | Feature::Interpolation
            | Feature::AlternateImage => &rules::X_OBJECT,
            Feature::NeedAppearances | Feature::Xfa => &rules::FORM,
            Feature::AdditionalActions | Feature::FieldAction => &rules::ACTION,
        };
        by_rule
            .entry(rule.id.as_ref())
            .or_insert((rule, Vec::new()))
            .1
            .push((sighting.object.clone(), sighting.detail.clone()));
    }
    for (rule, sites) in by_rule.into_values() {
        faults.at_objects(rule, &sites, &text("trouvé dans", "found in"));
    }
}

/// 6.5: annotations.
fn annotations(reading: &Reading, faults: &mut Faults<'_>) {
    const INVISIBLE: i64 = 1;
    const HIDDEN: i64 = 2;
    const PRINT: i64 = 4;
    const NO_VIEW: i64 = 32;
    let (mut types, mut flags) = (Vec::new(), Vec::new());
    for annotation in &reading.graph.annotations {
        let subtype = &annotation.subtype;
        if !PDFA_1.annotations.contains(subtype) {
            types.push((annotation.object.clone(), subtype.clone()));
        }
        let wrong = annotation
            .flags
            .is_none_or(|flags| flags & PRINT == 0 || flags & (INVISIBLE | HIDDEN | NO_VIEW) != 0);
        if wrong {
            let shown = annotation
                .flags
                .map_or_else(|| "-".to_owned(), |flags| flags.to_string());
            flags.push((annotation.object.clone(), format!("{subtype}, F = {shown}")));
        }
    }
    faults.at_objects(
        &rules::ANNOTATION,
        &types,
        &text("types d'annotation interdits", "forbidden annotation types"),
    );
    faults.at_objects(
        &rules::ANNOTATION,
        &flags,
        &text(
            "annotations cachées ou non imprimables",
            "annotations hidden or not printable",
        ),
    );
}

/// 6.6.1: actions.
fn actions(reading: &Reading, faults: &mut Faults<'_>) {
    // Additional actions are forbidden whatever they do: what they do is not a fault besides.
    let additional: BTreeSet<&str> = [Feature::AdditionalActions, Feature::FieldAction]
        .into_iter()
        .flat_map(|feature| reading.graph.of(feature))
        .map(|sighting| sighting.object.as_str())
        .collect();
    let sites: Vec<Site> = reading
        .graph
        .actions
        .iter()
        .filter(|action| !additional.contains(action.object.as_str()))
        .filter_map(|action| {
            let named = action.named.as_deref();
            let forbidden = !PDFA_1.actions.contains(&action.kind)
                || (action.kind == "Named"
                    && !named.is_some_and(|name| PDFA_1.named_actions.iter().any(|allowed| allowed == name)));
            forbidden.then(|| {
                let detail =
                    named.map_or_else(|| action.kind.clone(), |name| format!("{} {name}", action.kind));
                (action.object.clone(), detail)
            })
        })
        .collect();
    faults.at_objects(
        &rules::ACTION,
        &sites,
        &text("actions interdites", "forbidden actions"),
    );
}
