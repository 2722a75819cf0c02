//! Records made by hand: every verdict, every severity, and evidence that tries to break out of each format.

use std::collections::BTreeMap;

use conforme::evidence::Kind;
use conforme::finding::{Finding, Place, Rule, Severity};
use conforme::record::{
    Counts, DossierIdentity, EvidenceRecord, FindingRecord, PackIdentity, ProfileRecord, ProofRecord, Record,
    ReferentialIdentity, RequirementRecord, ReviewRecord, RuleRecord, SCHEMA_VERSION, ScenarioRecord, Tool,
    ValidatedFile, ValidationRecord, WaiverRecord, Words,
};
use conforme::text::{Text, text};
use conforme::verdict::Verdict;

static KEY: Rule = Rule::fixed(
    "CDA-INS-KEY",
    Severity::Error,
    text("La clé du matricule INS est juste", "The key of the INS is right"),
    text(
        "Un matricule dont la clé est fausse n'identifie personne : le document serait refusé, ou rangé chez un autre patient.",
        "An INS with a wrong key identifies nobody: the document would be refused, or filed under another patient.",
    ),
    text(
        "Recopier le matricule rendu par le téléservice INSi, clé comprise.",
        "Copy the INS as the INSi service gives it, key included.",
    ),
    "RNIV 2.0, §3.2",
);

static SEGMENT: Rule = Rule::fixed(
    "HL7-SEGMENT",
    Severity::Error,
    text(
        "Les segments requis sont présents",
        "Required segments are present",
    ),
    text(
        "Le récepteur rejette le message.",
        "The receiver rejects the message.",
    ),
    text("Ajouter le segment.", "Add the segment."),
    "HL7 v2.5.1, chapitre 2",
);

static BOM: Rule = Rule::fixed(
    "XML-BOM",
    Severity::Warning,
    text("Pas de marque d'ordre des octets", "No byte-order mark"),
    text("Certains lecteurs la refusent.", "Some readers refuse it."),
    text("Enregistrer en UTF-8 sans BOM.", "Save as UTF-8 without BOM."),
    "XML 1.0, annexe F",
);

static UNUSED: Rule = Rule::fixed(
    "DOSSIER-UNUSED",
    Severity::Info,
    text("Chaque fichier sert une preuve", "Every file serves a proof"),
    text("Un fichier inutile fait douter.", "A useless file raises doubts."),
    text(
        "Le retirer ou le lier à une preuve.",
        "Remove it or bind it to a proof.",
    ),
    "conforme",
);

/// A hash that is recognisable in a snapshot.
fn hash(digit: char) -> String {
    std::iter::repeat_n(digit, 64).collect()
}

fn words(fr: &str, en: &str) -> Words {
    Words {
        fr: fr.to_owned(),
        en: en.to_owned(),
    }
}

const CDA: &str = "preuves/INS_va1.61.01.01/cr-operatoire.xml";
const HL7: &str = "preuves/DOC_va1.20.01.01/mdm.hl7";
const HOSTILE: &str = "preuves/DOC_va1.20.01.01/a <b>&\"'.xml";
const XDM: &str = "preuves/MSS_va1.30.01.01/envoi.zip › IHE_XDM/SUBSET01/DOC.XML";
const VIDEO: &str = "preuves/INS_va1.62.01.01/démonstration.mp4";

