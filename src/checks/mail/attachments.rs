//! The archive and the PDFs: how many, their names, and the PDF of a level 1 document byte for byte.

use std::sync::LazyLock;

use regex::Regex;

use super::Mail;
use super::content::{Attachment, Content};
use super::pdf_text;
use super::subject::{LABEL_LENGTH, announces};
use super::words as rule;
use crate::checks::{Context, Options, Outcome};
use crate::evidence::Kind;
use crate::evidence::fold;
use crate::evidence::hl7_time::Timestamp;
use crate::facts::FactSource;
use crate::text::Text;

#[expect(clippy::expect_used, reason = "a constant")]
// invariant: the pattern is a constant, compiled by the tests.
static PDF_NAME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(\d{8})_(.+)_([^_]+)_([^_]+?)\.(?i:pdf)$").expect("pattern"));

pub(super) fn judge(mail: &Mail<'_>, content: &Content<'_>, context: &Context<'_>, outcome: &mut Outcome) {
    archives(mail, content, outcome);
    let (findings, known) = (outcome.findings.len(), outcome.facts.documents.len());
    // What a damaged transfer encoding lost has been said: the rest of the attachment would only repeat it.
    let whole = |attachment: &&Attachment<'_>| !attachment.part.damaged;
    for archive in content.archives.iter().filter(whole) {
        outcome.extend(context.judge(&archive.evidence));
    }
    pdfs(mail, content, context, outcome);
    for other in content.others.iter().filter(whole) {
        outcome.extend(context.judge(&other.evidence));
    }
    patients(mail, content, (findings, known), outcome);
    pdf_text::judge(mail, content, context, outcome);
    outcome.verified.push(Text::new(
        format!(
            "courriel lu : {} archive(s), {} CDA, {} PDF",
            content.archives.len(),
            content.documents.len(),
            content.pdfs.len()
        ),
        format!(
            "mail read: {} archive(s), {} CDA, {} PDF",
            content.archives.len(),
            content.documents.len(),
            content.pdfs.len()
        ),
    ));
}

fn archives(mail: &Mail<'_>, content: &Content<'_>, outcome: &mut Outcome) {
    let count = content.archives.len();
    if count > 1 || (count == 0 && announces(mail)) {
        let text = Text::new(
            format!("{count} archive(s) jointe(s)"),
            format!("{count} archive(s) attached"),
        );
        outcome.findings.push(
            rule::ARCHIVE
                .at(mail.file(), text)
                .expected("1")
                .found(count.to_string()),
        );
    }
    for archive in &content.archives {
        let place = mail.part_place(archive.part);
        let kind = archive.evidence.kind();
        if kind != Kind::Xdm && !archive.part.damaged {
            let text = if kind == Kind::Zip {
                Text::fixed(
                    "la pièce zip n'est pas une archive IHE_XDM",
                    "the zip attachment is no IHE_XDM archive",
                )
            } else {
                Text::fixed(
                    "la pièce annoncée comme archive zip n'en est pas une",
                    "the attachment announced as a zip archive is none",
                )
            };
            let finding = rule::ARCHIVE.at(place.clone(), text).expected("IHE_XDM");
            outcome.findings.push(finding.found(kind.as_str()));
        }
        let name = archive.part.name.as_deref().unwrap_or_default();
        let named = name.eq_ignore_ascii_case("IHE_XDM.ZIP");
        if !named || archive.part.media_type != "application/zip" {
            let text = Text::new(
                format!("archive « {name} » en {}", archive.part.media_type),
                format!("archive '{name}' as {}", archive.part.media_type),
            );
            let finding = rule::ARCHIVE_NAME
                .at(place, text)
                .expected("IHE_XDM.ZIP, application/zip");
            outcome
                .findings
                .push(finding.found(format!("{name}, {}", archive.part.media_type)));
        }
    }
    if content.subsets > 1 {
        let text = Text::new(
            format!("{} lots dans l'archive", content.subsets),
            format!("{} sets in the archive", content.subsets),
        );
        outcome.findings.push(
            rule::SUBSETS
                .at(mail.file(), text)
                .expected("1")
                .found(content.subsets.to_string()),
        );
    }
}

/// One patient in the archive and in all else that is attached; said once, by the archive or the mail attached when it is
/// their own fault. `(findings, known)`: how many findings and documents there were before the attachments were judged.
fn patients(
    mail: &Mail<'_>,
    content: &Content<'_>,
    (findings, known): (usize, usize),
    outcome: &mut Outcome,
) {
    let said = outcome
        .findings
        .iter()
        .skip(findings)
        .any(|finding| matches!(finding.rule.as_str(), "XDM-ONE-PATIENT" | "MAIL-ONE-PATIENT"));
    let mut patients = content.patients();
    let documents = outcome.facts.documents.iter().skip(known);
    for ins in documents
        .filter(|document| matches!(document.source, FactSource::Cda | FactSource::Hl7))
        .filter_map(|document| document.patient.ins.clone())
    {
        if !patients.contains(&ins) {
            patients.push(ins);
        }
    }
    if patients.len() > 1 && !said {
        let text = Text::new(
            format!("{} patients différents dans le courriel", patients.len()),
            format!("{} different patients in the mail", patients.len()),
        );
        let ids: Vec<&str> = patients.iter().map(|id| id.extension.as_str()).collect();
        outcome.findings.push(
            rule::ONE_PATIENT
                .at(mail.file(), text)
                .expected("1")
                .found(ids.join(", ")),
        );
    }
}

