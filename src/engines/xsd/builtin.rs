//! The built-in simple types of XML Schema 1.0, part 2, section 3.

/// How white space is treated before a value is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WhiteSpace {
    /// Kept as it is.
    Preserve,
    /// Tabs and line ends become spaces.
    Replace,
    /// Then runs become one space, and both ends are trimmed.
    Collapse,
}

macro_rules! builtins {
    ($($variant:ident $name:literal $parent:ident $white:ident;)+) => {
        /// A built-in type.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(super) enum Builtin {
            $(#[doc = concat!("`xs:", $name, "`")] $variant,)+
        }

        impl Builtin {
            /// Every built-in type, each after its parent.
            pub(super) const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The local name.
            pub(super) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The type it is derived from; `AnySimpleType` is its own parent.
            pub(super) const fn parent(self) -> Self {
                match self { $(Self::$variant => Self::$parent,)+ }
            }

            /// Its white space treatment.
            pub(super) const fn white_space(self) -> WhiteSpace {
                match self { $(Self::$variant => WhiteSpace::$white,)+ }
            }
        }
    };
}

builtins! {
    AnySimpleType "anySimpleType" AnySimpleType Preserve;
    String "string" AnySimpleType Preserve;
    NormalizedString "normalizedString" String Replace;
    Token "token" NormalizedString Collapse;
    Language "language" Token Collapse;
    Nmtoken "NMTOKEN" Token Collapse;
    XmlName "Name" Token Collapse;
    NcName "NCName" XmlName Collapse;
    Id "ID" NcName Collapse;
    Idref "IDREF" NcName Collapse;
    Entity "ENTITY" NcName Collapse;
    Boolean "boolean" AnySimpleType Collapse;
    Decimal "decimal" AnySimpleType Collapse;
    Integer "integer" Decimal Collapse;
    NonPositiveInteger "nonPositiveInteger" Integer Collapse;
    NegativeInteger "negativeInteger" NonPositiveInteger Collapse;
    Long "long" Integer Collapse;
    Int "int" Long Collapse;
    Short "short" Int Collapse;
    Byte "byte" Short Collapse;
    NonNegativeInteger "nonNegativeInteger" Integer Collapse;
    UnsignedLong "unsignedLong" NonNegativeInteger Collapse;
    UnsignedInt "unsignedInt" UnsignedLong Collapse;
    UnsignedShort "unsignedShort" UnsignedInt Collapse;
    UnsignedByte "unsignedByte" UnsignedShort Collapse;
    PositiveInteger "positiveInteger" NonNegativeInteger Collapse;
    Float "float" AnySimpleType Collapse;
    Double "double" AnySimpleType Collapse;
    Duration "duration" AnySimpleType Collapse;
    DateTime "dateTime" AnySimpleType Collapse;
    Time "time" AnySimpleType Collapse;
    Date "date" AnySimpleType Collapse;
    GYearMonth "gYearMonth" AnySimpleType Collapse;
    GYear "gYear" AnySimpleType Collapse;
    GMonthDay "gMonthDay" AnySimpleType Collapse;
    GDay "gDay" AnySimpleType Collapse;
    GMonth "gMonth" AnySimpleType Collapse;
    HexBinary "hexBinary" AnySimpleType Collapse;
    Base64Binary "base64Binary" AnySimpleType Collapse;
    AnyUri "anyURI" AnySimpleType Collapse;
    QName "QName" AnySimpleType Collapse;
    Notation "NOTATION" AnySimpleType Collapse;
}

impl Builtin {
    /// The primitive type at the head of its derivations.
    pub(super) fn primitive(self) -> Self {
        let mut current = self;
        while current.parent() != Self::AnySimpleType {
            current = current.parent();
        }
        current
    }

    /// Whether its values are numbers of any precision.
    pub(super) fn is_decimal(self) -> bool {
        self.primitive() == Self::Decimal
    }

    /// Whether its values are binary floating point numbers.
    pub(super) fn is_floating(self) -> bool {
        matches!(self, Self::Float | Self::Double)
    }
}

/// The three built-in list types, with the type of their items.
pub(super) const LISTS: [(&str, Builtin); 3] = [
    ("NMTOKENS", Builtin::Nmtoken),
    ("IDREFS", Builtin::Idref),
    ("ENTITIES", Builtin::Entity),
];