/// The findings, in the order of records.
fn findings() -> Vec<Finding> {
    vec![
        UNUSED.at(
            Place::file("brouillon.txt"),
            Text::new("fichier lié à aucune preuve", "file bound to no proof"),
        ),
        SEGMENT
            .at(
                Place::file(HOSTILE).line_column(3, 1).path("/x[@y='<z>']"),
                Text::new(
                    "texte hostile : <script>alert(1)</script> ]]> \u{1b}[31m | `a` ::error::",
                    "hostile text: <script>alert(1)</script> ]]> \u{1b}[31m | `a` ::error::",
                ),
            )
            .snippet("<script>alert('\u{1b}[31m')</script>\t& suite"),
        SEGMENT
            .at(
                Place::file(HL7).line_column(4, 1).path("OBX"),
                Text::new("le segment PV1 manque", "segment PV1 is missing"),
            )
            .expected("PV1")
            .found("OBX")
            .snippet("OBX|1|ED|34133-9^SYNTHESE^LN||^text^XML^Base64^...")
            .hl7_error("100"),
        BOM.at(
            Place::file(CDA).line_column(1, 1),
            Text::new(
                "le fichier commence par une marque d'ordre des octets",
                "the file starts with a byte-order mark",
            ),
        ),
        KEY.at(
            Place::file(CDA)
                .line_column(12, 24)
                .path("/ClinicalDocument/recordTarget/patientRole/id[1]/@extension"),
            Text::new(
                "la clé du matricule « 279035121518988 » est fausse",
                "the key of INS “279035121518988” is wrong",
            ),
        )
        .expected("clé 89")
        .found("279035121518988")
        .snippet("        <id extension=\"279035121518988\" root=\"1.2.250.1.213.1.4.10\"/>")
        .pack("embedded"),
        KEY.at(
            Place::file(XDM).line_column(8, 10),
            Text::new("la clé du matricule est fausse", "the key of the INS is wrong"),
        ),
    ]
}

#[derive(Clone, Copy)]
struct Slot {
    id: &'static str,
    title: (&'static str, &'static str),
    class: &'static str,
    verdict: Verdict,
    files: &'static [&'static str],
    findings: &'static [usize],
}

fn proof(slot: Slot) -> ProofRecord {
    ProofRecord {
        id: slot.id.to_owned(),
        title: words(slot.title.0, slot.title.1),
        class: slot.class.to_owned(),
        verdict: slot.verdict,
        reason: None,
        files: slot.files.iter().map(|file| (*file).to_owned()).collect(),
        findings: slot.findings.to_vec(),
        verified: Vec::new(),
        to_review: Vec::new(),
        not_evaluated: Vec::new(),
        review: None,
    }
}

fn requirement(
    id: &str,
    section: &str,
    nature: &str,
    title: Words,
    proofs: Vec<ProofRecord>,
) -> RequirementRecord {
    let verdict = Verdict::worst(proofs.iter().map(|proof| proof.verdict));
    RequirementRecord {
        id: id.to_owned(),
        title,
        profile: "Général".to_owned(),
        section: section.to_owned(),
        section_name: String::new(),
        block: String::new(),
        function: String::new(),
        statement: String::new(),
        comment: String::new(),
        criticality: String::new(),
        nature: nature.to_owned(),
        verdict,
        reason: None,
        scenarios: vec![ScenarioRecord {
            id: format!("{id}.01"),
            text: "Étapes du scénario :\n1. Ouvrir le dossier.\n2. Montrer l'identité.".to_owned(),
            verdict,
            proofs,
        }],
    }
}

