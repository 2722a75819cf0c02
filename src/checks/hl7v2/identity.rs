//! The patient of PID (rules `PID-3`, `INS`, `INS-KEY`, `INS-DATE`, `INS-COH`, `TRAITS`, `INS-TRAIT`, `PID-32`,
//! `ZFD-INS`, `A47`): the INS and what must go with it. Source: PAM FR 6.6, data types FR N.1.

use crate::engines::hl7v2::{Part, SegmentRef};
use crate::evidence::ins::{self, InsAuthority, InsEnvironment, MatriculeFault};
use crate::finding::Severity;
use crate::text::{Text, text};

use super::judgement::{Fault, Judgement};

/// Judges the patients of the message.
pub(super) fn judge(judgement: &mut Judgement<'_>) {
    if !judgement.profile.has("identity") {
        return;
    }
    let patients: Vec<SegmentRef<'_>> = judgement.message.all("PID").collect();
    for pid in patients {
        if judgement.explained.iter().any(|(rank, _)| *rank == pid.rank()) {
            continue;
        }
        let mut matricules = Vec::new();
        for repetition in pid.field(3).repetitions() {
            if let Some(matricule) = identifier(judgement, repetition) {
                matricules.push(matricule);
            }
        }
        several(judgement, &matricules);
        if let Some(first) = matricules.first() {
            status(judgement, pid, first);
            traits(judgement, pid);
            agreement(judgement, pid, first);
        }
    }
    merged(judgement);
}

/// A matricule INS of PID-3.
struct Matricule<'p> {
    repetition: Part<'p>,
    authority: Option<&'static InsAuthority>,
}

/// Judges one CX of PID-3; the matricule, when it is an INS that is not the null.
fn identifier<'p>(judgement: &mut Judgement<'p>, cx: Part<'p>) -> Option<Matricule<'p>> {
    if !cx.is_valued() {
        return None;
    }
    let (number, assigner, kind) = (cx.component(1), cx.component(4), cx.component(5));
    let namespace = assigner.subcomponent(1);
    let oid = assigner.subcomponent(2);
    let authority = ins::authority(&oid.text());
    let typed = kind.text() == "INS";
    let named = namespace.text().replace(' ', "").starts_with("ASIP-SANTE-INS-N");
    if !typed
        && authority.is_none_or(|authority| authority.environment == InsEnvironment::Withdrawn)
        && !named
    {
        return None;
    }
    match authority.filter(|authority| authority.environment != InsEnvironment::Withdrawn) {
        None => {
            let oids: Vec<&str> = ins::authorities()
                .iter()
                .filter(|one| one.environment != InsEnvironment::Withdrawn)
                .map(|one| one.oid)
                .collect();
            let message = text(
                "l'autorité d'affectation de l'INS n'a pas un des OID de l'INS",
                "the assigning authority of the INS has none of the OIDs of the INS",
            );
            judgement.report(
                Fault::new("INS", oid, message)
                    .expected(oids.join(", "))
                    .code("103"),
            );
        }
        Some(known) => {
            if !typed {
                let message = text(
                    "un identifiant sous un OID de l'INS est de type INS (CX-5)",
                    "an identifier under an OID of the INS is of type INS (CX-5)",
                );
                judgement.report(Fault::new("INS", kind, message).expected("INS").code("103"));
            }
            let universal = assigner.subcomponent(3);
            if universal.text() != "ISO" {
                let message = text(
                    "l'OID de l'INS est de type ISO (CX-4.3)",
                    "the OID of the INS is of type ISO (CX-4.3)",
                );
                judgement.report(Fault::new("INS", universal, message).expected("ISO").code("103"));
            }
            if namespace.text() != known.namespace {
                let message = text(
                    "l'espace de noms de l'INS n'est pas celui de son OID",
                    "the namespace of the INS is not that of its OID",
                );
                let fault = Fault::new("INS", namespace, message).expected(known.namespace);
                judgement.report(fault.severity(Some(Severity::Warning)).code("103"));
            }
        }
    }
    if number.is_null() {
        return None;
    }
    key(judgement, number, authority);
    for (date, which) in [(cx.component(7), "CX-7"), (cx.component(8), "CX-8")] {
        if !date.is_blank() {
            let message = Text::new(
                format!("{which} (date de l'identifiant) reste vide pour l'INS"),
                format!("{which} (date of the identifier) stays empty for the INS"),
            );
            judgement.report(Fault::new("INS-DATE", date, message));
        }
    }
    Some(Matricule {
        repetition: cx,
        authority,
    })
}

