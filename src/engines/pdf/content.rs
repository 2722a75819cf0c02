//! What the contents of the pages really use: fonts that draw visible text, device colours, pages with nothing on
//! them. Forms and annotation appearances are followed; glyph procedures and tiling patterns are not.

use std::collections::{BTreeMap, BTreeSet};

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::operand::Operand;
use super::operators::Operators;
use super::{name, shown};
use crate::limits::Limits;

/// Largest content of one page or form that is decoded, in bytes.
const UNIT_BYTES: usize = 16 << 20;
/// Most content decoded for the whole document, in bytes.
const TOTAL_BYTES: usize = 64 << 20;
/// Deepest nesting of forms, and of colour spaces.
const DEPTH: u32 = 12;
/// Deepest stack of graphics states.
const STATES: usize = 512;

/// A device-dependent colour space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColourUse {
    /// DeviceGray, the initial colour included.
    Gray,
    /// DeviceRGB.
    Rgb,
    /// DeviceCMYK.
    Cmyk,
}

impl ColourUse {
    /// The name of the space in PDF.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gray => "DeviceGray",
            Self::Rgb => "DeviceRGB",
            Self::Cmyk => "DeviceCMYK",
        }
    }

    fn device(name: &[u8]) -> Option<Self> {
        match name {
            b"DeviceGray" | b"G" => Some(Self::Gray),
            b"DeviceRGB" | b"RGB" => Some(Self::Rgb),
            b"DeviceCMYK" | b"CMYK" => Some(Self::Cmyk),
            _ => None,
        }
    }

    const fn default_space(self) -> &'static [u8] {
        match self {
            Self::Gray => b"DefaultGray",
            Self::Rgb => b"DefaultRGB",
            Self::Cmyk => b"DefaultCMYK",
        }
    }
}

/// A font that a content uses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Font {
    /// `BaseFont`, or the resource name.
    pub name: String,
    /// `Subtype`.
    pub subtype: String,
    /// The font program is in the file (always true of Type 3).
    pub embedded: bool,
    /// The indirect object of the font, or the page when it is direct.
    pub object: String,
    /// First page that uses it, from 1.
    pub page: usize,
}

/// What the contents use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContentSurvey {
    /// Fonts that draw visible text.
    pub fonts: Vec<Font>,
    /// Device colours, with the first page that uses them.
    pub colours: BTreeMap<ColourUse, usize>,
    /// Pages on which nothing is drawn, from 1.
    pub blank_pages: Vec<usize>,
    /// Pictures painted.
    pub pictures: usize,
    /// Curves drawn: a handwritten signature is made of them.
    pub curves: usize,
    /// Ink and stamp annotations.
    pub ink: usize,
    /// Pages or forms that could not be decoded within limits.
    pub unread: usize,
}

impl ContentSurvey {
    pub(super) fn read(document: &Document, limits: &Limits) -> Self {
        let mut reader = ContentReader {
            document,
            budget: TOTAL_BYTES.min(usize::try_from(limits.pdf_decoded_bytes).unwrap_or(usize::MAX)),
            page: 0,
            painted: false,
            fonts: BTreeMap::new(),
            forms: BTreeSet::new(),
            survey: Self::default(),
        };
        for id in document.page_iter().take(100_000) {
            reader.page(id);
        }
        reader.survey.fonts = reader.fonts.into_values().flatten().collect();
        reader.survey.fonts.sort();
        reader.survey.fonts.dedup();
        reader.survey
    }
}

/// The part of the graphics state that matters here.
#[derive(Clone)]
struct State {
    font: Option<Vec<u8>>,
    rendering: i64,
    fill: Option<ColourUse>,
    stroke: Option<ColourUse>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            font: None,
            rendering: 0,
            fill: Some(ColourUse::Gray),
            stroke: Some(ColourUse::Gray),
        }
    }
}

/// A font by its object, or by page and resource name when it is direct.
type FontKey = (Option<ObjectId>, usize, Vec<u8>);