fn pdfs(mail: &Mail<'_>, content: &Content<'_>, context: &Context<'_>, outcome: &mut Outcome) {
    // The PDFs beside an archive must be PDF/A-1, whatever they claim.
    let options = Options {
        pdfa_required: !content.documents.is_empty(),
        ..context.options.clone()
    };
    let strict = Context::new(context.limits, &options).with_packs(context.packs);
    for pdf in content.pdfs.iter().filter(|pdf| !pdf.part.damaged) {
        outcome.extend(strict.judge(&pdf.evidence));
    }
    if content.documents.is_empty() {
        return;
    }
    // An empty attachment called PDF is reported as empty.
    let empty = content.others.iter().filter(|other| {
        let name = other.part.name.as_deref().unwrap_or_default();
        other.evidence.kind() == Kind::Empty
            && (other.part.media_type == "application/pdf" || name.to_lowercase().ends_with(".pdf"))
    });
    if content.pdfs.len() + empty.count() != content.documents.len() {
        let text = Text::new(
            format!(
                "{} PDF joint(s) pour {} CDA",
                content.pdfs.len(),
                content.documents.len()
            ),
            format!(
                "{} PDF(s) attached for {} CDA",
                content.pdfs.len(),
                content.documents.len()
            ),
        );
        let finding = rule::PDF_COUNT
            .at(mail.file(), text)
            .expected(content.documents.len().to_string());
        outcome
            .findings
            .push(finding.found(content.pdfs.len().to_string()));
    }
    for document in &content.documents {
        let Some(sha256) = &document.pdf else { continue };
        let attached = content.pdfs.iter().any(|pdf| pdf.evidence.sha256() == sha256);
        let damaged = content.pdfs.iter().any(|pdf| pdf.part.damaged);
        if !attached && !damaged && !content.pdfs.is_empty() {
            let title = document
                .header
                .title
                .as_ref()
                .map(|title| title.value.clone())
                .unwrap_or_default();
            let text = Text::new(
                format!("le PDF du CDA de niveau 1 « {title} » n'est pas parmi les pièces jointes"),
                format!("the PDF of the level 1 CDA '{title}' is not among the attachments"),
            );
            outcome
                .findings
                .push(rule::PDF_IDENTICAL.at(mail.file(), text).expected(sha256));
        }
    }
    for pdf in &content.pdfs {
        name(mail, pdf, content, outcome);
    }
}

fn name(mail: &Mail<'_>, pdf: &Attachment<'_>, content: &Content<'_>, outcome: &mut Outcome) {
    let name = pdf.part.name.as_deref().unwrap_or_default();
    let place = mail.part_place(pdf.part);
    let shape = PDF_NAME.captures(name);
    let date = shape
        .as_ref()
        .and_then(|found| found.get(1))
        .map_or("", |date| date.as_str());
    if Timestamp::parse(date).is_none() {
        let text = Text::new(
            format!("nom du PDF « {name} » : attendu AAAAMMJJ_type_NOM_prénom.pdf"),
            format!("name of the PDF '{name}': expected YYYYMMDD_type_NAME_given.pdf"),
        );
        outcome.findings.push(
            rule::PDF_NAME
                .at(place, text)
                .expected("AAAAMMJJ_type_NOM_prénom.pdf")
                .found(name),
        );
        return;
    }
    let folded = fold::name(&name.replace('_', " "));
    let fits = content.documents.iter().any(|document| {
        let Some(patient) = document.header.patients.first() else {
            return false;
        };
        let low = document
            .header
            .service_events
            .first()
            .and_then(|event| event.time.low.as_deref());
        let day = low.is_none_or(|low| low.starts_with(date));
        let has = |part: &Option<String>| {
            part.as_deref()
                .is_none_or(|part| folded.contains(&fold::name(&part.replace('_', " "))))
        };
        day && has(&patient.birth_name) && has(&patient.birth_given)
    });
    let kind = shape
        .and_then(|found| found.get(2).map(|kind| kind.as_str().chars().count()))
        .unwrap_or(0);
    if !fits || kind > LABEL_LENGTH + 1 {
        let text = Text::new(
            format!(
                "« {name} » : la date de l'acte, le nom ou le prénom n'est celui d'aucun document, ou le type dépasse 40 caractères"
            ),
            format!(
                "'{name}': the date of the act, the name or the given name is that of no document, or the type exceeds 40 characters"
            ),
        );
        outcome
            .findings
            .push(rule::PDF_NAME_VALUES.at(place, text).found(name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_pdfs() {
        assert!(PDF_NAME.is_match("20240104_CR d'examens_PAT-TROIS_DOMINIQUE.pdf"));
        assert!(PDF_NAME.is_match("20240104_CR_PAT_D_123.PDF"));
        assert!(!PDF_NAME.is_match("CR_PAT_D.pdf") && !PDF_NAME.is_match("20240104_CR.pdf"));
    }
}
