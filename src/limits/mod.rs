//! The limits on everything that input controls. One structure, shared by all readers; [`table`] names them for users.

pub mod table;

pub use table::{Limit, LimitError, TABLE, Unit};

/// Limits on size, depth and count. A reader that meets one says so with a finding and stops reading there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Largest file read whole into memory, in bytes.
    pub file_bytes: u64,
    /// Deepest XML element nesting.
    pub xml_depth: u32,
    /// Most attributes on one XML element.
    pub xml_attributes: u32,
    /// Most members of one archive.
    pub archive_entries: u32,
    /// Most bytes an archive expands to, its members together.
    pub archive_bytes: u64,
    /// Most bytes that one file gives with all containers in containers: what stops nested bombs.
    pub nested_bytes: u64,
    /// Highest expansion ratio of an archive member larger than [`Limits::archive_ratio_from`].
    pub archive_ratio: u64,
    /// Members smaller than this many bytes are not judged by their ratio.
    pub archive_ratio_from: u64,
    /// Deepest nesting of containers (zip in mail in zip...).
    pub nesting: u32,
    /// Most cells of one workbook sheet.
    pub workbook_cells: u64,
    /// Most cells of a table that is built whole (.ods, where a repeated cell costs nothing to write).
    pub workbook_dense_cells: u64,
    /// Most bytes the XML parts of a workbook expand to: a REM of 60 000 rows is 64 MB of XML.
    pub workbook_bytes: u64,
    /// Most rows of one table.
    pub table_rows: u32,
    /// Most columns of one table.
    pub table_columns: u32,
    /// Most characters kept of one cell of a table.
    pub table_cell_characters: usize,
    /// Most segments of one HL7 v2 file.
    pub hl7_segments: u32,
    /// Findings kept for one file; the total is always counted.
    pub findings_per_file: usize,
    /// Most files in a dossier.
    pub dossier_files: u32,
    /// Deepest folder of a dossier.
    pub dossier_depth: u32,
    /// Most bytes a zip dossier expands to.
    pub dossier_bytes: u64,
    /// Highest expansion ratio of a member of a zip dossier.
    pub dossier_ratio: u64,
    /// Most parts of one MIME message.
    pub mime_parts: u32,
    /// Deepest multipart of one MIME message.
    pub mime_depth: u32,
    /// Evaluation steps of one XPath test.
    pub xpath_steps: u64,
    /// Largest PDF whose objects are read, in bytes.
    pub pdf_bytes: u64,
    /// Most values (objects, dictionary entries, array items) visited in one PDF.
    pub pdf_nodes: usize,
    /// Most bytes that the streams of one PDF expand to, those that are decoded together.
    pub pdf_decoded_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 512 << 20,
            xml_depth: 512,
            xml_attributes: 1024,
            archive_entries: 10_000,
            archive_bytes: 50 << 20,
            nested_bytes: 1 << 30,
            archive_ratio: 200,
            archive_ratio_from: 1 << 20,
            nesting: 8,
            workbook_cells: 50_000_000,
            workbook_dense_cells: 5_000_000,
            workbook_bytes: 2 << 30,
            table_rows: 2_000_000,
            table_columns: 1_000,
            table_cell_characters: 32_767,
            hl7_segments: 1_000_000,
            findings_per_file: 10_000,
            dossier_files: 100_000,
            dossier_depth: 32,
            dossier_bytes: 8 << 30,
            dossier_ratio: 1000,
            mime_parts: 1_000,
            mime_depth: 32,
            xpath_steps: 500_000_000,
            pdf_bytes: 128 << 20,
            pdf_nodes: 5_000_000,
            pdf_decoded_bytes: 256 << 20,
        }
    }
}

impl Limits {
    /// The limits of the table engine.
    pub fn table(&self) -> crate::engines::table::TableLimits {
        crate::engines::table::TableLimits {
            rows: self.table_rows,
            columns: self.table_columns,
            cell_characters: self.table_cell_characters,
            cells: self.workbook_cells,
            workbook_bytes: self.workbook_bytes,
            problems: self.findings_per_file,
        }
    }
}
