//! The XML signature of an assertion: present, what it covers, the digest recomputed, the value verified with the key of
//! the certificate that comes with it. The trust in that certificate is not verified; the outcome says so.

use base64::Engine as _;

use super::words as rule;
use crate::checks::Outcome;
use crate::engines::x509::{self, Certificate, Hash, Scheme, Signature};
use crate::engines::xml::canonicalise;
use crate::evidence::cda_header::decode_base64;
use crate::evidence::element::Element;
use crate::text::Text;

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

/// Signature methods of XML signatures (RFC 9231) that are verified.
const METHODS: [(&str, Scheme); 7] = [
    (
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
        Scheme::RsaPkcs1(Hash::Sha1),
    ),
    (
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        Scheme::RsaPkcs1(Hash::Sha256),
    ),
    (
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384",
        Scheme::RsaPkcs1(Hash::Sha384),
    ),
    (
        "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
        Scheme::RsaPkcs1(Hash::Sha512),
    ),
    (
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
        Scheme::EcdsaPlain(Hash::Sha256),
    ),
    (
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384",
        Scheme::EcdsaPlain(Hash::Sha384),
    ),
    (
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512",
        Scheme::EcdsaPlain(Hash::Sha512),
    ),
];

/// The certificate in the signature of an assertion, when it can be read.
pub(super) fn certificate(assertion: Element<'_>) -> Option<Certificate> {
    let signature = assertion
        .elements()
        .find(|element| element.is(DSIG, "Signature"))?;
    let text = x509_text(signature)?;
    let der = decode_base64(&text).ok()?;
    x509::read(&der).certificates.into_iter().next()
}

fn x509_text(signature: Element<'_>) -> Option<String> {
    signature
        .descendants()
        .find(|element| element.local() == "X509Certificate")
        .map(Element::folded)
        .filter(|text| !text.is_empty())
}

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
    // An assertion without ID has been told of; what refers to it is not wrong besides.
    if uri.strip_prefix('#') != Some(id) && !id.is_empty() {
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
    if x509_text(signature).is_none() {
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
        match certificate(assertion) {
            Some(certificate) => {
                validity(&certificate, assertion, signature, file, outcome);
                value(&certificate, signature, file, outcome);
            }
            None => {
                let text = Text::fixed(
                    "le certificat de KeyInfo est illisible",
                    "the certificate of KeyInfo cannot be read",
                );
                outcome
                    .findings
                    .push(rule::CERTIFICATE.at(signature.spot().place(file), text));
            }
        }
    }
    outcome.verified.push(Text::fixed(
        "signature de l'assertion : présence, portée, empreinte et valeur ; la chaîne de confiance et la révocation du certificat ne sont pas vérifiées",
        "signature of the assertion: presence, coverage, digest and value; the chain of trust and the revocation of the certificate are not verified",
    ));
}

/// The certificate was valid when the assertion was issued.
fn validity(
    certificate: &Certificate,
    assertion: Element<'_>,
    signature: Element<'_>,
    file: &str,
    outcome: &mut Outcome,
) {
    let read = |text: &str| text.trim().parse::<jiff::Timestamp>().ok();
    let issued = assertion.attribute("IssueInstant").unwrap_or_default();
    let (Some(instant), Some(start), Some(end)) = (
        read(issued),
        read(&certificate.not_before),
        read(&certificate.not_after),
    ) else {
        return;
    };
    if instant < start || instant > end {
        let text = Text::fixed(
            "le certificat n'était pas valide à l'émission de l'assertion",
            "the certificate was not valid when the assertion was issued",
        );
        outcome.findings.push(
            rule::CERTIFICATE
                .at(signature.spot().place(file), text)
                .expected(format!("{} – {}", certificate.not_before, certificate.not_after))
                .found(issued),
        );
    }
}

/// The value is that of the key of the certificate on SignedInfo.
fn value(certificate: &Certificate, signature: Element<'_>, file: &str, outcome: &mut Outcome) {
    let (Some(info), Some(element)) = (signature.child("SignedInfo"), signature.child("SignatureValue"))
    else {
        return;
    };
    let algorithm = |name: &str| {
        info.child(name)
            .and_then(|method| method.attribute("Algorithm"))
            .unwrap_or_default()
    };
    let method = algorithm("SignatureMethod");
    let scheme = METHODS
        .iter()
        .find(|(uri, _)| *uri == method)
        .map(|(_, scheme)| *scheme);
    let form = algorithm("CanonicalizationMethod");
    let answer = if form == EXCLUSIVE {
        let inclusive = info
            .child("CanonicalizationMethod")
            .map(prefixes)
            .unwrap_or_default();
        let inclusive: Vec<&str> = inclusive.split_whitespace().collect();
        let signed = canonicalise(info.document(), info.node(), &[], &inclusive);
        let bytes = decode_base64(&element.folded()).unwrap_or_default();
        certificate.verify(scheme, &signed, &bytes)
    } else {
        Signature::Unverified
    };
    match answer {
        Signature::Right => {}
        Signature::Wrong => {
            let text = Text::fixed(
                "la valeur de signature n'est pas celle de la clé du certificat",
                "the signature value is not that of the key of the certificate",
            );
            outcome.findings.push(
                rule::SIGNATURE_VALUE
                    .at(element.spot().place(file), text)
                    .found(element.folded()),
            );
        }
        Signature::Unverified => outcome.to_review.push(Text::new(
            format!(
                "valeur de signature non vérifiée ici : {method}, {form}, clé {}",
                certificate.key
            ),
            format!(
                "signature value not verified here: {method}, {form}, key {}",
                certificate.key
            ),
        )),
    }
}

/// The `PrefixList` of the InclusiveNamespaces in an element.
fn prefixes(element: Element<'_>) -> String {
    element
        .descendants()
        .find(|element| element.is(EXCLUSIVE, "InclusiveNamespaces"))
        .and_then(|element| element.attribute("PrefixList"))
        .unwrap_or_default()
        .to_owned()
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
    let prefixes = prefixes(reference);
    let inclusive: Vec<&str> = prefixes.split_whitespace().collect();
    let bytes = canonicalise(
        assertion.document(),
        assertion.node(),
        &[signature.node()],
        &inclusive,
    );
    let computed = match algorithm.rsplit(['#', '-']).next() {
        Some("sha256") => Hash::Sha256.digest(&bytes),
        Some("sha384") => Hash::Sha384.digest(&bytes),
        Some("sha512") => Hash::Sha512.digest(&bytes),
        Some("sha1") => Hash::Sha1.digest(&bytes),
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
