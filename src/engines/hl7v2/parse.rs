//! From bytes to segments and fields. Goes on after everything: what is wrong is told in [`Parsed::issues`].

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::charset::Charset;
use super::delimiters::{Delimiters, HeaderFault};
use super::issue::{Fault, Issue, Terminator};
use super::position::{Origins, Position, Span};
use super::view::MessageRef;

/// Limits on what a file may make the parser keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseLimits {
    /// Most lines (hence segments) of one file.
    pub segments: usize,
    /// Most fields of one file.
    pub fields: usize,
}

impl Default for ParseLimits {
    fn default() -> Self {
        Self {
            segments: 1_000_000,
            fields: 4_000_000,
        }
    }
}

/// One segment: its name, its place, and which fields of the arena are its own.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    pub(super) name: [u8; 3],
    pub(super) span: Span,
    pub(super) first_field: usize,
    pub(super) field_count: usize,
    pub(super) occurrence: u32,
    /// Whether the separator of repetitions stands anywhere in it: most segments have none, and none of their fields
    /// needs to be searched for it, a document of megabytes least of all.
    pub(super) repeats: bool,
    /// It is MSH, whose fields are counted from the separator that follows its name.
    pub(super) header: bool,
}

/// A segment name as one number, compared faster than three bytes.
pub(super) const fn name_key([one, two, three]: [u8; 3]) -> u32 {
    u32::from_be_bytes([0, one, two, three])
}

/// One message: its delimiters, charset and segments.
#[derive(Debug, Clone)]
pub(super) struct Message {
    pub(super) delimiters: Delimiters,
    pub(super) charset: Charset,
    pub(super) first_segment: usize,
    pub(super) segment_count: usize,
    /// Ranks in the message of the segments of each name, by [`name_key`].
    pub(super) ranks: BTreeMap<u32, Vec<usize>>,
}

/// A parsed file.
#[derive(Debug, Clone)]
pub struct Parsed<'a> {
    pub(super) bytes: Cow<'a, [u8]>,
    pub(super) segments: Vec<Segment>,
    pub(super) fields: Vec<Span>,
    pub(super) messages: Vec<Message>,
    pub(super) origins: Option<Origins>,
    line_starts: Vec<usize>,
    issues: Vec<Issue>,
    before_header: Vec<String>,
    terminated: bool,
}

impl Parsed<'_> {
    /// The messages, in file order.
    pub fn messages(&self) -> impl Iterator<Item = MessageRef<'_>> + '_ {
        (0..self.messages.len()).filter_map(|index| self.message(index))
    }

    /// One message, from 0.
    pub fn message(&self, index: usize) -> Option<MessageRef<'_>> {
        MessageRef::new(self, index)
    }

    /// What is wrong with the bytes.
    pub fn issues(&self) -> &[Issue] {
        &self.issues
    }

    /// Names of the well-formed segments that stand before the first header.
    pub fn before_header(&self) -> &[String] {
        &self.before_header
    }

    /// Whether the last line of the file ends with a terminator. A file cut in the middle does not.
    pub fn terminated(&self) -> bool {
        self.terminated
    }

    /// Whether the file ends with the start of a segment name: it was cut there.
    pub fn ends_in_a_name(&self) -> bool {
        !self.terminated
            && self.issues.last().is_some_and(|issue| {
                issue.fault == Fault::BadLine && issue.span.end == self.bytes.len() && issue.span.len() < 4
            })
    }

    /// The bytes that spans refer to: the file's own, unless it was UTF-16 or XML.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The line and column of an offset.
    pub fn position(&self, offset: usize) -> Position {
        if let Some(origins) = &self.origins {
            return origins.locate(offset);
        }
        position(&self.bytes, &self.line_starts, offset)
    }

    /// The whole line that `offset` is on, at most `limit` bytes of it.
    pub fn line(&self, offset: usize, limit: usize) -> &[u8] {
        let after = self.line_starts.partition_point(|start| *start <= offset);
        let start = self
            .line_starts
            .get(after.saturating_sub(1))
            .copied()
            .unwrap_or(0);
        let rest = self.bytes.get(start..).unwrap_or_default();
        let rest = rest.get(..limit.min(rest.len())).unwrap_or_default();
        let end = memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
        rest.get(..end).unwrap_or_default()
    }
}

