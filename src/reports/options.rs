//! What the user may choose about a report.

use crate::text::Language;

/// Choices that change how a record is told, never what it says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Language of labels and messages.
    pub language: Language,
    /// Colours in the human format.
    pub color: bool,
    /// CSS added to the HTML report after its own.
    pub theme: Option<String>,
    /// Hides every value of the evidence: snippets, expected and found values, quoted words.
    pub redact: bool,
    /// Most findings shown per rule and proof in formats for people; `Some(0)` shows all. None lets the format
    /// choose: the human and markdown formats show the first ones, HTML shows all. Totals are never capped.
    pub max_per_rule: Option<usize>,
    /// The human format also lists what is conform.
    pub verbose: bool,
    /// The human format says only the verdict and the counts.
    pub quiet: bool,
    /// Columns the human format may use; 0 means 100.
    pub width: usize,
    /// Folder of the dossier inside the repository (`referencement/dossier`), put before paths in the formats that
    /// annotate a repository: sarif, github, gitlab. Empty when the dossier is the repository.
    pub base: String,
}

impl Options {
    /// How many findings of one rule a format shows, when it would show `usual` by itself.
    pub(super) fn per_rule(&self, usual: usize) -> usize {
        match self.max_per_rule {
            None => usual,
            Some(0) => usize::MAX,
            Some(most) => most,
        }
    }

    /// The path of a file inside the repository, `/` between folders; a member of a container gives the container.
    pub(super) fn repository_path(&self, file: &str) -> String {
        let outer = file.split(crate::finding::NESTED).next().unwrap_or(file);
        let outer = outer.replace('\\', "/");
        let base = self.base.trim_matches('/');
        if base.is_empty() || base == "." {
            outer
        } else {
            format!("{base}/{outer}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_repository() {
        let mut options = Options::default();
        assert_eq!(options.repository_path("a.zip › IHE_XDM/X.XML"), "a.zip");
        options.base = "./".into();
        assert_eq!(options.repository_path("a.xml"), "a.xml");
        options.base = "referencement/".into();
        assert_eq!(options.repository_path("a.xml"), "referencement/a.xml");
    }

    #[test]
    fn zero_means_all() {
        let capped = |max_per_rule| {
            Options {
                max_per_rule,
                ..Options::default()
            }
            .per_rule(5)
        };
        assert_eq!(capped(None), 5);
        assert_eq!(capped(Some(0)), usize::MAX);
        assert_eq!(capped(Some(2)), 2);
    }
}
