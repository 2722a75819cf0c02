//! The XML signature of an assertion: present, what it covers, the digest recomputed. The signature value itself and the
//! trust in the certificate are not verified; the outcome says so.

use base64::Engine as _;
use sha2::{Digest as _, Sha256, Sha512};

use super::words as rule;
use crate::checks::Outcome;
use crate::engines::xml::canonicalise;
use crate::evidence::cda_header::decode_base64;
use crate::evidence::element::Element;
use crate::text::Text;

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

pub(super) fn judge(assertion: Element<'_>, file: &str, outcome: &mut Outcome) {
    let Some(signature) = assertion.elements().find(|element| element.is(DSIG, "Signature")) else {
        let text = Text::fixed(
            "aucune signature dans l'assertion",
            "no signature in the assertion",
        );
        outcome.findings.push(
            rule::SIGNATURE
                .at(assertion.spot().place(file), text)
                .expected("ds:Signature"),
        );
        return;
    };
    let reference = signature.descend(&["SignedInfo", "Reference"]);
    let uri = reference
        .and_then(|reference| reference.attribute("URI"))
        .unwrap_or_default();
    let id = assertion.attribute("ID").unwrap_or_default();
    let transforms: Vec<&str> = reference
        .and_then(|reference| reference.child("Transforms"))
        .into_iter()
        .flat_map(|transforms| transforms.named("Transform").collect::<Vec<_>>())
        .filter_map(|transform| transform.attribute("Algorithm"))
        .collect();
    let mut faults: Vec<(String, String)> = Vec::new();
    if uri.strip_prefix('#') != Some(id) || id.is_empty() {
        faults.push((
            format!("la référence « {uri} » n'est pas l'assertion « #{id} »"),
            format!("the reference '{uri}' is not the assertion '#{id}'"),
        ));
    }
    if !transforms.contains(&ENVELOPED) || !transforms.contains(&EXCLUSIVE) {
        faults.push((
            "transformations enveloped-signature et exc-c14n absentes".to_owned(),
            "transforms enveloped-signature and exc-c14n absent".to_owned(),
        ));
    }
    let certificate = signature
        .descendants()
        .find(|element| element.local() == "X509Certificate");
    if certificate.is_none_or(|certificate| certificate.folded().is_empty()) {
        faults.push((
            "certificat X509 absent de KeyInfo".to_owned(),
            "X509 certificate absent from KeyInfo".to_owned(),
        ));
    }
    if signature
        .child("SignatureValue")
        .is_none_or(|value| value.folded().is_empty())
    {
        faults.push((
            "SignatureValue absente".to_owned(),
            "SignatureValue absent".to_owned(),
        ));
    }
    for (fr, en) in &faults {
        outcome
            .findings
            .push(rule::SIGNATURE.at(signature.spot().place(file), Text::new(fr.as_str(), en.as_str())));
    }
    algorithms(signature, file, outcome);
    if let Some(reference) = reference.filter(|_| faults.is_empty()) {
        digest(assertion, signature, reference, file, outcome);
    }
    outcome.verified.push(Text::fixed(
        "signature de l'assertion : présence, portée et empreinte ; la valeur de signature, la chaîne de confiance et la révocation ne sont pas vérifiées",
        "signature of the assertion: presence, coverage and digest; the signature value, the chain of trust and the revocation are not verified",
    ));
}

fn algorithms(signature: Element<'_>, file: &str, outcome: &mut Outcome) {
    for name in ["SignatureMethod", "DigestMethod"] {
        let element = signature.descendants().find(|element| element.local() == name);
        let algorithm = element
            .and_then(|element| element.attribute("Algorithm"))
            .unwrap_or_default();
        if let Some(element) = element.filter(|_| algorithm.ends_with("sha1")) {
            let text = Text::new(format!("{name} utilise SHA-1"), format!("{name} uses SHA-1"));
            outcome.findings.push(
                rule::ALGORITHM
                    .at(element.spot().place(file), text)
                    .found(algorithm),
            );
        }
    }
}

fn digest(
    assertion: Element<'_>,
    signature: Element<'_>,
    reference: Element<'_>,
    file: &str,
    outcome: &mut Outcome,
) {
    let algorithm = reference
        .child("DigestMethod")
        .and_then(|method| method.attribute("Algorithm"))
        .unwrap_or_default();
    let prefixes = reference
        .descendants()
        .find(|element| element.is(EXCLUSIVE, "InclusiveNamespaces"))
        .and_then(|element| element.attribute("PrefixList"))
        .unwrap_or_default();
    let inclusive: Vec<&str> = prefixes.split_whitespace().collect();
    let bytes = canonicalise(
        assertion.document(),
        assertion.node(),
        &[signature.node()],
        &inclusive,
    );
    let computed = match algorithm.rsplit(['#', '-']).next() {
        Some("sha256") => Sha256::digest(&bytes).to_vec(),
        Some("sha512") => Sha512::digest(&bytes).to_vec(),
        Some("sha1") => sha1::Sha1::digest(&bytes).to_vec(),
        _ => {
            let text = Text::new(
                format!("empreinte de l'assertion non vérifiée : algorithme « {algorithm} »"),
                format!("digest of the assertion not verified: algorithm '{algorithm}'"),
            );
            return outcome.not_evaluated.push(text);
        }
    };
    let Some(element) = reference.child("DigestValue") else {
        return;
    };
    let written = element.folded();
    if decode_base64(&written).ok().as_deref() != Some(computed.as_slice()) {
        let text = Text::fixed(
            "l'empreinte signée n'est pas celle de l'assertion",
            "the digest that is signed is not that of the assertion",
        );
        let expected = base64::engine::general_purpose::STANDARD.encode(computed);
        outcome.findings.push(
            rule::DIGEST
                .at(element.spot().place(file), text)
                .expected(expected)
                .found(written),
        );
    }
}