/// A dossier with every verdict.
pub(crate) fn record() -> Record {
    let mut findings: Vec<FindingRecord> = findings().iter().map(FindingRecord::from).collect();
    findings[5].waiver = Some(0);

    let mut demonstration = proof(Slot {
        id: "INS/va1.62.01.01",
        title: ("Vidéo de la recherche d'identité", "Video of the identity search"),
        class: "DEMO",
        verdict: Verdict::ToReview,
        files: &[VIDEO],
        findings: &[],
    });
    demonstration.verified = vec![words(
        "lisible, 3 min 12 s, 1920×1080",
        "readable, 3 min 12 s, 1920×1080",
    )];
    demonstration.to_review = vec![words(
        "La vidéo montre l'appel au téléservice INSi.",
        "The video shows the call to the INSi service.",
    )];
    let mut reviewed = proof(Slot {
        id: "INS/va1.63.01.01",
        title: ("Capture de la fiche patient", "Screenshot of the patient record"),
        class: "CAPTURE",
        verdict: Verdict::Conform,
        files: &[],
        findings: &[],
    });
    let review = ReviewRecord {
        proof: reviewed.id.clone(),
        examiner: "C. Examinatrice".to_owned(),
        date: "2026-10-01".to_owned(),
        decision: "accepted".to_owned(),
        comment: "Traits et matricule visibles.".to_owned(),
        evidence_sha256: hash('9'),
        stale: false,
    };
    reviewed.review = Some(review.clone());
    let mut not_evaluated = proof(Slot {
        id: "DOC/va1.21.01.01",
        title: ("Compte rendu structuré", "Structured report"),
        class: "CDA",
        verdict: Verdict::NotEvaluated,
        files: &[CDA],
        findings: &[],
    });
    not_evaluated.not_evaluated = vec![words(
        "Le jeu de règles ans-cda n'est pas chargé.",
        "Pack ans-cda is not loaded.",
    )];
    let mut missing = proof(Slot {
        id: "MSS/va1.31.01.01",
        title: ("Courriel envoyé", "Mail sent"),
        class: "MAIL",
        verdict: Verdict::Missing,
        files: &[],
        findings: &[],
    });
    missing.reason = Some(words("Aucun fichier déposé.", "Nothing was filed."));

    let mut aside = requirement(
        "MSS/va1.40",
        "MSS",
        "requirement",
        words("Opérateur de messagerie", "Mail operator"),
        Vec::new(),
    );
    "Opérateur Mailiz".clone_into(&mut aside.profile);
    aside.scenarios.clear();
    aside.reason = Some(words("Profil non choisi.", "Profile not chosen."));

    let requirements = vec![
        requirement(
            "INS/va1.61",
            "INS",
            "requirement",
            words(
                "Transmettre l'identité INS qualifiée",
                "Send the qualified INS identity",
            ),
            vec![proof(Slot {
                id: "INS/va1.61.01.01",
                title: ("Compte rendu opératoire en CDA", "Operative report in CDA"),
                class: "CDA",
                verdict: Verdict::NonConform,
                files: &[CDA],
                findings: &[3, 4],
            })],
        ),
        requirement(
            "INS/va1.62",
            "INS",
            "requirement",
            words("Rechercher l'identité", "Search the identity"),
            vec![demonstration, reviewed],
        ),
        requirement(
            "DOC/va1.20",
            "DOC",
            "requirement",
            words(
                "Recevoir un document <tiers> & l'intégrer",
                "Receive a <third-party> document & integrate it",
            ),
            vec![proof(Slot {
                id: "DOC/va1.20.01.01",
                title: ("Messages MDM", "MDM messages"),
                class: "HL7V2",
                verdict: Verdict::NonConform,
                files: &[HOSTILE, HL7],
                findings: &[1, 2],
            })],
        ),
        requirement(
            "DOC/va1.21",
            "DOC",
            "requirement",
            words("Produire un CDA structuré", "Produce a structured CDA"),
            vec![not_evaluated],
        ),
        requirement(
            "MSS/va1.30",
            "MSS",
            "requirement",
            words("Envoyer par MSSanté", "Send by MSSanté"),
            vec![proof(Slot {
                id: "MSS/va1.30.01.01",
                title: ("Archive IHE_XDM", "IHE_XDM archive"),
                class: "XDM",
                verdict: Verdict::Waived,
                files: &["preuves/MSS_va1.30.01.01/envoi.zip"],
                findings: &[5],
            })],
        ),
        requirement(
            "MSS/va1.31",
            "MSS",
            "recommendation",
            words("Tracer les envois", "Trace what is sent"),
            vec![missing.clone()],
        ),
        requirement(
            "MSS/va1.32",
            "MSS",
            "requirement",
            words("Conserver les accusés", "Keep acknowledgements"),
            vec![ProofRecord {
                id: "MSS/va1.32.01.01".to_owned(),
                ..missing
            }],
        ),
        aside,
    ];
    let mut record = Record {
        schema_version: SCHEMA_VERSION.to_owned(),
        tool: Tool {
            name: "conforme".to_owned(),
            version: "0.1.0".to_owned(),
        },
        dossier: DossierIdentity {
            dsr: "HOP-PFI-Va1".to_owned(),
            dsr_name: words("Plateforme d'intermédiation", "Intermediation platform"),
            profiles: vec!["Général".to_owned()],
            vendor: "Éditions Synthèse".to_owned(),
            product: "Passerelle".to_owned(),
            version: "4.2".to_owned(),
            manifest_sha256: hash('a'),
        },
        referential: ReferentialIdentity {
            id: "HOP-PFI-Va1".to_owned(),
            wave: 1,
            source: "reconstruction".to_owned(),
            file: None,
            sha256: hash('b'),
        },
        packs: vec![PackIdentity {
            id: "embedded".to_owned(),
            version: "0.1.0".to_owned(),
            sha256: hash('c'),
            rules: 1234,
            value_sets: 56,
            codes: 78_901,
        }],
        verdict: Verdict::NonConform,
        counts: Counts::default(),
        profiles: vec![
            ProfileRecord {
                name: "Général".to_owned(),
                kind: "mandatory".to_owned(),
                chosen: true,
                verdict: Verdict::NonConform,
                requirements: 7,
            },
            ProfileRecord {
                name: "Opérateur Mailiz".to_owned(),
                kind: "conditional".to_owned(),
                chosen: false,
                verdict: Verdict::NotApplicable,
                requirements: 1,
            },
        ],
        requirements,
        evidence: [
            (
                "brouillon.txt",
                Kind::Text,
                '1',
                Verdict::Conform,
                &[][..],
                &[0][..],
            ),
            (
                HOSTILE,
                Kind::Xml,
                '2',
                Verdict::NonConform,
                &["DOC/va1.20.01.01"][..],
                &[1][..],
            ),
            (
                HL7,
                Kind::Hl7v2,
                '3',
                Verdict::NonConform,
                &["DOC/va1.20.01.01"][..],
                &[2][..],
            ),
            (
                CDA,
                Kind::Cda,
                '4',
                Verdict::NonConform,
                &["INS/va1.61.01.01", "DOC/va1.21.01.01"][..],
                &[3, 4][..],
            ),
            (
                VIDEO,
                Kind::Video,
                '5',
                Verdict::ToReview,
                &["INS/va1.62.01.01"][..],
                &[][..],
            ),
            (
                "preuves/MSS_va1.30.01.01/envoi.zip",
                Kind::Xdm,
                '6',
                Verdict::Waived,
                &["MSS/va1.30.01.01"][..],
                &[5][..],
            ),
        ]
        .into_iter()
        .map(|(path, kind, digit, verdict, proofs, findings)| EvidenceRecord {
            path: path.to_owned(),
            size: 12_345,
            sha256: hash(digit),
            kind,
            proofs: proofs.iter().map(|proof| (*proof).to_owned()).collect(),
            verdict,
            findings: findings.to_vec(),
            verified: Vec::new(),
        })
        .collect(),
        findings,
        rules: [&KEY, &SEGMENT, &BOM, &UNUSED]
            .into_iter()
            .map(|rule| (rule.id.to_string(), RuleRecord::from(rule)))
            .collect(),
        waivers: vec![
            WaiverRecord {
                rule: Some("CDA-INS-KEY".to_owned()),
                proof: Some("MSS/va1.30.01.01".to_owned()),
                file: None,
                fingerprint: None,
                reason: "Identité de test sans clé valable".to_owned(),
                authority: "ANS, bureau du référencement".to_owned(),
                date: "2026-09-01".to_owned(),
                expiry: "2027-03-01".to_owned(),
                line: 0,
                expired: false,
                used: 1,
            },
            WaiverRecord {
                rule: Some("XML-BOM".to_owned()),
                proof: None,
                file: Some("preuves/*/ancien.xml".to_owned()),
                fingerprint: None,
                reason: "Reprise d'archives".to_owned(),
                authority: "ANS".to_owned(),
                date: "2026-09-01".to_owned(),
                expiry: "2027-03-01".to_owned(),
                line: 0,
                expired: false,
                used: 0,
            },
        ],
        reviews: vec![review],
        partial: None,
    };
    count(&mut record);
    record
}

