//! What readers of a parsed file hold: messages, segments, and parts of fields, all without copies.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::charset::Charset;
use super::delimiters::{Delimiter, Delimiters};
use super::escape::unescape;
use super::parse::{Message, Parsed, Segment, name_key};
use super::position::{Position, Span};

/// One message of a parsed file.
#[derive(Debug, Clone, Copy)]
pub struct MessageRef<'p> {
    parsed: &'p Parsed<'p>,
    message: &'p Message,
    index: usize,
}

impl<'p> MessageRef<'p> {
    pub(super) fn new(parsed: &'p Parsed<'_>, index: usize) -> Option<Self> {
        let message = parsed.messages.get(index)?;
        Some(Self {
            parsed,
            message,
            index,
        })
    }

    /// The file it is in.
    pub fn parsed(&self) -> &'p Parsed<'p> {
        self.parsed
    }

    /// Its rank in the file, from 0.
    pub fn index(&self) -> usize {
        self.index
    }

    /// Its delimiters.
    pub fn delimiters(&self) -> &'p Delimiters {
        &self.message.delimiters
    }

    /// Its character set.
    pub fn charset(&self) -> Charset {
        self.message.charset
    }

    /// Its segments, in order, the header first.
    pub fn segments(&self) -> impl Iterator<Item = SegmentRef<'p>> + use<'p> {
        let parsed = self.parsed;
        let message = self.message;
        let first = message.first_segment;
        parsed
            .segments
            .get(first..first + message.segment_count)
            .unwrap_or_default()
            .iter()
            .enumerate()
            .map(move |(rank, segment)| SegmentRef {
                parsed,
                message,
                segment,
                rank,
            })
    }

    /// How many segments it has.
    pub fn segment_count(&self) -> usize {
        self.message.segment_count
    }

    /// The segments named `name`, in order; found by an index, whatever the size of the message.
    pub fn all(&self, name: &str) -> impl Iterator<Item = SegmentRef<'p>> + use<'p> {
        let (parsed, message) = (self.parsed, self.message);
        let mut key = [0; 3];
        for (to, from) in key.iter_mut().zip(name.bytes()) {
            *to = from;
        }
        let ranks = message.ranks.get(&name_key(key)).map_or(&[][..], Vec::as_slice);
        ranks.iter().filter_map(move |rank| {
            let segment = parsed.segments.get(message.first_segment + rank)?;
            Some(SegmentRef {
                parsed,
                message,
                segment,
                rank: *rank,
            })
        })
    }

    /// The first segment named `name`.
    pub fn first(&self, name: &str) -> Option<SegmentRef<'p>> {
        self.all(name).next()
    }

    /// The header, MSH.
    pub fn header(&self) -> Option<SegmentRef<'p>> {
        self.segments().next()
    }
}

/// One segment of a message.
#[derive(Debug, Clone, Copy)]
pub struct SegmentRef<'p> {
    parsed: &'p Parsed<'p>,
    message: &'p Message,
    segment: &'p Segment,
    rank: usize,
}

