//! The functions of XPath 2.0 (XQuery 1.0 and XPath 2.0 Functions and Operators), and those of XSLT 2.0 that
//! Schematron schemas use. One file per family; this one is the table.

mod arguments;
mod calendar;
mod nodes;
mod numbers;
mod sequences;
mod strings;

use super::error::Result;
use super::evaluate::{Evaluator, Flow, Focus, Sink};
use super::expr::{Dependencies, Expr, Kind};
use super::value::{Atomic, Item};

/// A function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Abs,
    AdjustDate,
    AdjustDateTime,
    AdjustTime,
    Avg,
    BaseUri,
    Boolean,
    Ceiling,
    CodepointEqual,
    CodepointsToString,
    Collection,
    Compare,
    Concat,
    Contains,
    Count,
    Current,
    CurrentDate,
    CurrentDateTime,
    CurrentTime,
    Data,
    DateTime,
    DayFromDate,
    DayFromDateTime,
    DaysFromDuration,
    DeepEqual,
    DefaultCollation,
    DistinctValues,
    Doc,
    DocAvailable,
    Document,
    DocumentUri,
    Empty,
    EncodeForUri,
    EndsWith,
    Error,
    EscapeHtmlUri,
    ExactlyOne,
    Exists,
    False,
    Floor,
    HoursFromDateTime,
    HoursFromDuration,
    HoursFromTime,
    Id,
    Idref,
    ImplicitTimezone,
    InScopePrefixes,
    IndexOf,
    InsertBefore,
    IriToUri,
    Lang,
    Last,
    LocalName,
    LocalNameFromQName,
    LowerCase,
    Matches,
    Max,
    Min,
    MinutesFromDateTime,
    MinutesFromDuration,
    MinutesFromTime,
    MonthFromDate,
    MonthFromDateTime,
    MonthsFromDuration,
    Name,
    NamespaceUri,
    NamespaceUriForPrefix,
    NamespaceUriFromQName,
    Nilled,
    NodeName,
    NormalizeSpace,
    NormalizeUnicode,
    Not,
    Number,
    OneOrMore,
    Position,
    PrefixFromQName,
    QName,
    Remove,
    Replace,
    ResolveQName,
    ResolveUri,
    Reverse,
    Root,
    Round,
    RoundHalfToEven,
    SecondsFromDateTime,
    SecondsFromDuration,
    SecondsFromTime,
    StartsWith,
    StaticBaseUri,
    String,
    StringJoin,
    StringLength,
    StringToCodepoints,
    Subsequence,
    Substring,
    SubstringAfter,
    SubstringBefore,
    Sum,
    TimezoneFromDate,
    TimezoneFromDateTime,
    TimezoneFromTime,
    Tokenize,
    Trace,
    Translate,
    True,
    Unordered,
    UpperCase,
    YearFromDate,
    YearFromDateTime,
    YearsFromDuration,
    ZeroOrOne,
}

