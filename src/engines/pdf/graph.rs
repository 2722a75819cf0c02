//! The objects that the trailer reaches, each visited once: actions, annotations, and what the profiles of PDF/A
//! restrict. Cycles are harmless, the number of values visited is limited.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Document, Object, ObjectId};

use super::{name, shown};

/// Most sightings kept; a file with more of them is judged on these.
const SIGHTINGS: usize = 10_000;

/// Something that the profiles of PDF/A restrict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    /// A stream whose data are in another file (`F`, `FFilter`, `FDecodeParms`).
    ExternalStream,
    /// A stream compressed with LZW.
    Lzw,
    /// A stream with a `Crypt` filter.
    CryptFilter,
    /// A file specification with `EF`, an `EmbeddedFile` stream or an `EmbeddedFiles` name tree.
    EmbeddedFile,
    /// A soft mask.
    SoftMask,
    /// A transparency group.
    TransparencyGroup,
    /// A blend mode other than `Normal` and `Compatible`.
    BlendMode,
    /// A constant opacity other than 1.
    Opacity,
    /// A transfer function.
    TransferFunction,
    /// A PostScript XObject, or a form with PostScript in it.
    Postscript,
    /// A reference XObject.
    ReferenceXObject,
    /// An `OPI` entry.
    OpenPrepress,
    /// `Interpolate` true.
    Interpolation,
    /// `Alternates` of an image.
    AlternateImage,
    /// `NeedAppearances` true.
    NeedAppearances,
    /// An XFA form.
    Xfa,
    /// Additional actions (`AA`).
    AdditionalActions,
    /// An action or an `AA` on a form field.
    FieldAction,
}

/// A feature at an object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sighting {
    /// What.
    pub feature: Feature,
    /// The indirect object it stands in (`12 0 obj`).
    pub object: String,
    /// The entry or value that shows it.
    pub detail: String,
}

/// An action dictionary.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Action {
    /// `S`: `URI`, `GoTo`, `JavaScript`, `Launch`...
    pub kind: String,
    /// `N` of a named action.
    pub named: Option<String>,
    /// The indirect object it stands in.
    pub object: String,
}

/// An annotation dictionary.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Annotation {
    /// `Subtype`.
    pub subtype: String,
    /// `F`.
    pub flags: Option<i64>,
    /// The indirect object it stands in.
    pub object: String,
}

/// What the graph of objects shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Graph {
    /// Restricted features, sorted, without repeats.
    pub sightings: Vec<Sighting>,
    /// Actions.
    pub actions: Vec<Action>,
    /// Annotations.
    pub annotations: Vec<Annotation>,
    /// The limit on values was met: what comes after was not seen.
    pub truncated: bool,
}

impl Graph {
    /// Walks everything that the trailer reaches, at most `nodes` values.
    pub(super) fn walk(document: &Document, nodes: usize) -> Self {
        let mut walker = Walker {
            document,
            sightings: BTreeSet::new(),
            graph: Self::default(),
        };
        let mut seen: BTreeSet<ObjectId> = BTreeSet::new();
        let mut stack: Vec<Visit<'_>> = document
            .trailer
            .iter()
            .map(|(key, value)| Visit {
                key,
                value,
                owner: (0, 0),
            })
            .collect();
        let mut visited = 0_usize;
        while let Some(visit) = stack.pop() {
            visited += 1;
            if visited > nodes {
                walker.graph.truncated = true;
                break;
            }
            match visit.value {
                Object::Reference(id) => {
                    if seen.insert(*id)
                        && let Ok(value) = document.get_object(*id)
                    {
                        stack.push(Visit {
                            key: visit.key,
                            value,
                            owner: *id,
                        });
                    }
                }
                Object::Array(items) => stack.extend(
                    items
                        .iter()
                        .filter(|item| composite(item))
                        .map(|value| Visit { value, ..visit }),
                ),
                Object::Dictionary(dictionary) => {
                    walker.dictionary(dictionary, visit);
                    push_entries(&mut stack, dictionary, visit.owner);
                }
                Object::Stream(stream) => {
                    walker.stream(&stream.dict, visit.owner);
                    walker.dictionary(&stream.dict, visit);
                    push_entries(&mut stack, &stream.dict, visit.owner);
                }
                _ => {}
            }
        }
        walker.graph.sightings = walker.sightings.into_iter().collect();
        walker.graph.actions.sort();
        walker.graph.annotations.sort();
        walker.graph
    }

