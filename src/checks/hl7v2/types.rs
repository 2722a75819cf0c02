//! Data types (rules `TS`, `TYPE`, `CX/HD`, `FINESS`, `EI-04`, `CE-SYS`, `ESC-01`, `EXTRA`): what the fields of a
//! segment are made of comes from the profile; what a date or an assigning authority must look like is here.

use crate::engines::hl7v2::{Part, SegmentRef, escape_faults};
use crate::text::Text;

use super::fields::short;
use super::judgement::{Fault, Judgement};
use super::profile::{Judged, ValueType};
use super::timestamp::{Precision, TimestampFault, check};

/// Longest value whose type is looked at; longer ones are documents.
const LONGEST: usize = 64 * 1024;

/// Judges the types of every field of the message.
pub(super) fn judge(judgement: &mut Judgement<'_>) {
    let profile = judgement.profile;
    for segment in judgement.message.segments() {
        escapes(judgement, segment);
        let Some(types) = profile.segments.get(segment.name()) else {
            continue;
        };
        // Beyond the last field there is nothing to judge.
        for (number, reference) in (1..=segment.last_field()).zip(types) {
            let varies = reference.name == "VARIES";
            let once = !reference.repeats && segment.repeats();
            if reference.value().is_free() && !varies && !once {
                continue;
            }
            let field = segment.field(number);
            if field.is_empty() || field.span().len() > LONGEST {
                continue;
            }
            let own;
            let kind = if varies {
                own = ValueType::of(&segment.field(2).text(), &profile.types);
                &own
            } else {
                reference.value()
            };
            if !kind.is_free() {
                for repetition in field.repetitions() {
                    value(judgement, repetition, kind);
                }
            }
            if once && field.repetition_count() > 1 {
                let name = format!("{}-{number}", segment.name());
                let message = Text::new(
                    format!("{name} ne se répète pas"),
                    format!("{name} does not repeat"),
                );
                judgement.report(Fault::new("REPEAT", field, message));
            }
        }
        let beyond =
            (types.len() + 1..=segment.last_field()).find(|number| !segment.field(*number).is_blank());
        if let Some(number) = beyond {
            let name = segment.name();
            let message = Text::new(
                format!("{name}-{number} est au-delà des champs décrits : laissé à l'émetteur"),
                format!("{name}-{number} is beyond the fields described: left to the sender"),
            );
            judgement.report(Fault::new("EXTRA", segment.field(number), message));
        }
    }
}

/// Malformed escape sequences, one finding per field.
fn escapes<'p>(judgement: &mut Judgement<'p>, segment: SegmentRef<'p>) {
    let delimiters = *judgement.message.delimiters();
    if delimiters.escape.find_in(segment.raw()).is_none() {
        return;
    }
    let first = if segment.is("MSH") { 3 } else { 1 };
    for number in first..=segment.last_field() {
        let field = segment.field(number);
        if field.span().len() > LONGEST || delimiters.escape.find_in(field.raw()).is_none() {
            continue;
        }
        let faults = escape_faults(&field.written(), &delimiters);
        if let Some(fault) = faults.first() {
            let message = Text::new(
                format!("séquence d'échappement « {} » mal formée", fault.sequence),
                format!("malformed escape sequence '{}'", fault.sequence),
            );
            judgement.report(Fault::new("ESC-01", field, message).found(fault.sequence.clone()));
        }
    }
}

/// Judges a repetition of a field, then its components.
fn value<'p>(judgement: &mut Judgement<'p>, part: Part<'p>, kind: &ValueType) {
    if !part.is_valued() {
        return;
    }
    if let Some(judged) = kind.whole {
        one(judgement, part, judged, |number| part.component(number));
    }
    for (judged, part) in kind.components.iter().zip(part.components()) {
        if let Some(judged) = judged
            && part.is_valued()
        {
            one(judgement, part, *judged, |number| part.subcomponent(number));
        }
    }
}

/// Judges a value that stands as a repetition or as a component; `pieces` gives those of the level below.
fn one<'p>(
    judgement: &mut Judgement<'p>,
    part: Part<'p>,
    judged: Judged,
    pieces: impl Fn(usize) -> Part<'p>,
) {
    match judged {
        Judged::Instant => timestamp(judgement, pieces(1), Precision::Instant),
        Judged::Date => timestamp(judgement, pieces(1), Precision::Date),
        Judged::Rank => {
            let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            number(judgement, part, "SI", digits);
        }
        Judged::Number => {
            let decimal = |text: &str| text.trim().parse::<rust_decimal::Decimal>().is_ok();
            number(judgement, part, "NM", decimal);
        }
        Judged::Authority => authority(judgement, [pieces(1), pieces(2), pieces(3)]),
        Judged::Entity => entity(judgement, part),
        Judged::Coded => coded(judgement, part),
    }
}