/// Name, fewest and most arguments.
const TABLE: &[(&str, usize, usize, Function)] = {
    use Function as F;
    &[
        ("abs", 1, 1, F::Abs),
        ("adjust-date-to-timezone", 1, 2, F::AdjustDate),
        ("adjust-dateTime-to-timezone", 1, 2, F::AdjustDateTime),
        ("adjust-time-to-timezone", 1, 2, F::AdjustTime),
        ("avg", 1, 1, F::Avg),
        ("base-uri", 0, 1, F::BaseUri),
        ("boolean", 1, 1, F::Boolean),
        ("ceiling", 1, 1, F::Ceiling),
        ("codepoint-equal", 2, 2, F::CodepointEqual),
        ("codepoints-to-string", 1, 1, F::CodepointsToString),
        ("collection", 0, 1, F::Collection),
        ("compare", 2, 3, F::Compare),
        ("concat", 2, usize::MAX, F::Concat),
        ("contains", 2, 3, F::Contains),
        ("count", 1, 1, F::Count),
        ("current", 0, 0, F::Current),
        ("current-date", 0, 0, F::CurrentDate),
        ("current-dateTime", 0, 0, F::CurrentDateTime),
        ("current-time", 0, 0, F::CurrentTime),
        ("data", 1, 1, F::Data),
        ("dateTime", 2, 2, F::DateTime),
        ("day-from-date", 1, 1, F::DayFromDate),
        ("day-from-dateTime", 1, 1, F::DayFromDateTime),
        ("days-from-duration", 1, 1, F::DaysFromDuration),
        ("deep-equal", 2, 3, F::DeepEqual),
        ("default-collation", 0, 0, F::DefaultCollation),
        ("distinct-values", 1, 2, F::DistinctValues),
        ("doc", 1, 1, F::Doc),
        ("doc-available", 1, 1, F::DocAvailable),
        ("document", 1, 2, F::Document),
        ("document-uri", 1, 1, F::DocumentUri),
        ("empty", 1, 1, F::Empty),
        ("encode-for-uri", 1, 1, F::EncodeForUri),
        ("ends-with", 2, 3, F::EndsWith),
        ("error", 0, 3, F::Error),
        ("escape-html-uri", 1, 1, F::EscapeHtmlUri),
        ("exactly-one", 1, 1, F::ExactlyOne),
        ("exists", 1, 1, F::Exists),
        ("false", 0, 0, F::False),
        ("floor", 1, 1, F::Floor),
        ("hours-from-dateTime", 1, 1, F::HoursFromDateTime),
        ("hours-from-duration", 1, 1, F::HoursFromDuration),
        ("hours-from-time", 1, 1, F::HoursFromTime),
        ("id", 1, 2, F::Id),
        ("idref", 1, 2, F::Idref),
        ("implicit-timezone", 0, 0, F::ImplicitTimezone),
        ("in-scope-prefixes", 1, 1, F::InScopePrefixes),
        ("index-of", 2, 3, F::IndexOf),
        ("insert-before", 3, 3, F::InsertBefore),
        ("iri-to-uri", 1, 1, F::IriToUri),
        ("lang", 1, 2, F::Lang),
        ("last", 0, 0, F::Last),
        ("local-name", 0, 1, F::LocalName),
        ("local-name-from-QName", 1, 1, F::LocalNameFromQName),
        ("lower-case", 1, 1, F::LowerCase),
        ("matches", 2, 3, F::Matches),
        ("max", 1, 2, F::Max),
        ("min", 1, 2, F::Min),
        ("minutes-from-dateTime", 1, 1, F::MinutesFromDateTime),
        ("minutes-from-duration", 1, 1, F::MinutesFromDuration),
        ("minutes-from-time", 1, 1, F::MinutesFromTime),
        ("month-from-date", 1, 1, F::MonthFromDate),
        ("month-from-dateTime", 1, 1, F::MonthFromDateTime),
        ("months-from-duration", 1, 1, F::MonthsFromDuration),
        ("name", 0, 1, F::Name),
        ("namespace-uri", 0, 1, F::NamespaceUri),
        ("namespace-uri-for-prefix", 2, 2, F::NamespaceUriForPrefix),
        ("namespace-uri-from-QName", 1, 1, F::NamespaceUriFromQName),
        ("nilled", 1, 1, F::Nilled),
        ("node-name", 1, 1, F::NodeName),
        ("normalize-space", 0, 1, F::NormalizeSpace),
        ("normalize-unicode", 1, 2, F::NormalizeUnicode),
        ("not", 1, 1, F::Not),
        ("number", 0, 1, F::Number),
        ("one-or-more", 1, 1, F::OneOrMore),
        ("position", 0, 0, F::Position),
        ("prefix-from-QName", 1, 1, F::PrefixFromQName),
        ("QName", 2, 2, F::QName),
        ("remove", 2, 2, F::Remove),
        ("replace", 3, 4, F::Replace),
        ("resolve-QName", 2, 2, F::ResolveQName),
        ("resolve-uri", 1, 2, F::ResolveUri),
        ("reverse", 1, 1, F::Reverse),
        ("root", 0, 1, F::Root),
        ("round", 1, 1, F::Round),
        ("round-half-to-even", 1, 2, F::RoundHalfToEven),
        ("seconds-from-dateTime", 1, 1, F::SecondsFromDateTime),
        ("seconds-from-duration", 1, 1, F::SecondsFromDuration),
        ("seconds-from-time", 1, 1, F::SecondsFromTime),
        ("starts-with", 2, 3, F::StartsWith),
        ("static-base-uri", 0, 0, F::StaticBaseUri),
        ("string", 0, 1, F::String),
        ("string-join", 2, 2, F::StringJoin),
        ("string-length", 0, 1, F::StringLength),
        ("string-to-codepoints", 1, 1, F::StringToCodepoints),
        ("subsequence", 2, 3, F::Subsequence),
        ("substring", 2, 3, F::Substring),
        ("substring-after", 2, 3, F::SubstringAfter),
        ("substring-before", 2, 3, F::SubstringBefore),
        ("sum", 1, 2, F::Sum),
        ("timezone-from-date", 1, 1, F::TimezoneFromDate),
        ("timezone-from-dateTime", 1, 1, F::TimezoneFromDateTime),
        ("timezone-from-time", 1, 1, F::TimezoneFromTime),
        ("tokenize", 2, 3, F::Tokenize),
        ("trace", 2, 2, F::Trace),
        ("translate", 3, 3, F::Translate),
        ("true", 0, 0, F::True),
        ("unordered", 1, 1, F::Unordered),
        ("upper-case", 1, 1, F::UpperCase),
        ("year-from-date", 1, 1, F::YearFromDate),
        ("year-from-dateTime", 1, 1, F::YearFromDateTime),
        ("years-from-duration", 1, 1, F::YearsFromDuration),
        ("zero-or-one", 1, 1, F::ZeroOrOne),
    ]
};