fn key<'p>(judgement: &mut Judgement<'p>, number: Part<'p>, authority: Option<&InsAuthority>) {
    let Err(fault) = ins::check_matricule(&number.text()) else {
        return;
    };
    let (fr, en, expected) = match &fault {
        MatriculeFault::Length { found } => (
            format!("un matricule INS a 15 caractères avec sa clé, celui-ci {found}"),
            format!("a matricule INS has 15 characters with its key, this one {found}"),
            "15".to_owned(),
        ),
        MatriculeFault::Character { character, position } => (
            format!("caractère « {character} » en position {position} du matricule INS"),
            format!("character '{character}' at position {position} of the matricule INS"),
            "[0-9]".to_owned(),
        ),
        MatriculeFault::Key { expected, found } => (
            format!("clé du matricule INS fausse : {found:02}, calculée {expected:02}"),
            format!("wrong key of the matricule INS: {found:02}, computed {expected:02}"),
            format!("{expected:02}"),
        ),
    };
    let demonstration =
        authority.is_some_and(|authority| authority.environment == InsEnvironment::Demonstration);
    let severity = demonstration.then_some(Severity::Warning);
    judgement.report(
        Fault::new("INS-KEY", number, Text::new(fr, en))
            .expected(expected)
            .severity(severity)
            .code("102"),
    );
}

/// Only the last INS is sent: one NIR, one NIA while the NIR replaces it (PAM FR 4.4.1).
fn several<'p>(judgement: &mut Judgement<'p>, matricules: &[Matricule<'p>]) {
    let same = |one: &Matricule<'p>| one.authority.map(|authority| authority.oid);
    let extra = matricules.iter().enumerate().find(|(rank, one)| {
        matricules
            .iter()
            .take(*rank)
            .any(|before| same(before) == same(one))
    });
    if let Some((_, extra)) = extra {
        let message = text(
            "plusieurs INS : seul le dernier est transmis",
            "several INS: only the last one is sent",
        );
        judgement.report(Fault::new("PID-3", extra.repetition, message).code("198"));
    }
}

/// An INS goes with a validated identity: `VALI` in PID-32.
fn status<'p>(judgement: &mut Judgement<'p>, pid: SegmentRef<'p>, matricule: &Matricule<'p>) {
    let field = pid.field(32);
    if field.is_blank() {
        let message = text(
            "le statut de l'identité (PID-32) est requis avec un INS",
            "the status of the identity (PID-32) is required with an INS",
        );
        judgement.report(
            Fault::new("PID-32", field, message)
                .expected("VALI")
                .severity(Some(Severity::Error))
                .code("101"),
        );
        return;
    }
    if !field.repetitions().any(|one| one.text() == "VALI") {
        let message = text(
            "un INS n'est transmis que si l'identité est validée (PID-32 = VALI)",
            "an INS is sent only when the identity is validated (PID-32 = VALI)",
        );
        judgement.report(Fault::new("PID-3", matricule.repetition, message).expected("PID-32 = VALI"));
    }
    if let Some(zfd) = judgement.message.first("ZFD")
        && zfd.field(4).text() == "Y"
    {
        let message = text(
            "date de naissance corrigée (ZFD-4 = Y) : l'INS n'est pas transmis",
            "corrected date of birth (ZFD-4 = Y): the INS is not sent",
        );
        judgement.report(Fault::new("ZFD-INS", matricule.repetition, message));
    }
}

/// The identity traits that go with an INS.
fn traits<'p>(judgement: &mut Judgement<'p>, pid: SegmentRef<'p>) {
    let field = pid.field(5);
    if !field.is_blank() {
        let legal = field.repetitions().find(|name| name.component(7).text() == "L");
        match legal {
            None => {
                // A name without its type is told by rule PID-5.
                let untyped = field.repetitions().any(|name| name.component(7).is_blank());
                if !untyped {
                    let message = text(
                        "avec un INS, PID-5 porte le nom de naissance (type L)",
                        "with an INS, PID-5 holds the name of birth (type L)",
                    );
                    judgement.report(Fault::new("TRAITS", field, message).expected("L").code("101"));
                }
            }
            Some(name) => {
                for (number, fr, en) in [
                    (1, "le nom de naissance", "the name of birth"),
                    (2, "le premier prénom", "the first given name"),
                ] {
                    if !name.component(number).is_valued() {
                        let message = Text::new(
                            format!("avec un INS, {fr} est requis"),
                            format!("with an INS, {en} is required"),
                        );
                        judgement.report(Fault::new("TRAITS", name.component(number), message).code("101"));
                    }
                }
                if !name.component(3).is_valued() {
                    let message = text(
                        "avec un INS, la liste des prénoms de naissance (PID-5.3) est attendue",
                        "with an INS, the list of given names (PID-5.3) is expected",
                    );
                    judgement.report(Fault::new("INS-TRAIT", name.component(3), message));
                }
            }
        }
    }
    if !pid.field(7).is_valued() {
        let message = text(
            "avec un INS, la date de naissance (PID-7) est requise",
            "with an INS, the date of birth (PID-7) is required",
        );
        judgement.report(Fault::new("TRAITS", pid.field(7), message).code("101"));
    }
    let sex = pid.field(8);
    if sex.is_blank() || matches!(sex.text().as_ref(), "U" | "O") {
        let message = text(
            "avec un INS, le sexe (PID-8) est M ou F",
            "with an INS, the sex (PID-8) is M or F",
        );
        judgement.report(Fault::new("TRAITS", sex, message).expected("M, F").code("103"));
    }
    let birth_place = pid
        .field(11)
        .repetitions()
        .any(|address| address.component(7).text() == "BDL" && address.component(9).is_valued());
    if !birth_place {
        // In some V2.0 messages the repetition delimiter of MSH-2 is not the one of the fields.
        let message = text(
            "avec un INS, le lieu de naissance est attendu (PID-11 de type BDL, code INSEE en PID-11.9)",
            "with an INS, the place of birth is expected (PID-11 of type BDL, INSEE code in PID-11.9)",
        );
        judgement.report(Fault::new("INS-TRAIT", pid.field(11), message));
    }
}

