//! The header of an ICC profile: enough to know what colours an output intent is for.

/// The header of an ICC profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IccProfile {
    /// Major version: 2 or 4.
    pub version: u8,
    /// Device class: `prtr`, `mntr`, `scnr`, `spac`.
    pub class: String,
    /// Colour space: `RGB`, `CMYK`, `GRAY`.
    pub space: String,
}

impl IccProfile {
    /// Reads the 128-byte header; none when the signature `acsp` is not in its place.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.len() < 128 || bytes.get(36..40)? != b"acsp" {
            return None;
        }
        let word = |at: usize| {
            bytes
                .get(at..at + 4)
                .map(|word| String::from_utf8_lossy(word).trim().to_owned())
        };
        Some(Self {
            version: *bytes.get(8)?,
            class: word(12)?,
            space: word(16)?,
        })
    }
}