fn position(bytes: &[u8], line_starts: &[usize], offset: usize) -> Position {
    let after = line_starts.partition_point(|start| *start <= offset);
    let start = line_starts.get(after.saturating_sub(1)).copied().unwrap_or(0);
    let before = bytes.get(start..offset.min(bytes.len())).unwrap_or_default();
    Position {
        offset,
        line: after.max(1) as u32,
        column: Charset::Undeclared.characters(before) as u32 + 1,
    }
}

/// Parses a file of ER7 (pipes) messages.
pub fn parse<'a>(bytes: &'a [u8], limits: &ParseLimits) -> Parsed<'a> {
    let wide = encoding_rs::Encoding::for_bom(bytes).filter(|(encoding, _)| *encoding != encoding_rs::UTF_8);
    match wide {
        Some((encoding, _)) => {
            let text = encoding.decode(bytes).0.into_owned();
            let mut reader = Reader::new(Cow::Owned(text.into_bytes()), *limits);
            reader.issue(Fault::Utf16, Span::default());
            reader.run()
        }
        None => Reader::new(Cow::Borrowed(bytes), *limits).run(),
    }
}

/// Parses bytes made by this module, whose places are those of another file.
pub(super) fn parse_made(bytes: Vec<u8>, origins: Origins, limits: &ParseLimits) -> Parsed<'static> {
    let mut parsed = Reader::new(Cow::Owned(bytes), *limits).run();
    for issue in &mut parsed.issues {
        issue.position = origins.locate(issue.span.start);
    }
    parsed.origins = Some(origins);
    parsed
}

struct Reader<'a> {
    parsed: Parsed<'a>,
    limits: ParseLimits,
    occurrences: BTreeMap<[u8; 3], u32>,
    delimiters: Delimiters,
    frame: Option<usize>,
    framed: bool,
    header_seen: bool,
    header_missed: bool,
    terminator: Option<(Terminator, usize)>,
    full: bool,
}

impl<'a> Reader<'a> {
    fn new(bytes: Cow<'a, [u8]>, limits: ParseLimits) -> Self {
        Self {
            parsed: Parsed {
                bytes,
                segments: Vec::new(),
                fields: Vec::new(),
                messages: Vec::new(),
                origins: None,
                line_starts: Vec::new(),
                issues: Vec::new(),
                before_header: Vec::new(),
                terminated: true,
            },
            limits,
            occurrences: BTreeMap::new(),
            delimiters: Delimiters::default(),
            frame: None,
            framed: false,
            header_seen: false,
            header_missed: false,
            terminator: None,
            full: false,
        }
    }

    fn issue(&mut self, fault: Fault, span: Span) {
        let position = position(&self.parsed.bytes, &self.parsed.line_starts, span.start);
        let message = self.parsed.messages.len().checked_sub(1);
        self.parsed.issues.push(Issue {
            fault,
            position,
            span,
            message,
        });
    }

    fn slice(&self, span: Span) -> &[u8] {
        self.parsed.bytes.get(span.start..span.end).unwrap_or_default()
    }