    /// The sightings of one feature.
    pub fn of(&self, feature: Feature) -> impl Iterator<Item = &Sighting> {
        self.sightings
            .iter()
            .filter(move |sighting| sighting.feature == feature)
    }
}

/// A value on the way: the key that led to it and the indirect object it stands in.
#[derive(Clone, Copy)]
struct Visit<'a> {
    key: &'a [u8],
    value: &'a Object,
    owner: ObjectId,
}

fn composite(object: &Object) -> bool {
    matches!(
        object,
        Object::Reference(_) | Object::Array(_) | Object::Dictionary(_) | Object::Stream(_)
    )
}

fn push_entries<'a>(stack: &mut Vec<Visit<'a>>, dictionary: &'a Dictionary, owner: ObjectId) {
    stack.extend(
        dictionary
            .iter()
            .filter(|(_, value)| composite(value))
            .map(|(key, value)| Visit { key, value, owner }),
    );
}

struct Walker<'a> {
    document: &'a Document,
    sightings: BTreeSet<Sighting>,
    graph: Graph,
}

impl Walker<'_> {
    fn see(&mut self, feature: Feature, owner: ObjectId, detail: impl Into<String>) {
        if self.sightings.len() < SIGHTINGS {
            self.sightings.insert(Sighting {
                feature,
                object: shown(owner),
                detail: detail.into(),
            });
        }
    }

    fn value<'d>(&'d self, dictionary: &'d Dictionary, key: &[u8]) -> Option<&'d Object> {
        dictionary.get_deref(key, self.document).ok()
    }

    fn is_true(&self, dictionary: &Dictionary, key: &[u8]) -> bool {
        matches!(self.value(dictionary, key), Some(Object::Boolean(true)))
    }

    fn stream(&mut self, dictionary: &Dictionary, owner: ObjectId) {
        for key in ["F", "FFilter", "FDecodeParms"] {
            if dictionary.has(key.as_bytes()) {
                self.see(Feature::ExternalStream, owner, key);
            }
        }
        let filters: Vec<Vec<u8>> = match self.value(dictionary, b"Filter") {
            Some(Object::Name(filter)) => vec![filter.clone()],
            Some(Object::Array(filters)) => filters
                .iter()
                .filter_map(|filter| filter.as_name().ok().map(<[u8]>::to_vec))
                .collect(),
            _ => Vec::new(),
        };
        for filter in filters {
            match filter.as_slice() {
                b"LZWDecode" | b"LZW" => self.see(Feature::Lzw, owner, "LZWDecode"),
                b"Crypt" => self.see(Feature::CryptFilter, owner, "Crypt"),
                _ => {}
            }
        }
        if dictionary.has_type(b"EmbeddedFile") {
            self.see(Feature::EmbeddedFile, owner, "EmbeddedFile");
        }
        self.x_object(dictionary, owner);
    }

    /// Images and forms (ISO 19005-1, 6.2.4 to 6.2.7).
    fn x_object(&mut self, dictionary: &Dictionary, owner: ObjectId) {
        let subtype = name(dictionary, b"Subtype").unwrap_or_default();
        if !matches!(subtype.as_str(), "Image" | "Form" | "PS") {
            return;
        }
        if subtype == "PS"
            || dictionary.has(b"PS")
            || name(dictionary, b"Subtype2").is_some_and(|subtype| subtype == "PS")
        {
            self.see(Feature::Postscript, owner, "PS");
        }
        if subtype == "Form" && dictionary.has(b"Ref") {
            self.see(Feature::ReferenceXObject, owner, "Ref");
        }
        if dictionary.has(b"OPI") {
            self.see(Feature::OpenPrepress, owner, "OPI");
        }
        if subtype == "Image" {
            if self.is_true(dictionary, b"Interpolate") {
                self.see(Feature::Interpolation, owner, "Interpolate");
            }
            if dictionary.has(b"Alternates") {
                self.see(Feature::AlternateImage, owner, "Alternates");
            }
        }
    }

    fn dictionary(&mut self, dictionary: &Dictionary, visit: Visit<'_>) {
        self.transparency(dictionary, visit);
        self.interaction(dictionary, visit);
        if dictionary.has(b"EF") || visit.key == b"EmbeddedFiles" {
            self.see(Feature::EmbeddedFile, visit.owner, "EF");
        }
    }

    /// Graphics states and groups (6.2.8, 6.4).
    fn transparency(&mut self, dictionary: &Dictionary, visit: Visit<'_>) {
        let owner = visit.owner;
        match self.value(dictionary, b"SMask") {
            Some(Object::Dictionary(_) | Object::Stream(_)) => self.see(Feature::SoftMask, owner, "SMask"),
            Some(Object::Name(value)) if value != b"None" => self.see(Feature::SoftMask, owner, "SMask"),
            _ => {}
        }
        if visit.key == b"Group" && name(dictionary, b"S").is_some_and(|kind| kind == "Transparency") {
            self.see(Feature::TransparencyGroup, owner, "Group");
        }
        let modes: Vec<String> = match self.value(dictionary, b"BM") {
            Some(Object::Name(mode)) => vec![String::from_utf8_lossy(mode).into_owned()],
            Some(Object::Array(modes)) => modes
                .iter()
                .filter_map(|mode| mode.as_name().ok())
                .map(|mode| String::from_utf8_lossy(mode).into_owned())
                .collect(),
            _ => Vec::new(),
        };
        for mode in modes {
            if mode != "Normal" && mode != "Compatible" {
                self.see(Feature::BlendMode, owner, format!("BM {mode}"));
            }
        }
        for key in ["CA", "ca"] {
            if let Some(opacity) = self
                .value(dictionary, key.as_bytes())
                .and_then(|value| value.as_float().ok())
                && (opacity - 1.0).abs() > f32::EPSILON
            {
                self.see(Feature::Opacity, owner, format!("{key} {opacity}"));
            }
        }
        let state = dictionary.has_type(b"ExtGState");
        if state && dictionary.has(b"TR") {
            self.see(Feature::TransferFunction, owner, "TR");
        }
        if state && name(dictionary, b"TR2").is_some_and(|function| function != "Default") {
            self.see(Feature::TransferFunction, owner, "TR2");
        }
    }

    /// Actions, annotations and forms (6.5, 6.6, 6.9).
    fn interaction(&mut self, dictionary: &Dictionary, visit: Visit<'_>) {
        let owner = visit.owner;
        let field =
            dictionary.has(b"FT") || name(dictionary, b"Subtype").is_some_and(|kind| kind == "Widget");
        if dictionary.has(b"AA") {
            let feature = if field {
                Feature::FieldAction
            } else {
                Feature::AdditionalActions
            };
            self.see(feature, owner, "AA");
        }
        if field && dictionary.has(b"A") {
            self.see(Feature::FieldAction, owner, "A");
        }
        let is_action = dictionary.has_type(b"Action")
            || dictionary.has(b"JS")
            || matches!(visit.key, b"A" | b"OpenAction" | b"Next" | b"AA");
        if is_action
            && self.graph.actions.len() < SIGHTINGS
            && let Some(kind) = name(dictionary, b"S")
        {
            self.graph.actions.push(Action {
                kind,
                named: name(dictionary, b"N"),
                object: shown(owner),
            });
        }
        if dictionary.has(b"Rect")
            && self.graph.annotations.len() < SIGHTINGS
            && let Some(subtype) = name(dictionary, b"Subtype")
        {
            let flags = self.value(dictionary, b"F").and_then(|flags| flags.as_i64().ok());
            self.graph.annotations.push(Annotation {
                subtype,
                flags,
                object: shown(owner),
            });
        }
        if visit.key == b"AcroForm" {
            if self.is_true(dictionary, b"NeedAppearances") {
                self.see(Feature::NeedAppearances, owner, "NeedAppearances");
            }
            if dictionary.has(b"XFA") {
                self.see(Feature::Xfa, owner, "XFA");
            }
        }
    }
}