/// The namespace of the functions.
pub(super) const NAMESPACE: &str = "http://www.w3.org/2005/xpath-functions";

impl Function {
    /// The function of a local name that takes this many arguments.
    pub(super) fn find(local: &str, arguments: usize) -> Option<Self> {
        let (_, least, most, function) = TABLE.get(TABLE.iter().position(|(name, ..)| *name == local)?)?;
        (*least..=*most).contains(&arguments).then_some(*function)
    }

    /// What the function reads besides its arguments.
    pub(super) fn depends(self, arguments: usize) -> Dependencies {
        match self {
            Self::Position => Dependencies::POSITION,
            Self::Last => Dependencies::SIZE,
            // Fixed by the rule that fires, whatever the focus.
            Self::Current => Dependencies::LOCALS,
            Self::BaseUri
            | Self::LocalName
            | Self::Name
            | Self::NamespaceUri
            | Self::NormalizeSpace
            | Self::Number
            | Self::Root
            | Self::String
            | Self::StringLength
                if arguments == 0 =>
            {
                Dependencies::ITEM
            }
            Self::Lang | Self::Id | Self::Idref if arguments == 1 => Dependencies::ITEM,
            Self::Doc | Self::DocAvailable | Self::Document | Self::Collection => Dependencies::DOCUMENTS,
            _ => Dependencies::NONE,
        }
    }

    /// What is known of the result.
    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Boolean
            | Self::CodepointEqual
            | Self::Contains
            | Self::DeepEqual
            | Self::DocAvailable
            | Self::Empty
            | Self::EndsWith
            | Self::Exists
            | Self::False
            | Self::Lang
            | Self::Matches
            | Self::Nilled
            | Self::Not
            | Self::StartsWith
            | Self::True => Kind::Boolean,
            Self::Doc | Self::Document | Self::Id | Self::Idref | Self::Root | Self::Collection => {
                Kind::Nodes
            }
            Self::Concat
            | Self::LocalName
            | Self::LowerCase
            | Self::Name
            | Self::NamespaceUri
            | Self::NormalizeSpace
            | Self::Replace
            | Self::String
            | Self::StringJoin
            | Self::Substring
            | Self::SubstringAfter
            | Self::SubstringBefore
            | Self::Tokenize
            | Self::Translate
            | Self::UpperCase => Kind::NotNumeric,
            _ => Kind::Any,
        }
    }
}

