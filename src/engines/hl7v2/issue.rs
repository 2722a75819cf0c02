//! What the parser says of bytes that are not as the standard wants them.

use super::position::{Position, Span};

/// How segments end in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Terminator {
    /// CR, as the standard says.
    CarriageReturn,
    /// LF.
    LineFeed,
    /// CR then LF.
    Both,
}

/// Something wrong with the bytes. The parser has gone on after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No byte, or only blanks.
    Empty,
    /// A UTF-8 byte order mark before the first segment.
    ByteOrderMark,
    /// The file is UTF-16; it was converted.
    Utf16,
    /// A complete MLLP frame (0x0B … 0x1C 0x0D) around the message.
    Framed,
    /// An MLLP frame that is not closed, or not opened.
    FrameIncomplete,
    /// The first segment of the file is not a header.
    NoHeader,
    /// Segments end with something else than CR.
    Terminated(Terminator),
    /// MSH-1 is absent.
    NoFieldSeparator,
    /// MSH-2 declares fewer than four characters.
    ShortDelimiters,
    /// Two delimiters are the same character.
    AmbiguousDelimiters,
    /// A control character in a segment.
    ControlCharacter(u8),
    /// A line that is no segment; it was left out.
    BadLine,
    /// A segment whose name is written wrong (lower case, blanks before it); it was read all the same.
    BadName,
    /// A line break inside a value: the lines were joined.
    BrokenValue,
    /// More segments than the limit; the rest was left out.
    TooManySegments,
    /// More fields than the limit; the rest was left out.
    TooManyFields,
}

/// A fault and its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Issue {
    /// What.
    pub fault: Fault,
    /// Where it starts.
    pub position: Position,
    /// The bytes concerned.
    pub span: Span,
    /// The message it is in, by index; none when before or between messages.
    pub message: Option<usize>,
}