struct ContentReader<'a> {
    document: &'a Document,
    budget: usize,
    page: usize,
    painted: bool,
    fonts: BTreeMap<FontKey, Option<Font>>,
    forms: BTreeSet<ObjectId>,
    survey: ContentSurvey,
}

impl<'a> ContentReader<'a> {
    fn page(&mut self, id: ObjectId) {
        self.page += 1;
        self.painted = false;
        let resources = self
            .document
            .get_page_resources(id)
            .ok()
            .and_then(|(direct, ids)| direct.or_else(|| self.document.get_dictionary(*ids.first()?).ok()));
        match self
            .document
            .get_page_content_with_limit(id, UNIT_BYTES.min(self.budget))
        {
            Ok(bytes) => {
                self.budget = self.budget.saturating_sub(bytes.len());
                self.operations(&bytes, resources, &State::default(), 0);
            }
            Err(_) => self.survey.unread += 1,
        }
        for annotation in self.document.get_page_annotations(id).unwrap_or_default() {
            if name(annotation, b"Subtype").is_some_and(|kind| kind == "Ink" || kind == "Stamp") {
                self.survey.ink += 1;
            }
            self.appearance(annotation);
        }
        if !self.painted {
            self.survey.blank_pages.push(self.page);
        }
    }

    /// The normal appearance of an annotation: a form, or one form for each state.
    fn appearance(&mut self, annotation: &'a Dictionary) {
        let Some(appearance) = self.dictionary(annotation, b"AP") else {
            return;
        };
        let Ok(normal) = appearance.get(b"N") else { return };
        let states: Vec<&'a Object> = match self.document.dereference(normal) {
            Ok((_, Object::Dictionary(states))) => states.iter().map(|(_, state)| state).collect(),
            _ => vec![normal],
        };
        for state in states {
            self.form(state, None, &State::default(), 0);
        }
    }

    fn dictionary(&self, parent: &'a Dictionary, key: &[u8]) -> Option<&'a Dictionary> {
        parent.get_deref(key, self.document).ok()?.as_dict().ok()
    }

    fn resource(&self, resources: Option<&'a Dictionary>, category: &[u8], key: &[u8]) -> Option<&'a Object> {
        self.dictionary(resources?, category)?.get(key).ok()
    }

    fn form(&mut self, object: &'a Object, outer: Option<&'a Dictionary>, state: &State, depth: u32) {
        let Ok((id, Object::Stream(stream))) = self.document.dereference(object) else {
            return;
        };
        if depth >= DEPTH || id.is_some_and(|id| !self.forms.insert(id)) {
            self.painted = true;
            return;
        }
        let resources = self.dictionary(&stream.dict, b"Resources").or(outer);
        match stream.decompressed_content_with_limit(UNIT_BYTES.min(self.budget)) {
            Ok(bytes) => {
                self.budget = self.budget.saturating_sub(bytes.len());
                self.operations(&bytes, resources, state, depth + 1);
            }
            Err(_) => self.survey.unread += 1,
        }
    }

    fn operations(&mut self, bytes: &[u8], resources: Option<&'a Dictionary>, initial: &State, depth: u32) {
        let mut state = initial.clone();
        let mut saved: Vec<State> = Vec::new();
        let mut operators = Operators::new(bytes);
        while let Some(operator) = operators.next() {
            let first = || operators.operand(0);
            match operator {
                b"q" if saved.len() < STATES => saved.push(state.clone()),
                b"Q" => state = saved.pop().unwrap_or(state),
                b"Tf" => state.font = first().and_then(|font| Some(font.name()?.into_owned())),
                b"Tr" => state.rendering = operators.number(0) as i64,
                b"g" => state.fill = self.device(resources, ColourUse::Gray),
                b"G" => state.stroke = self.device(resources, ColourUse::Gray),
                b"rg" => state.fill = self.device(resources, ColourUse::Rgb),
                b"RG" => state.stroke = self.device(resources, ColourUse::Rgb),
                b"k" => state.fill = self.device(resources, ColourUse::Cmyk),
                b"K" => state.stroke = self.device(resources, ColourUse::Cmyk),
                b"cs" => state.fill = first().and_then(|space| self.written_space(resources, space)),
                b"CS" => state.stroke = first().and_then(|space| self.written_space(resources, space)),
                _ => self.paint(operator, first(), resources, &state, depth),
            }
        }
        self.survey.unread += usize::from(operators.broken());
    }

    /// The device colour that a colour space named in a content comes down to.
    fn written_space(&self, resources: Option<&'a Dictionary>, space: Operand<'_>) -> Option<ColourUse> {
        let name = space.name()?;
        match ColourUse::device(&name) {
            Some(colour) => self.device(resources, colour),
            None => self.named(resources, &name, 0),
        }
    }

    /// The operators that put something on the page.
    fn paint(
        &mut self,
        operator: &[u8],
        first: Option<Operand<'_>>,
        resources: Option<&'a Dictionary>,
        state: &State,
        depth: u32,
    ) {
        let (fills, strokes) = match operator {
            b"f" | b"F" | b"f*" => (true, false),
            b"S" | b"s" => (false, true),
            b"B" | b"B*" | b"b" | b"b*" => (true, true),
            b"Tj" | b"TJ" | b"'" | b"\"" => {
                if state.rendering != 3 && state.rendering != 7 {
                    self.font(resources, state);
                }
                (
                    matches!(state.rendering, 0 | 2 | 4 | 6),
                    matches!(state.rendering, 1 | 2 | 5 | 6),
                )
            }
            b"sh" => {
                self.painted = true;
                let shading = self.first_resource(resources, b"Shading", first);
                self.shading(shading, resources);
                return;
            }
            b"c" | b"v" | b"y" => {
                self.survey.curves += 1;
                return;
            }
            b"BI" => {
                self.painted = true;
                self.survey.pictures += 1;
                let space = first.and_then(|image| image.value(&[b"CS", b"ColorSpace"]));
                let mask = first.and_then(|image| image.value(&[b"IM", b"ImageMask"]));
                let colour = match (space, mask) {
                    (Some(space), _) => self.written_space(resources, space),
                    // A mask paints with the colour of the state.
                    (None, Some(_)) => state.fill,
                    (None, None) => None,
                };
                self.colour(colour);
                return;
            }
            b"Do" => {
                if let Some(object) = self.first_resource(resources, b"XObject", first) {
                    self.x_object(object, resources, state, depth);
                }
                return;
            }
            _ => return,
        };
        self.painted |= fills || strokes;
        if fills {
            self.colour(state.fill);
        }
        if strokes {
            self.colour(state.stroke);
        }
    }

    /// The resource that the operand of an operator names.
    fn first_resource(
        &self,
        resources: Option<&'a Dictionary>,
        category: &[u8],
        first: Option<Operand<'_>>,
    ) -> Option<&'a Object> {
        self.resource(resources, category, first?.name()?.as_ref())
    }

    fn x_object(&mut self, object: &'a Object, resources: Option<&'a Dictionary>, state: &State, depth: u32) {
        let Ok((_, Object::Stream(stream))) = self.document.dereference(object) else {
            return;
        };
        if name(&stream.dict, b"Subtype").is_some_and(|subtype| subtype == "Form") {
            self.form(object, resources, state, depth);
            return;
        }
        self.painted = true;
        self.survey.pictures += 1;
        let colour = self.image_colour(stream, resources, state);
        self.colour(colour);
    }

    fn image_colour(
        &self,
        image: &'a Stream,
        resources: Option<&'a Dictionary>,
        state: &State,
    ) -> Option<ColourUse> {
        if matches!(
            image.dict.get_deref(b"ImageMask", self.document),
            Ok(Object::Boolean(true))
        ) {
            return state.fill;
        }
        self.space(resources, image.dict.get(b"ColorSpace").ok()?, 0)
    }

    fn shading(&mut self, shading: Option<&'a Object>, resources: Option<&'a Dictionary>) {
        let shading = shading
            .and_then(|shading| self.document.dereference(shading).ok())
            .and_then(|(_, shading)| match shading {
                Object::Dictionary(dictionary) => Some(dictionary),
                Object::Stream(stream) => Some(&stream.dict),
                _ => None,
            });
        if let Some(space) = shading.and_then(|shading| shading.get(b"ColorSpace").ok()) {
            let colour = self.space(resources, space, 0);
            self.colour(colour);
        }
    }

    fn colour(&mut self, colour: Option<ColourUse>) {
        if let Some(colour) = colour {
            self.survey.colours.entry(colour).or_insert(self.page);
        }
    }

    /// A device colour, unless the resources replace it by a default space.
    fn device(&self, resources: Option<&'a Dictionary>, colour: ColourUse) -> Option<ColourUse> {
        let replaced = self
            .resource(resources, b"ColorSpace", colour.default_space())
            .is_some();
        (!replaced).then_some(colour)
    }

    /// The device colour that a colour space comes down to; none when it is device-independent.
    fn space(&self, resources: Option<&'a Dictionary>, space: &Object, depth: u32) -> Option<ColourUse> {
        if depth > DEPTH {
            return None;
        }
        match space {
            Object::Name(name) => match ColourUse::device(name) {
                Some(colour) => self.device(resources, colour),
                None => self.named(resources, name, depth),
            },
            Object::Reference(_) => {
                let (_, target) = self.document.dereference(space).ok()?;
                self.space(resources, target, depth + 1)
            }
            Object::Array(parts) => {
                let base = match parts.first()?.as_name().ok()? {
                    b"Indexed" | b"I" | b"Pattern" => parts.get(1)?,
                    b"Separation" | b"DeviceN" => parts.get(2)?,
                    device => {
                        return ColourUse::device(device).and_then(|colour| self.device(resources, colour));
                    }
                };
                self.space(resources, base, depth + 1)
            }
            _ => None,
        }
    }

    fn named(&self, resources: Option<&'a Dictionary>, name: &[u8], depth: u32) -> Option<ColourUse> {
        let space = self.resource(resources, b"ColorSpace", name)?;
        self.space(resources, space, depth + 1)
    }

    fn font(&mut self, resources: Option<&'a Dictionary>, state: &State) {
        let Some(key) = state.font.clone() else { return };
        let Some(object) = self.resource(resources, b"Font", &key) else {
            return;
        };
        let id = object.as_reference().ok();
        let slot = match id {
            Some(id) => (Some(id), 0, Vec::new()),
            None => (None, self.page, key.clone()),
        };
        if self.fonts.contains_key(&slot) {
            return;
        }
        let font = self
            .document
            .dereference(object)
            .ok()
            .and_then(|(_, font)| font.as_dict().ok())
            .map(|font| Font {
                name: name(font, b"BaseFont").unwrap_or_else(|| String::from_utf8_lossy(&key).into_owned()),
                subtype: name(font, b"Subtype").unwrap_or_default(),
                embedded: self.embedded(font),
                object: id.map_or_else(|| format!("page {}", self.page), shown),
                page: self.page,
            });
        self.fonts.insert(slot, font);
    }

    /// Whether the program of a font is in the file.
    fn embedded(&self, font: &'a Dictionary) -> bool {
        let subtype = name(font, b"Subtype").unwrap_or_default();
        let described = match subtype.as_str() {
            "Type3" => return true,
            "Type0" => font
                .get_deref(b"DescendantFonts", self.document)
                .and_then(Object::as_array)
                .ok()
                .and_then(|descendants| descendants.first())
                .and_then(|descendant| self.document.dereference(descendant).ok())
                .and_then(|(_, descendant)| descendant.as_dict().ok()),
            _ => Some(font),
        };
        let Some(descriptor) = described.and_then(|font| self.dictionary(font, b"FontDescriptor")) else {
            return false;
        };
        [b"FontFile".as_slice(), b"FontFile2", b"FontFile3"]
            .iter()
            .filter_map(|key| descriptor.get_deref(key, self.document).ok())
            .any(|program| matches!(program, Object::Stream(stream) if !stream.content.is_empty()))
    }
}