impl<'a> Evaluator<'a> {
    /// Calls a function that gives at most one value.
    pub(super) fn single(
        &self,
        function: Function,
        arguments: &'a [Expr],
        focus: &Focus<'a>,
    ) -> Result<Option<Atomic<'a>>> {
        use Function as F;
        match function {
            F::Count => match arguments.first() {
                Some(first) => self.count(first, focus).map(|count| Some(Atomic::Integer(count))),
                None => Ok(None),
            },
            F::Position => {
                self.context_item(focus)?;
                Ok(Some(Atomic::Integer(
                    i64::try_from(focus.position).unwrap_or(i64::MAX),
                )))
            }
            F::Last => {
                self.context_item(focus)?;
                Ok(Some(Atomic::Integer(
                    i64::try_from(focus.size).unwrap_or(i64::MAX),
                )))
            }
            F::Not | F::Boolean | F::Exists | F::Empty | F::True | F::False | F::DeepEqual => self
                .call_condition(function, arguments, focus)
                .map(|answer| Some(Atomic::Boolean(answer))),
            F::Number
            | F::Abs
            | F::Ceiling
            | F::Floor
            | F::Round
            | F::RoundHalfToEven
            | F::Sum
            | F::Avg
            | F::Max
            | F::Min => self.number_function(function, arguments, focus),
            F::Name
            | F::LocalName
            | F::NamespaceUri
            | F::NodeName
            | F::Nilled
            | F::BaseUri
            | F::DocumentUri
            | F::Lang
            | F::DocAvailable
            | F::QName
            | F::ResolveQName
            | F::PrefixFromQName
            | F::LocalNameFromQName
            | F::NamespaceUriFromQName
            | F::NamespaceUriForPrefix => self.node_function(function, arguments, focus),
            F::CodepointEqual
            | F::CodepointsToString
            | F::Compare
            | F::Concat
            | F::Contains
            | F::DefaultCollation
            | F::EncodeForUri
            | F::EndsWith
            | F::EscapeHtmlUri
            | F::IriToUri
            | F::LowerCase
            | F::Matches
            | F::NormalizeSpace
            | F::NormalizeUnicode
            | F::Replace
            | F::ResolveUri
            | F::StartsWith
            | F::StaticBaseUri
            | F::String
            | F::StringJoin
            | F::StringLength
            | F::Substring
            | F::SubstringAfter
            | F::SubstringBefore
            | F::Translate
            | F::UpperCase => self.string_function(function, arguments, focus),
            _ => self.calendar_function(function, arguments, focus),
        }
    }

    /// Calls a function.
    pub(super) fn call(
        &self,
        function: Function,
        arguments: &'a [Expr],
        focus: &Focus<'a>,
        sink: Sink<'_, 'a>,
    ) -> Result<Flow> {
        use Function as F;
        match function {
            F::Data
            | F::Unordered
            | F::Trace
            | F::ZeroOrOne
            | F::OneOrMore
            | F::ExactlyOne
            | F::DistinctValues
            | F::IndexOf
            | F::Remove
            | F::InsertBefore
            | F::Reverse
            | F::Subsequence
            | F::Error => self.sequence_function(function, arguments, focus, sink),
            F::Root
            | F::Current
            | F::Doc
            | F::Document
            | F::Collection
            | F::InScopePrefixes
            | F::Id
            | F::Idref => self.node_sequence(function, arguments, focus, sink),
            F::Tokenize | F::StringToCodepoints => self.string_sequence(function, arguments, focus, sink),
            _ => match self.single(function, arguments, focus)? {
                Some(atom) => sink(Item::Atomic(atom)),
                None => Ok(Flow::Continue),
            },
        }
    }
}