fn timestamp<'p>(judgement: &mut Judgement<'p>, part: Part<'p>, precision: Precision) {
    if !part.is_valued() {
        return;
    }
    let text = part.text();
    let Err(fault) = check(&text, precision) else {
        return;
    };
    let shown = short(&text);
    let message = match fault {
        TimestampFault::Shape => Text::new(
            format!("« {shown} » n'est pas une date HL7"),
            format!("'{shown}' is no HL7 date"),
        ),
        TimestampFault::Calendar => Text::new(
            format!("« {shown} » : cette date ou cette heure n'existe pas"),
            format!("'{shown}': no such date or time"),
        ),
    };
    let expected = match precision {
        Precision::Date => "AAAA[MM[JJ]]",
        Precision::Instant => "AAAA[MM[JJ[HH[MM[SS[.S]]]]]][+/-ZZZZ]",
    };
    judgement.report(Fault::new("TS", part, message).expected(expected));
}

fn number<'p>(judgement: &mut Judgement<'p>, part: Part<'p>, name: &str, fits: impl Fn(&str) -> bool) {
    let text = part.text();
    if !fits(&text) {
        let message = Text::new(
            format!("« {} » n'est pas un nombre", short(&text)),
            format!("'{}' is no number", short(&text)),
        );
        judgement.report(Fault::new("TYPE", part, message).expected(name));
    }
}

/// An HD: namespace, universal id, type of universal id (DT N.3).
fn authority<'p>(judgement: &mut Judgement<'p>, [namespace, universal, kind]: [Part<'p>; 3]) {
    let id = universal.text();
    let text = kind.text();
    let known = || {
        let table = judgement.profile.table("hd-3");
        table.is_empty() || table.iter().any(|one| *one == text)
    };
    let fault = if namespace.is_blank() && !universal.is_blank() {
        Some((namespace, "HD-1 est vide", "HD-1 is empty"))
    } else if universal.is_blank() != kind.is_blank() {
        let part = if universal.is_blank() { universal } else { kind };
        Some((part, "HD-2 et HD-3 vont ensemble", "HD-2 and HD-3 go together"))
    } else if !kind.is_blank() && !known() {
        Some((
            kind,
            "HD-3 hors de la table des types",
            "HD-3 is not in the table of types",
        ))
    } else if text == "ISO" && !is_oid(&id) {
        Some((universal, "HD-2 n'est pas un OID", "HD-2 is no OID"))
    } else {
        None
    };
    if let Some((part, fr, en)) = fault {
        judgement.report(Fault::new("CX/HD", part, Text::fixed(fr, en)));
        return;
    }
    if matches!(text.as_ref(), "M" | "N") && id.chars().count() != 9 {
        let count = id.chars().count();
        let message = Text::new(
            format!("un FINESS a 9 caractères, celui-ci {count}"),
            format!("a FINESS number has 9 characters, this one {count}"),
        );
        judgement.report(Fault::new("FINESS", universal, message));
    }
}

/// Digits separated by points, no empty arc.
pub(super) fn is_oid(text: &str) -> bool {
    text.contains('.')
        && text.split('.').all(|arc| {
            !arc.is_empty()
                && arc.bytes().all(|byte| byte.is_ascii_digit())
                && (arc == "0" || !arc.starts_with('0'))
        })
}

/// An EI: EI-3 and EI-4 go together.
fn entity<'p>(judgement: &mut Judgement<'p>, part: Part<'p>) {
    let (universal, kind) = (part.component(3), part.component(4));
    if universal.is_blank() != kind.is_blank() {
        let at = if kind.is_blank() { kind } else { universal };
        let message = Text::fixed("EI-3 et EI-4 vont ensemble", "EI-3 and EI-4 go together");
        judgement.report(Fault::new("EI-04", at, message));
    }
}

/// A CE or CWE: a code has its system.
fn coded<'p>(judgement: &mut Judgement<'p>, part: Part<'p>) {
    let lacking = part.component(1).is_valued() && part.component(3).is_blank();
    if !lacking || !judgement.profile.has("coded-systems") {
        return;
    }
    let segment = part.segment();
    let place = format!("{}-{}", segment.name(), part.field_number());
    let own = judgement.profile.table("fields-with-their-own-system-rule");
    if own.contains(&place) {
        return;
    }
    let message = Text::new(
        format!("{place} : un code sans son système de codage"),
        format!("{place}: a code without its coding system"),
    );
    judgement.report(Fault::new("CE-SYS", part.component(3), message));
}