/// Fills the totals as the verdict module does.
pub(crate) fn count(record: &mut Record) {
    let add = |counts: &mut BTreeMap<String, u64>, verdict: Verdict| {
        *counts.entry(verdict.as_str().to_owned()).or_default() += 1;
    };
    let mut counts = Counts::default();
    for requirement in &record.requirements {
        let by_nature = if requirement.nature == "recommendation" {
            &mut counts.recommendations
        } else {
            &mut counts.requirements
        };
        add(by_nature, requirement.verdict);
        for scenario in &requirement.scenarios {
            add(&mut counts.scenarios, scenario.verdict);
            for proof in &scenario.proofs {
                add(&mut counts.proofs, proof.verdict);
            }
        }
    }
    for finding in &record.findings {
        if finding.waiver.is_some() {
            counts.waived_findings += finding.count;
        } else {
            *counts
                .findings
                .entry(finding.severity.as_str().to_owned())
                .or_default() += finding.count;
        }
    }
    counts.files = record.evidence.len() as u64;
    counts.bytes = record.evidence.iter().map(|evidence| evidence.size).sum();
    record.counts = counts;
}

/// The same dossier with `many` findings of one rule under its first proof.
pub(crate) fn record_with(many: usize) -> Record {
    let mut record = record();
    let proof = &mut record.requirements[0].scenarios[0].proofs[0];
    for line in 0..many {
        let line = u32::try_from(line).unwrap() + 20;
        let finding = KEY
            .at(
                Place::file(CDA)
                    .line_column(line, 5)
                    .path(format!("/ClinicalDocument/component[{line}]")),
                Text::new(
                    format!("la clé du matricule de la ligne {line} est fausse"),
                    format!("the key of the INS at line {line} is wrong"),
                ),
            )
            .found(format!("matricule {line}"))
            .snippet("    <id extension=\"279035121518988\" root=\"1.2.250.1.213.1.4.10\"/>");
        proof.findings.push(record.findings.len());
        record.findings.push(FindingRecord::from(&finding));
    }
    count(&mut record);
    record
}

