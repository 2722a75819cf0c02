//! Content models: sequences, choices, groups, wildcards.

use std::sync::Arc;

use super::{
    Compiler, NamespaceSet, Particle, Process, SchemaError, SchemaErrorKind, Site, Symbol, Term, Wildcard,
};

/// Most occurrences that are expanded; more are read as no limit would hide an error, so they are refused.
const OCCURRENCE_LIMIT: u32 = 1_000;

impl Compiler {
    /// The particle written at `site`; none when it may not occur at all.
    pub(super) fn particle(&mut self, site: Site) -> Result<Option<Arc<Particle>>, SchemaError> {
        let (min, max) = self.occurrences(site)?;
        if max == Some(0) {
            return Ok(None);
        }
        let term = self.deeper(site, |compiler| compiler.term(site))?;
        Ok(Some(Arc::new(Particle { min, max, term })))
    }

    fn occurrences(&self, site: Site) -> Result<(u32, Option<u32>), SchemaError> {
        let number = |name: &str| -> Result<u32, SchemaError> {
            match self.attribute(site, name) {
                None => Ok(1),
                Some(text) => text
                    .parse()
                    .map_err(|_| self.invalid(site, format!("{name} '{text}'"))),
            }
        };
        let min = number("minOccurs")?;
        let max = match self.attribute(site, "maxOccurs") {
            Some("unbounded") => None,
            _ => Some(number("maxOccurs")?),
        };
        if max.is_some_and(|max| max < min) {
            return Err(self.invalid(site, "maxOccurs below minOccurs"));
        }
        if min > OCCURRENCE_LIMIT || max.is_some_and(|max| max > OCCURRENCE_LIMIT) {
            return Err(self.fail(
                site,
                SchemaErrorKind::Unsupported("more than 1,000 counted occurrences"),
            ));
        }
        Ok((min, max))
    }

    fn term(&mut self, site: Site) -> Result<Term, SchemaError> {
        match self.local(site) {
            "element" => {
                let element = match self.attribute(site, "ref").map(str::to_owned) {
                    Some(reference) => {
                        let name = self.resolve(site, &reference)?;
                        self.element_named(name, site)?
                    }
                    None => self.local_element(site)?,
                };
                Ok(Term::Element(element))
            }
            "any" => Ok(Term::Any(self.wildcard(site))),
            "group" => self.group(site),
            "sequence" => Ok(Term::Sequence(self.parts(site)?)),
            "choice" => Ok(Term::Choice(self.parts(site)?)),
            "all" => Ok(Term::All(self.parts(site)?)),
            other => Err(self.invalid(site, format!("'{other}' in a content model"))),
        }
    }

    fn parts(&mut self, site: Site) -> Result<Vec<Arc<Particle>>, SchemaError> {
        let mut parts = Vec::new();
        for child in self.children(site) {
            parts.extend(self.particle(child)?);
        }
        Ok(parts)
    }

    /// The content of the model group that a place references.
    fn group(&mut self, site: Site) -> Result<Term, SchemaError> {
        let Some(reference) = self.attribute(site, "ref").map(str::to_owned) else {
            return Err(self.invalid(site, "a group without ref"));
        };
        let name = self.resolve(site, &reference)?;
        let place = self.global(Symbol::Group, name, site)?;
        let Some(content) = self.child(place, &["sequence", "choice", "all"]) else {
            return Ok(Term::Sequence(Vec::new()));
        };
        // A group inside itself ends at the limit on depth.
        let inside = self.particle(content)?;
        Ok(match inside {
            Some(particle) if particle.min == 1 && particle.max == Some(1) => particle.term.clone(),
            Some(particle) => Term::Sequence(vec![particle]),
            None => Term::Sequence(Vec::new()),
        })
    }

    /// The wildcard written at `site`.
    pub(super) fn wildcard(&self, site: Site) -> Wildcard {
        let namespaces = NamespaceSet::parse(
            self.attribute(site, "namespace").unwrap_or("##any"),
            &self.source(site).namespace,
        );
        let process = match self.attribute(site, "processContents") {
            Some("lax") => Process::Lax,
            Some("skip") => Process::Skip,
            _ => Process::Strict,
        };
        Wildcard { namespaces, process }
    }
}
