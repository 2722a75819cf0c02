//! The delimiters that MSH-1 and MSH-2 declare (HL7 v2.5, 2.5.4).

/// One delimiter: a character, which real messages write on up to four bytes (U+02DC for `~`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delimiter {
    bytes: [u8; 4],
    length: u8,
}

/// Bytes that are looked at one by one before a vector search.
const NEAR: usize = 16;

impl Delimiter {
    /// A delimiter of one byte.
    pub const fn byte(byte: u8) -> Self {
        Self {
            bytes: [byte, 0, 0, 0],
            length: 1,
        }
    }

    /// The first character of `bytes`, read as UTF-8 when it is, as one byte otherwise.
    pub fn first_of(bytes: &[u8]) -> Option<Self> {
        let first = *bytes.first()?;
        let wanted = match first {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            _ => 1,
        };
        match bytes
            .get(..wanted)
            .filter(|head| std::str::from_utf8(head).is_ok())
        {
            Some(head) => {
                let mut own = [0; 4];
                for (to, from) in own.iter_mut().zip(head) {
                    *to = *from;
                }
                Some(Self {
                    bytes: own,
                    length: wanted as u8,
                })
            }
            None => Some(Self::byte(first)),
        }
    }

    /// Its bytes in the file.
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// The first of its bytes.
    #[inline]
    pub(super) fn first_byte(self) -> u8 {
        let [first, ..] = self.bytes;
        first
    }

    /// Where it occurs first in `bytes`.
    #[inline]
    pub fn find_in(&self, bytes: &[u8]) -> Option<usize> {
        let single = self.first_byte();
        if self.length != 1 {
            return memchr::memmem::find(bytes, self.as_bytes());
        }
        // Most values are a few bytes long: a plain loop is over before a vector search has begun.
        let (near, far) = bytes.split_at_checked(NEAR).unwrap_or((bytes, &[]));
        match near.iter().position(|byte| *byte == single) {
            None if !far.is_empty() => Some(memchr::memchr(single, far)? + NEAR),
            found => found,
        }
    }

    /// What follows it at the start of `bytes`, when they start with it.
    #[inline]
    pub(super) fn strip_start(self, bytes: &[u8]) -> Option<&[u8]> {
        let (first, rest) = bytes.split_first()?;
        match self.length {
            _ if *first != self.first_byte() => None,
            1 => Some(rest),
            _ => bytes.strip_prefix(self.as_bytes()),
        }
    }

    /// What stands before it at the end of `bytes`, when they end with it.
    #[inline]
    pub(super) fn strip_end(self, bytes: &[u8]) -> Option<&[u8]> {
        if self.length != 1 {
            return bytes.strip_suffix(self.as_bytes());
        }
        let (last, rest) = bytes.split_last()?;
        (*last == self.first_byte()).then_some(rest)
    }

    /// Its length in bytes.
    pub fn len(&self) -> usize {
        usize::from(self.length)
    }

    /// Never: a delimiter has at least one byte.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }
}

/// The five delimiters of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delimiters {
    /// Between fields (MSH-1).
    pub field: Delimiter,
    /// Between components.
    pub component: Delimiter,
    /// Between repetitions.
    pub repetition: Delimiter,
    /// Around escape sequences.
    pub escape: Delimiter,
    /// Between subcomponents.
    pub subcomponent: Delimiter,
}

impl Default for Delimiters {
    fn default() -> Self {
        Self {
            field: Delimiter::byte(b'|'),
            component: Delimiter::byte(b'^'),
            repetition: Delimiter::byte(b'~'),
            escape: Delimiter::byte(b'\\'),
            subcomponent: Delimiter::byte(b'&'),
        }
    }
}

/// What [`Delimiters::of_header`] found wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HeaderFault {
    /// MSH-1 is absent, a letter or a digit.
    NoFieldSeparator,
    /// MSH-2 has fewer than four characters; the usual ones fill in.
    Short,
    /// Two delimiters are the same character.
    Ambiguous,
}

impl Delimiters {
    /// Reads the delimiters of a header segment, from the bytes that follow its name (`MSH`, `FHS`, `BHS`).
    pub(super) fn of_header(after_name: &[u8]) -> (Self, Option<HeaderFault>) {
        let mut own = Self::default();
        let Some(field) = Delimiter::first_of(after_name) else {
            return (own, Some(HeaderFault::NoFieldSeparator));
        };
        if field.as_bytes().iter().any(u8::is_ascii_alphanumeric) {
            return (own, Some(HeaderFault::NoFieldSeparator));
        }
        own.field = field;
        let rest = after_name.get(field.len()..).unwrap_or_default();
        let end = field.find_in(rest).unwrap_or(rest.len());
        let mut encoding = rest.get(..end).unwrap_or_default();
        let mut declared = 0;
        for slot in [
            &mut own.component,
            &mut own.repetition,
            &mut own.escape,
            &mut own.subcomponent,
        ] {
            let Some(delimiter) = Delimiter::first_of(encoding) else {
                break;
            };
            *slot = delimiter;
            declared += 1;
            encoding = encoding.get(delimiter.len()..).unwrap_or_default();
        }
        let all = [
            own.field,
            own.component,
            own.repetition,
            own.escape,
            own.subcomponent,
        ];
        let ambiguous = all
            .iter()
            .enumerate()
            .any(|(index, one)| all.iter().skip(index + 1).any(|other| other == one));
        let fault = if declared < 4 {
            Some(HeaderFault::Short)
        } else {
            ambiguous.then_some(HeaderFault::Ambiguous)
        };
        (own, fault)
    }
}