impl<'p> SegmentRef<'p> {
    /// Its name: three characters.
    pub fn name(&self) -> &'p str {
        std::str::from_utf8(&self.segment.name).unwrap_or("???")
    }

    /// Whether it is named `name`.
    pub fn is(&self, name: &str) -> bool {
        match name.as_bytes() {
            [one, two, three] => self.segment.name == [*one, *two, *three],
            _ => false,
        }
    }

    /// Its rank among the segments of the message, from 0.
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// Its rank among the segments of that name in the message, from 1.
    pub fn occurrence(&self) -> u32 {
        self.segment.occurrence
    }

    /// Its bytes in the file.
    pub fn span(&self) -> Span {
        self.segment.span
    }

    /// Its bytes.
    pub fn raw(&self) -> &'p [u8] {
        self.parsed
            .bytes
            .get(self.segment.span.start..self.segment.span.end)
            .unwrap_or_default()
    }

    /// Whether the separator of repetitions stands anywhere in it.
    pub fn repeats(&self) -> bool {
        self.segment.repeats
    }

    /// The number of its last field present, empty or not.
    pub fn last_field(&self) -> usize {
        let count = self.segment.field_count;
        if self.segment.header {
            count
        } else {
            count.saturating_sub(1)
        }
    }

    /// One field, from 1; an absent one is an empty part at the end of the segment.
    pub fn field(&self, number: usize) -> Part<'p> {
        let header = self.segment.header;
        let span = match number {
            1 if header => {
                let start = self.segment.span.start + 3;
                let length = self.message.delimiters.field.len();
                Some(Span {
                    start: start.min(self.segment.span.end),
                    end: (start + length).min(self.segment.span.end),
                })
            }
            0 => None,
            _ => {
                let index = if header { number - 1 } else { number };
                (index < self.segment.field_count)
                    .then(|| self.parsed.fields.get(self.segment.first_field + index).copied())
                    .flatten()
            }
        };
        let end = self.segment.span.end;
        Part {
            segment: *self,
            field: number,
            repetition: None,
            component: None,
            subcomponent: None,
            span: span.unwrap_or(Span { start: end, end }),
        }
    }

    /// The segment as a whole, as a part with no field.
    pub fn whole(&self) -> Part<'p> {
        Part {
            segment: *self,
            field: 0,
            repetition: None,
            component: None,
            subcomponent: None,
            span: self.segment.span,
        }
    }

    /// `PID[1]`.
    pub fn path(&self) -> String {
        format!("{}[{}]", self.name(), self.segment.occurrence)
    }

    /// Where it starts.
    pub fn position(&self) -> Position {
        self.parsed.position(self.segment.span.start)
    }
}

/// A field, a repetition, a component or a subcomponent.
#[derive(Debug, Clone, Copy)]
pub struct Part<'p> {
    segment: SegmentRef<'p>,
    field: usize,
    repetition: Option<usize>,
    component: Option<usize>,
    subcomponent: Option<usize>,
    span: Span,
}

