//! IHE_XDM archives: layout, names, texts, metadata, and every document judged by its own check and compared with
//! the metadata that describe it.

mod documents;
mod layout;
mod texts;
mod words;

use crate::checks::{Check, Context, Outcome};
use crate::evidence::archive::{self, Archive};
use crate::evidence::xds;
use crate::evidence::{Evidence, Kind};
use crate::finding::Rule;
use crate::text::Text;

/// The check on IHE_XDM archives.
#[derive(Debug)]
pub struct XdmCheck;

impl Check for XdmCheck {
    fn id(&self) -> &'static str {
        "xdm"
    }

    fn accepts(&self, kind: Kind) -> bool {
        kind == Kind::Xdm
    }

    fn rules(&self) -> Vec<&'static Rule> {
        let mut rules = words::rules();
        rules.extend(archive::rules::rules());
        rules.extend(xds::rules::rules());
        rules
    }

    fn run(&self, evidence: &Evidence, context: &Context<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let mut archive = Archive::open(evidence, context.limits);
        if archive.readable() {
            let layout = layout::judge(&archive, evidence.path(), &mut outcome);
            let subsets = &layout.subsets;
            let senders = documents::judge(&mut archive, subsets, evidence, context, &mut outcome);
            texts::judge(&mut archive, &layout.top, &senders, evidence, &mut outcome);
            outcome.verified.push(xds::rules::value_sets_told());
            outcome.verified.push(Text::new(
                format!(
                    "archive IHE_XDM lue : {} membres, {} lot(s)",
                    archive.members().len(),
                    subsets.len()
                ),
                format!(
                    "IHE_XDM archive read: {} members, {} set(s)",
                    archive.members().len(),
                    subsets.len()
                ),
            ));
        }
        outcome.findings.extend(archive.take_findings());
        outcome
    }
}