/// Files judged alone.
pub(crate) fn validation() -> ValidationRecord {
    let findings = findings();
    let file = |path: &str, kind: Kind, verdict: Verdict, own: &[usize]| ValidatedFile {
        file: path.to_owned(),
        size: 2048,
        sha256: hash('d'),
        kind,
        verdict,
        findings: own
            .iter()
            .map(|index| FindingRecord::from(&findings[*index]))
            .collect(),
        verified: vec![words("lisible", "readable")],
        to_review: Vec::new(),
        not_evaluated: Vec::new(),
        measures: BTreeMap::new(),
    };
    let mut measured = file("indicateurs.csv", Kind::Csv, Verdict::ToReview, &[]);
    measured.to_review = vec![words(
        "Le dénominateur est plausible.",
        "The denominator is plausible.",
    )];
    measured
        .measures
        .insert("taux".to_owned(), serde_json::json!(0.95));
    ValidationRecord {
        schema_version: SCHEMA_VERSION.to_owned(),
        tool: Tool {
            name: "conforme".to_owned(),
            version: "0.1.0".to_owned(),
        },
        packs: Vec::new(),
        files: vec![
            file(CDA, Kind::Cda, Verdict::NonConform, &[3, 4]),
            file("ok.pdf", Kind::Pdf, Verdict::Conform, &[]),
            file(HOSTILE, Kind::Xml, Verdict::NonConform, &[1]),
            measured,
        ],
        rules: [&KEY, &BOM, &SEGMENT]
            .into_iter()
            .map(|rule| (rule.id.to_string(), RuleRecord::from(rule)))
            .collect(),
    }
}
