//! The one `--format` of the commands that list what conforme knows: for people, or for programs.

/// For whom a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Shape {
    /// For people.
    Human,
    /// For programs.
    Json,
}

/// `--format human|json`.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Shaped {
    /// Format : human (par défaut) ou json
    #[arg(
        id = "shape",
        long = "format",
        value_enum,
        default_value = "human",
        value_name = "F",
        hide_possible_values = true,
        hide_default_value = true
    )]
    pub(crate) format: Shape,
}
