//! Values: nodes, atomic values, sequences.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::calendar::{Calendar, CalendarKind, Duration, DurationKind};
use crate::engines::xml::NodeId;

/// A node of one of the documents of an evaluation. Ordered by document, then in document order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeRef {
    /// 0 for the document under evaluation, more for documents loaded by `doc()`.
    pub document: u32,
    /// The node.
    pub node: NodeId,
}

impl NodeRef {
    /// A node of the document under evaluation.
    pub const fn main(node: NodeId) -> Self {
        Self { document: 0, node }
    }
}

/// A qualified name as a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QName {
    /// Namespace, empty for none.
    pub namespace: String,
    /// Prefix, empty for none; not part of the identity.
    pub prefix: String,
    /// Local part.
    pub local: String,
}

/// An atomic value. Types derived from those listed are represented by them.
#[derive(Debug, Clone)]
pub enum Atomic<'a> {
    /// `xs:untypedAtomic`: what untyped nodes hold.
    Untyped(Cow<'a, str>),
    /// `xs:string`.
    String(Cow<'a, str>),
    /// `xs:anyURI`.
    Uri(Cow<'a, str>),
    /// `xs:boolean`.
    Boolean(bool),
    /// `xs:integer`, within 64 bits.
    Integer(i64),
    /// `xs:decimal`, within 28 digits.
    Decimal(Decimal),
    /// `xs:float`.
    Float(f32),
    /// `xs:double`.
    Double(f64),
    /// `xs:QName`.
    QName(Arc<QName>),
    /// Dates, times and their parts.
    Calendar(CalendarKind, Arc<Calendar>),
    /// Durations.
    Duration(DurationKind, Duration),
    /// `xs:hexBinary`.
    HexBinary(Arc<[u8]>),
    /// `xs:base64Binary`.
    Base64Binary(Arc<[u8]>),
}

/// A node or an atomic value.
#[derive(Debug, Clone)]
pub enum Item<'a> {
    /// A node.
    Node(NodeRef),
    /// An atomic value.
    Atomic(Atomic<'a>),
}

/// A sequence; cheap to clone.
#[derive(Debug, Clone, Default)]
pub enum Sequence<'a> {
    /// No item.
    #[default]
    Empty,
    /// One item.
    One(Item<'a>),
    /// Several nodes.
    Nodes(Rc<[NodeRef]>),
    /// Several items.
    Many(Rc<[Item<'a>]>),
}

impl<'a> Sequence<'a> {
    /// How many items.
    pub fn len(&self) -> usize {
        match self {
            Self::Empty => 0,
            Self::One(_) => 1,
            Self::Nodes(nodes) => nodes.len(),
            Self::Many(items) => items.len(),
        }
    }

    /// True without items.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at an index from 0.
    pub fn get(&self, index: usize) -> Option<Item<'a>> {
        match self {
            Self::Empty => None,
            Self::One(item) => (index == 0).then(|| item.clone()),
            Self::Nodes(nodes) => nodes.get(index).map(|node| Item::Node(*node)),
            Self::Many(items) => items.get(index).cloned(),
        }
    }

    /// The items in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Item<'a>> + '_ {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    pub(super) fn from_nodes(nodes: &[NodeRef]) -> Self {
        match nodes {
            [] => Self::Empty,
            [only] => Self::One(Item::Node(*only)),
            several => Self::Nodes(several.into()),
        }
    }

    pub(super) fn from_items(mut items: Vec<Item<'a>>) -> Self {
        match items.len() {
            0 => Self::Empty,
            1 => items.pop().map_or(Self::Empty, Self::One),
            _ => Self::Many(items.into()),
        }
    }
}

impl<'a> Atomic<'a> {
    /// A string value that borrows nothing new.
    pub(super) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::String(text.into())
    }

    /// The name of the type, as error messages write it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Untyped(_) => "xs:untypedAtomic",
            Self::String(_) => "xs:string",
            Self::Uri(_) => "xs:anyURI",
            Self::Boolean(_) => "xs:boolean",
            Self::Integer(_) => "xs:integer",
            Self::Decimal(_) => "xs:decimal",
            Self::Float(_) => "xs:float",
            Self::Double(_) => "xs:double",
            Self::QName(_) => "xs:QName",
            Self::Calendar(kind, _) => kind.type_name(),
            Self::Duration(kind, _) => kind.type_name(),
            Self::HexBinary(_) => "xs:hexBinary",
            Self::Base64Binary(_) => "xs:base64Binary",
        }
    }

    /// The text of a string, an untyped value or a URI.
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Untyped(text) | Self::String(text) | Self::Uri(text) => Some(text),
            _ => None,
        }
    }

    /// True for the four numeric types.
    pub(super) fn is_numeric(&self) -> bool {
        matches!(
            self,
            Self::Integer(_) | Self::Decimal(_) | Self::Float(_) | Self::Double(_)
        )
    }

    /// The canonical lexical form: what casting to a string gives.
    pub fn to_text(&self) -> Cow<'a, str> {
        match self {
            Self::Untyped(text) | Self::String(text) | Self::Uri(text) => text.clone(),
            Self::Boolean(true) => Cow::Borrowed("true"),
            Self::Boolean(false) => Cow::Borrowed("false"),
            Self::Integer(number) => Cow::Owned(number.to_string()),
            Self::Decimal(number) => Cow::Owned(number.normalize().to_string()),
            Self::Float(number) => Cow::Owned(float_text(f64::from(*number), &format!("{number:e}"))),
            Self::Double(number) => Cow::Owned(float_text(*number, &format!("{number:e}"))),
            Self::QName(name) if name.prefix.is_empty() => Cow::Owned(name.local.clone()),
            Self::QName(name) => Cow::Owned(format!("{}:{}", name.prefix, name.local)),
            Self::Calendar(kind, value) => Cow::Owned(value.to_text(*kind)),
            Self::Duration(kind, value) => Cow::Owned(value.to_text(*kind)),
            Self::HexBinary(bytes) => Cow::Owned(
                bytes
                    .iter()
                    .fold(String::new(), |text, byte| text + &format!("{byte:02X}")),
            ),
            Self::Base64Binary(bytes) => {
                use base64::Engine as _;
                Cow::Owned(base64::engine::general_purpose::STANDARD.encode(bytes))
            }
        }
    }
}

/// Text of a float or double as XPath writes it; `scientific` is Rust's shortest form with exponent (`1.5e7`).
fn float_text(value: f64, scientific: &str) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "INF" } else { "-INF" }.to_owned();
    }
    if value == 0.0 {
        return if value.is_sign_negative() { "-0" } else { "0" }.to_owned();
    }
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    if (1e-6..1e6).contains(&value.abs()) {
        return plain(mantissa, exponent.parse().unwrap_or(0));
    }
    let point = if mantissa.contains('.') { "" } else { ".0" };
    format!("{mantissa}{point}E{exponent}")
}

/// Writes mantissa times ten to the exponent without exponent.
fn plain(mantissa: &str, exponent: i32) -> String {
    let (sign, digits) = match mantissa.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", mantissa),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{fraction}");
    let point = i32::try_from(whole.len()).unwrap_or(0) + exponent;
    let body = if point <= 0 {
        format!("0.{}{all}", "0".repeat(point.unsigned_abs() as usize))
    } else {
        let point = point.unsigned_abs() as usize;
        match (all.get(..point), all.get(point..)) {
            (Some(whole), Some("")) => whole.to_owned(),
            (Some(whole), Some(fraction)) => format!("{whole}.{fraction}"),
            _ => format!("{all}{}", "0".repeat(point - all.len())),
        }
    };
    format!("{sign}{body}")
}
