//! What counts are broken down by.

/// What a counted object is broken down by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// FINESS of the geographic site.
    Finess,
    /// Where the document went.
    Channel,
    /// Type of the document.
    DocType,
    /// Whether the INS is qualified.
    InsStatus,
    /// Success or failure.
    Result,
    /// How a received document was integrated.
    Integration,
    /// What is counted: documents, dossiers, calls...
    Unit,
    /// Which indicator of a file with several.
    Series,
}

/// How many dimensions there are.
pub const DIMENSIONS: usize = 8;

impl Dimension {
    /// All of them, in the order of [`super::model::Fact::dimensions`].
    pub const ALL: [Self; DIMENSIONS] = [
        Self::Finess,
        Self::Channel,
        Self::DocType,
        Self::InsStatus,
        Self::Result,
        Self::Integration,
        Self::Unit,
        Self::Series,
    ];

    /// The name in the data files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Finess => "finess_geo",
            Self::Channel => "channel",
            Self::DocType => "doc_type",
            Self::InsStatus => "ins_status",
            Self::Result => "result",
            Self::Integration => "integration",
            Self::Unit => "unit",
            Self::Series => "series",
        }
    }

    /// The dimension of that name.
    pub fn named(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.id() == id)
    }

    /// Rank among [`Dimension::ALL`].
    pub const fn rank(self) -> usize {
        self as usize
    }

    /// Whether counts add up over it: objects of different units or indicators do not.
    pub const fn additive(self) -> bool {
        !matches!(self, Self::Unit | Self::Series)
    }
}