impl<'p> Part<'p> {
    /// The segment it is in.
    pub fn segment(&self) -> SegmentRef<'p> {
        self.segment
    }

    /// Number of the field, from 1; 0 for a whole segment.
    pub fn field_number(&self) -> usize {
        self.field
    }

    /// Its bytes in the file.
    pub fn span(&self) -> Span {
        self.span
    }

    /// Its bytes, escape sequences and all.
    pub fn raw(&self) -> &'p [u8] {
        self.segment
            .parsed
            .bytes
            .get(self.span.start..self.span.end)
            .unwrap_or_default()
    }

    /// No byte between its delimiters.
    pub fn is_empty(&self) -> bool {
        self.span.is_empty()
    }

    /// Empty, or only delimiters of lower levels: `^^&` says nothing.
    pub fn is_blank(&self) -> bool {
        if self.is_delimiters() {
            return false;
        }
        let delimiters = &self.segment.message.delimiters;
        let lower = [
            &delimiters.component,
            &delimiters.subcomponent,
            &delimiters.repetition,
        ];
        let mut rest = self.raw();
        while !rest.is_empty() {
            match lower.iter().find_map(|one| one.strip_start(rest)) {
                Some(shorter) => rest = shorter,
                None => return false,
            }
        }
        true
    }

    /// The null of HL7, `""`: "delete what you have".
    pub fn is_null(&self) -> bool {
        self.raw() == b"\"\""
    }

    /// Holds a value that is not the null.
    pub fn is_valued(&self) -> bool {
        !self.is_blank() && !self.is_null()
    }

    /// MSH-1 and MSH-2 hold delimiters: nothing is split in them.
    fn is_delimiters(&self) -> bool {
        self.field <= 2 && self.segment.segment.header
    }

    fn piece(&self, delimiter: Delimiter, number: usize) -> Option<Span> {
        if self.is_delimiters() {
            return (number == 1).then_some(self.span);
        }
        let mut start = self.span.start;
        for _ in 1..number {
            let rest = self.segment.parsed.bytes.get(start..self.span.end)?;
            start += delimiter.find_in(rest)? + delimiter.len();
        }
        let rest = self.segment.parsed.bytes.get(start..self.span.end)?;
        Some(Span {
            start,
            end: start + delimiter.find_in(rest).unwrap_or(rest.len()),
        })
    }

    fn absent(&self) -> Span {
        Span {
            start: self.span.end,
            end: self.span.end,
        }
    }

    /// How many repetitions the field has; an empty field has none.
    pub fn repetition_count(&self) -> usize {
        if self.is_empty() {
            return 0;
        }
        if self.is_delimiters() || !self.segment.segment.repeats {
            return 1;
        }
        let delimiter = self.segment.message.delimiters.repetition;
        let mut count = 1;
        let mut rest = self.raw();
        while let Some(found) = delimiter.find_in(rest) {
            count += 1;
            rest = rest.get(found + delimiter.len()..).unwrap_or_default();
        }
        count
    }

    /// One repetition of the field, from 1.
    pub fn repetition(&self, number: usize) -> Part<'p> {
        let delimiter = self.segment.message.delimiters.repetition;
        let span = if self.segment.segment.repeats {
            self.piece(delimiter, number).unwrap_or_else(|| self.absent())
        } else if number == 1 {
            self.span
        } else {
            self.absent()
        };
        Part {
            repetition: Some(number),
            span,
            ..*self
        }
    }

    /// The spans between the delimiters, in order, the whole part when there are none; none when the part is empty.
    /// Splits once, whatever their number.
    fn pieces(&self, delimiter: Option<Delimiter>) -> impl Iterator<Item = Span> + use<'p> {
        let own = *self;
        let delimiter = delimiter.filter(|_| !own.is_delimiters());
        let mut start = (!own.is_empty()).then_some(own.span.start);
        std::iter::from_fn(move || {
            let from = start?;
            let rest = own.segment.parsed.bytes.get(from..own.span.end)?;
            let found = delimiter.and_then(|delimiter| Some((delimiter.find_in(rest)?, delimiter.len())));
            start = found.map(|(at, length)| from + at + length);
            Some(Span {
                start: from,
                end: from + found.map_or(rest.len(), |(at, _)| at),
            })
        })
    }

    /// The repetitions of the field; none when it is empty.
    pub fn repetitions(&self) -> impl Iterator<Item = Part<'p>> + use<'p> {
        let own = *self;
        let delimiter = own.segment.message.delimiters.repetition;
        let spans = own.pieces(own.segment.segment.repeats.then_some(delimiter));
        spans.zip(1..).map(move |(span, number)| Part {
            repetition: Some(number),
            span,
            ..own
        })
    }

    /// This repetition; the first one, for a field.
    fn first_repetition(&self) -> Part<'p> {
        if self.repetition.is_none() {
            self.repetition(1)
        } else {
            *self
        }
    }

    /// One component, from 1, of this repetition (of the first one, for a field).
    pub fn component(&self, number: usize) -> Part<'p> {
        let own = self.first_repetition();
        let span = own
            .piece(own.segment.message.delimiters.component, number)
            .unwrap_or_else(|| own.absent());
        Part {
            component: Some(number),
            span,
            ..own
        }
    }

    /// The components of this repetition (of the first one, for a field), in order; none when it is empty.
    pub fn components(&self) -> impl Iterator<Item = Part<'p>> + use<'p> {
        let own = self.first_repetition();
        let spans = own.pieces(Some(own.segment.message.delimiters.component));
        spans.zip(1..).map(move |(span, number)| Part {
            component: Some(number),
            span,
            ..own
        })
    }

    /// One subcomponent, from 1, of this component (of the first one, for a field or a repetition).
    pub fn subcomponent(&self, number: usize) -> Part<'p> {
        let own = if self.component.is_none() {
            self.component(1)
        } else {
            *self
        };
        let span = own
            .piece(own.segment.message.delimiters.subcomponent, number)
            .unwrap_or_else(|| own.absent());
        Part {
            subcomponent: Some(number),
            span,
            ..own
        }
    }

    /// How many components this repetition has; an empty one has none.
    pub fn component_count(&self) -> usize {
        count(self.raw(), self.segment.message.delimiters.component)
    }

    /// How many subcomponents this component has; an empty one has none.
    pub fn subcomponent_count(&self) -> usize {
        count(self.raw(), self.segment.message.delimiters.subcomponent)
    }

    /// Its characters, as written: decoded, escape sequences kept.
    pub fn written(&self) -> Cow<'p, str> {
        self.segment.message.charset.decode(self.raw())
    }

    /// Its bytes without the separators of lower levels at its end, which carry nothing (HL7 v2.5, 2.10): `F^^` is `F`.
    fn meaningful(&self) -> &'p [u8] {
        let delimiters = &self.segment.message.delimiters;
        let mut rest = self.raw();
        if self.field == 0 || self.is_delimiters() {
            return rest;
        }
        let component = self.component.is_none().then_some(delimiters.component);
        let subcomponent = self.subcomponent.is_none().then_some(delimiters.subcomponent);
        while let Some(shorter) = [component, subcomponent]
            .iter()
            .flatten()
            .find_map(|delimiter| delimiter.strip_end(rest))
        {
            rest = shorter;
        }
        rest
    }

    /// Its text: decoded and unescaped.
    pub fn text(&self) -> Cow<'p, str> {
        match self.segment.message.charset.decode(self.meaningful()) {
            Cow::Borrowed(text) => unescape(text, &self.segment.message.delimiters),
            Cow::Owned(text) => Cow::Owned(unescape(&text, &self.segment.message.delimiters).into_owned()),
        }
    }

    /// Its bytes when they are the text: printable ASCII without escape sequences, which codes are.
    fn plain(&self) -> Option<&'p [u8]> {
        let bytes = self.meaningful();
        // Of an escape character that is no ASCII, the first byte is none of these either.
        let escape = self.segment.message.delimiters.escape.first_byte();
        let plain = bytes
            .iter()
            .all(|byte| (0x20..0x7F).contains(byte) && *byte != escape);
        plain.then_some(bytes)
    }

    /// Whether its text is `wanted`; plain ASCII is compared as it stands.
    pub fn text_is(&self, wanted: &str) -> bool {
        match self.plain() {
            Some(bytes) => bytes == wanted.as_bytes(),
            None => self.text() == wanted,
        }
    }

    /// Whether its text, blanks around it apart, is one of these.
    pub fn trimmed_is_among(&self, wanted: &[String]) -> bool {
        match self.plain().map(<[u8]>::trim_ascii) {
            Some(bytes) => wanted.iter().any(|one| one.as_bytes() == bytes),
            None => {
                let text = self.text();
                wanted.iter().any(|one| one == text.trim())
            }
        }
    }

    /// `PID[1]-3[2].4.2`. The repetition shows when the field has several; the occurrence of the segment always.
    pub fn path(&self) -> String {
        let mut path = self.segment.path();
        if self.field == 0 {
            return path;
        }
        let _ = write!(path, "-{}", self.field);
        if let Some(repetition) = self.repetition
            && (repetition > 1 || self.segment.field(self.field).repetition_count() > 1)
        {
            let _ = write!(path, "[{repetition}]");
        }
        for number in [self.component, self.subcomponent].into_iter().flatten() {
            let _ = write!(path, ".{number}");
        }
        path
    }

    /// Where it starts (for an absent part, where it should be).
    pub fn position(&self) -> Position {
        self.segment.parsed.position(self.span.start)
    }
}

fn count(bytes: &[u8], delimiter: Delimiter) -> usize {
    if bytes.is_empty() {
        return 0;
    }
    let mut count = 1;
    let mut rest = bytes;
    while let Some(found) = delimiter.find_in(rest) {
        count += 1;
        rest = rest.get(found + delimiter.len()..).unwrap_or_default();
    }
    count
}