    fn run(mut self) -> Parsed<'a> {
        let total = self.parsed.bytes.len();
        let mut at = 0;
        if self.parsed.bytes.starts_with(b"\xEF\xBB\xBF") {
            at = 3;
            self.parsed.line_starts.push(at);
            self.issue(Fault::ByteOrderMark, Span { start: 0, end: 3 });
            self.parsed.line_starts.clear();
        }
        while at < total && !self.full {
            at = self.line(at);
        }
        if let Some(start) = self.frame {
            self.issue(Fault::FrameIncomplete, Span { start, end: start });
        } else if self.framed {
            self.issue(Fault::Framed, Span::default());
        }
        if let Some((terminator, offset)) = self.terminator {
            self.issue(
                Fault::Terminated(terminator),
                Span {
                    start: offset,
                    end: offset,
                },
            );
        }
        let nothing = self.parsed.segments.is_empty()
            && !self.header_missed
            && self
                .parsed
                .issues
                .iter()
                .all(|issue| issue.fault != Fault::BadLine);
        if nothing {
            self.issue(Fault::Empty, Span::default());
        } else if !self.header_seen && !self.header_missed {
            self.issue(Fault::NoHeader, Span::default());
        }
        for message in &mut self.parsed.messages {
            message.segment_count = 0;
        }
        let ends: Vec<usize> = self
            .parsed
            .messages
            .iter()
            .skip(1)
            .map(|message| message.first_segment)
            .chain([self.parsed.segments.len()])
            .collect();
        for (message, end) in self.parsed.messages.iter_mut().zip(ends) {
            message.segment_count = end.saturating_sub(message.first_segment);
            let own = self
                .parsed
                .segments
                .iter()
                .skip(message.first_segment)
                .take(message.segment_count);
            for (rank, segment) in own.enumerate() {
                message
                    .ranks
                    .entry(name_key(segment.name))
                    .or_default()
                    .push(rank);
            }
        }
        self.parsed
            .issues
            .sort_by_key(|issue| (issue.span.start, issue.span.end));
        self.parsed
    }

    /// Reads the line that starts at `start`; returns the offset after it.
    fn line(&mut self, mut start: usize) -> usize {
        if self.parsed.line_starts.len() >= self.limits.segments {
            self.issue(Fault::TooManySegments, Span { start, end: start });
            self.full = true;
            return start;
        }
        self.parsed.line_starts.push(start);
        if self.parsed.bytes.get(start) == Some(&0x0B) {
            if self.frame.is_some() {
                self.issue(
                    Fault::FrameIncomplete,
                    Span {
                        start,
                        end: start + 1,
                    },
                );
            }
            self.frame = Some(start);
            start += 1;
        }
        let rest = self.parsed.bytes.get(start..).unwrap_or_default();
        let found = memchr::memchr3(b'\r', b'\n', 0x1C, rest);
        let end = start + found.unwrap_or(rest.len());
        let mut next = end;
        match self.parsed.bytes.get(end) {
            None => self.parsed.terminated = end == start,
            Some(0x1C) => {
                next = end + 1;
                if self.frame.take().is_none() {
                    self.issue(
                        Fault::FrameIncomplete,
                        Span {
                            start: end,
                            end: end + 1,
                        },
                    );
                }
                if self.parsed.bytes.get(next) == Some(&b'\r') {
                    self.framed = true;
                    next += 1;
                } else {
                    self.issue(
                        Fault::FrameIncomplete,
                        Span {
                            start: end,
                            end: end + 1,
                        },
                    );
                }
                if self.parsed.bytes.get(next) == Some(&b'\n') {
                    next += 1;
                }
            }
            Some(b'\r') if self.parsed.bytes.get(end + 1) == Some(&b'\n') => {
                next = end + 2;
                self.saw(Terminator::Both, end);
            }
            Some(b'\r') => next = end + 1,
            Some(_) => {
                next = end + 1;
                self.saw(Terminator::LineFeed, end);
            }
        }
        self.content(Span { start, end });
        next
    }

    fn saw(&mut self, terminator: Terminator, offset: usize) {
        self.terminator.get_or_insert((terminator, offset));
    }

    /// One line without its terminator.
    fn content(&mut self, mut span: Span) {
        let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | 0);
        if self.slice(span).iter().all(blank) {
            return;
        }
        self.controls(span);
        let indent = self.slice(span).iter().take_while(|byte| blank(byte)).count();
        let mut misspelt = indent > 0;
        let indented = span;
        span.start += indent;
        let line = self.slice(span);
        let mut name = [0_u8; 3];
        for (to, from) in name.iter_mut().zip(line) {
            *to = from.to_ascii_uppercase();
        }
        misspelt |= line.iter().take(3).any(u8::is_ascii_lowercase);
        let after = line.get(3..).unwrap_or_default();
        if &name == b"MSH" && !after.first().is_some_and(u8::is_ascii_alphanumeric) {
            return self.header(name, span, misspelt);
        }
        if matches!(&name, b"FHS" | b"BHS") && !after.first().is_some_and(u8::is_ascii_alphanumeric) {
            // The envelope of a batch belongs to no message; its delimiters are its own.
            self.header_seen = true;
            return;
        }
        let field = self.delimiters.field;
        let named = name.first().is_some_and(u8::is_ascii_uppercase)
            && name
                .iter()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            && line.len() >= 3
            && (after.is_empty() || after.starts_with(field.as_bytes()));
        if matches!(&name, b"BTS" | b"FTS") && named {
            return;
        }
        if !self.header_seen {
            if !self.header_missed {
                self.header_missed = true;
                self.issue(Fault::NoHeader, span);
            }
            if named {
                self.parsed
                    .before_header
                    .push(String::from_utf8_lossy(&name).into_owned());
            }
            return;
        }
        if !named || misspelt {
            if self.continues(line) {
                return self.join(indented);
            }
            self.issue(if named { Fault::BadName } else { Fault::BadLine }, indented);
            if !named {
                return;
            }
        }
        if !self.parsed.messages.is_empty() {
            self.push(name, span);
        }
    }

    fn header(&mut self, name: [u8; 3], span: Span, misspelt: bool) {
        self.header_seen = true;
        self.occurrences.clear();
        let (delimiters, fault) = Delimiters::of_header(self.slice(span).get(3..).unwrap_or_default());
        self.delimiters = delimiters;
        self.parsed.messages.push(Message {
            delimiters,
            charset: Charset::Undeclared,
            first_segment: self.parsed.segments.len(),
            segment_count: 0,
            ranks: BTreeMap::new(),
        });
        if misspelt {
            self.issue(Fault::BadName, span);
        }
        let header = Span {
            start: span.start + 3,
            end: span.end.min(span.start + 8),
        };
        match fault {
            Some(HeaderFault::NoFieldSeparator) => self.issue(Fault::NoFieldSeparator, header),
            Some(HeaderFault::Short) => self.issue(Fault::ShortDelimiters, header),
            Some(HeaderFault::Ambiguous) => self.issue(Fault::AmbiguousDelimiters, header),
            None => {}
        }
        self.push(name, span);
        // MSH-18 is the 18th field, hence the 18th entry: MSH-1 is the separator itself.
        let declared = self
            .parsed
            .segments
            .last()
            .filter(|segment| segment.field_count > 17)
            .and_then(|segment| self.parsed.fields.get(segment.first_field + 17))
            .map(|field| {
                let bytes = self.slice(*field);
                let end = delimiters.repetition.find_in(bytes).unwrap_or(bytes.len());
                String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).into_owned()
            });
        if let Some(message) = self.parsed.messages.last_mut() {
            message.charset = Charset::of(declared.as_deref().unwrap_or_default());
        }
    }

    fn push(&mut self, name: [u8; 3], span: Span) {
        let occurrence = self.occurrences.entry(name).or_insert(0);
        *occurrence += 1;
        let occurrence = *occurrence;
        let first_field = self.parsed.fields.len();
        self.split(span, span.start);
        let repeats = self.repeats(span);
        self.parsed.segments.push(Segment {
            name,
            span,
            first_field,
            field_count: self.parsed.fields.len() - first_field,
            occurrence,
            repeats,
            header: &name == b"MSH",
        });
    }

    /// Whether the separator of repetitions stands in `span`.
    fn repeats(&self, span: Span) -> bool {
        self.delimiters.repetition.find_in(self.slice(span)).is_some()
    }

    /// Adds the fields of `span` to the arena, the first one starting at `from`.
    fn split(&mut self, span: Span, mut from: usize) {
        let separator = self.delimiters.field;
        loop {
            if self.parsed.fields.len() >= self.limits.fields {
                if !self.full {
                    self.full = true;
                    self.issue(
                        Fault::TooManyFields,
                        Span {
                            start: from,
                            end: from,
                        },
                    );
                }
                return;
            }
            let rest = self.slice(Span {
                start: from,
                end: span.end,
            });
            let Some(found) = separator.find_in(rest) else {
                self.parsed.fields.push(Span {
                    start: from,
                    end: span.end,
                });
                return;
            };
            self.parsed.fields.push(Span {
                start: from,
                end: from + found,
            });
            from += found + separator.len();
        }
    }

    /// Whether `line` looks like the rest of a base64 value that the line before holds: the value of an OBX-5 that is
    /// still open, then characters of base64 up to a delimiter or the end.
    fn continues(&self, line: &[u8]) -> bool {
        let Some(segment) = self
            .parsed
            .segments
            .last()
            .filter(|segment| &segment.name == b"OBX")
        else {
            return false;
        };
        let open = segment.field_count == 6;
        let base64 = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
        let tail = self.slice(segment.span);
        let tail_fits = tail.len() >= 8 && tail.iter().rev().take(8).all(base64);
        let run = line.iter().take_while(|byte| base64(byte)).count();
        let stops = line.get(run).is_none_or(|byte| {
            self.delimiters.field.as_bytes().first() == Some(byte)
                || self.delimiters.component.as_bytes().first() == Some(byte)
        });
        open && tail_fits && run > 0 && stops
    }

    /// Joins the line at `span` to the segment before it; one issue for all the lines of one value.
    fn join(&mut self, span: Span) {
        let broken = self.parsed.segments.last().map(|segment| segment.span);
        let known = broken.is_some_and(|segment| {
            self.parsed
                .issues
                .iter()
                .rev()
                .take(20)
                .any(|issue| issue.fault == Fault::BrokenValue && issue.span.start > segment.start)
        });
        if !known {
            self.issue(Fault::BrokenValue, span);
        }
        let Some(open) = self.parsed.fields.pop() else {
            return;
        };
        self.split(
            Span {
                start: span.start,
                end: span.end,
            },
            open.start,
        );
        let count = self.parsed.fields.len();
        let repeats = self.repeats(span);
        if let Some(segment) = self.parsed.segments.last_mut() {
            segment.repeats |= repeats;
            segment.span.end = span.end;
            segment.field_count = count - segment.first_field;
        }
    }

    fn controls(&mut self, span: Span) {
        let forbidden = |byte: u8| (byte < 0x20 && byte != b'\t') || byte == 0x7F;
        // Folding whole blocks lets the compiler use vector instructions on an OBX-5 of megabytes.
        let mut found = Vec::new();
        for (index, block) in self.slice(span).chunks(4096).enumerate() {
            if block.iter().fold(false, |any, byte| any | forbidden(*byte)) {
                found.extend(
                    block
                        .iter()
                        .enumerate()
                        .filter(|(_, byte)| forbidden(**byte))
                        .map(|(offset, byte)| (span.start + index * 4096 + offset, *byte))
                        .take(16),
                );
            }
            if found.len() >= 16 {
                break;
            }
        }
        for (offset, byte) in found {
            self.issue(
                Fault::ControlCharacter(byte),
                Span {
                    start: offset,
                    end: offset + 1,
                },
            );
        }
    }
}