/// Sex, year and month in the number against PID-8 and PID-7 (rule `INS-COH`): never an error, a NIA, a change of sex
/// or an unknown month explain a difference.
fn agreement<'p>(judgement: &mut Judgement<'p>, pid: SegmentRef<'p>, matricule: &Matricule<'p>) {
    if matricule.authority.is_none() {
        return;
    }
    let number = matricule.repetition.component(1);
    let digits = number.text();
    let sex = match digits.get(..1) {
        Some("1" | "3" | "7") => "M",
        Some("2" | "4" | "8") => "F",
        _ => return,
    };
    let birth = pid.field(7).text().into_owned();
    let month = digits
        .get(3..5)
        .and_then(|month| month.parse::<u8>().ok())
        .unwrap_or(0);
    let date = |from: usize| birth.get(from..from + 2).unwrap_or_default().to_owned();
    let same_sex = pid.field(8).is_blank() || pid.field(8).text() == sex;
    let same_year = birth.len() < 4 || digits.get(1..3) == Some(date(2).as_str());
    let same_month =
        birth.len() < 6 || !(1..=12).contains(&month) || digits.get(3..5) == Some(date(4).as_str());
    if !(same_sex && same_year && same_month) {
        let message = text(
            "le sexe, l'année ou le mois du numéro INS diffèrent de PID-8 ou PID-7 : à vérifier, ce n'est pas une faute en soi",
            "sex, year or month in the INS number differ from PID-8 or PID-7: to look at, not a fault in itself",
        );
        judgement.report(Fault::new("INS-COH", number, message));
    }
}

/// A47: the identifier removed or replaced is in MRG-1 and no longer in PID-3.
fn merged(judgement: &mut Judgement<'_>) {
    if judgement.event != "A47" {
        return;
    }
    let (Some(pid), Some(mrg)) = (judgement.message.first("PID"), judgement.message.first("MRG")) else {
        return;
    };
    for old in mrg.field(1).repetitions().filter(Part::is_valued) {
        let (number, oid) = (old.component(1).text(), old.component(4).subcomponent(2).text());
        let still = pid.field(3).repetitions().find(|one| {
            one.component(1).text() == number
                && one.component(4).subcomponent(2).text() == oid
                && !oid.is_empty()
        });
        if let Some(still) = still {
            let message = text(
                "l'identifiant remplacé ou supprimé (MRG-1) est encore dans PID-3",
                "the identifier replaced or removed (MRG-1) is still in PID-3",
            );
            judgement.report(Fault::new("A47", still, message));
        }
        let answered = pid
            .field(3)
            .repetitions()
            .any(|one| one.component(4).subcomponent(2).text() == oid);
        if ins::is_ins(&oid)
            && !answered
            && !pid
                .field(3)
                .repetitions()
                .any(|one| ins::is_ins(&one.component(4).subcomponent(2).text()))
        {
            let message = text(
                "l'INS supprimé est annoncé dans PID-3 par \"\" et son OID, ou remplacé par le nouveau",
                "the INS removed is told in PID-3 by \"\" and its OID, or replaced by the new one",
            );
            judgement.report(
                Fault::new("A47", pid.field(3), message).expected("\"\"^^^ASIP-SANTE-INS-NIR&OID&ISO^INS"),
            );
        }
    }
    if pid.field(32).is_blank() {
        let message = text(
            "A47 : le nouveau statut de l'identité est attendu en PID-32",
            "A47: the new status of the identity is expected in PID-32",
        );
        judgement.report(
            Fault::new("A47", pid.field(32), message)
                .severity(Some(Severity::Warning))
                .code("101"),
        );
    }
}
