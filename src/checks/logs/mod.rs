//! Logs and traces: timestamps that are there and in order, and the fields that the proof asks for (user, action,
//! addressee). How they are written is data: `testcases/logs/logs.toml`.

mod table;

use crate::checks::{Context, Judged, Outcome, SetCheck};
use crate::evidence::words::{NoWords, Words};
use crate::evidence::{Evidence, Kind};
use crate::finding::{Place, Rule, Severity};
use crate::text::{Text, text};

use table::{FORMATS, Moment};

const SOURCE: &str =
    "REM, journaux et traces (INS/va1.46, règles 31 et 32 : date, heure, professionnel, destinataire)";

static TIMESTAMP: Rule = Rule::fixed(
    "LOG-TIMESTAMP",
    Severity::Error,
    text("Le journal est horodaté", "The log is timestamped"),
    text(
        "Une trace sans date ni heure ne prouve pas quand l'action a eu lieu, ni dans quel ordre.",
        "A trace without date and time does not prove when the action took place, nor in which order.",
    ),
    text(
        "Exporter le journal avec la date et l'heure de chaque ligne.",
        "Export the log with the date and time of each line.",
    ),
    SOURCE,
);

static ORDER: Rule = Rule::fixed(
    "LOG-ORDER",
    Severity::Warning,
    text(
        "Les lignes se suivent dans le temps",
        "The lines follow each other in time",
    ),
    text(
        "Un retour en arrière montre des extraits recollés, ou une horloge mal réglée.",
        "A step back shows excerpts pasted together, or a badly set clock.",
    ),
    text(
        "Déposer l'extrait tel que le logiciel l'a écrit.",
        "File the excerpt as the software wrote it.",
    ),
    SOURCE,
);

static FIELD: Rule = Rule::fixed(
    "LOG-FIELD",
    Severity::Warning,
    text(
        "Le journal dit qui a fait quoi, et pour qui",
        "The log says who did what, and for whom",
    ),
    text(
        "L'exigence demande la trace de l'utilisateur, de l'action et du destinataire ; l'un d'eux n'a pas été reconnu.",
        "The requirement wants a trace of the user, the action and the addressee; one of them was not recognised.",
    ),
    text(
        "Déposer un extrait qui montre ces champs, avec leurs noms.",
        "File an excerpt that shows these fields, with their names.",
    ),
    SOURCE,
);

/// The check on the logs of a proof.
///
/// `parameters.fields`: which of `user`, `action`, `addressee` the proof asks for; none by default.
#[derive(Debug)]
pub struct LogCheck;

impl SetCheck for LogCheck {
    fn id(&self) -> &'static str {
        "log"
    }

    fn rules(&self) -> Vec<&'static Rule> {
        vec![&TIMESTAMP, &ORDER, &FIELD]
    }

    fn opens_archives(&self) -> bool {
        true
    }

    fn run(&self, files: &[Judged<'_>], parameters: &toml::Table, context: &Context<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let mut unseen = Vec::new();
        let mut logs: Vec<(&Evidence, String)> = Vec::new();
        for file in files.iter().filter(|file| is_log(file.evidence.kind())) {
            match Words::read(file.evidence, context.limits) {
                Ok(words) if words.text.trim().is_empty() => {}
                Ok(words) => logs.push((file.evidence, plain(&words.text))),
                Err(NoWords::Picture | NoWords::Unread) => unseen.push(file.evidence.name()),
                Err(NoWords::Broken) => {}
            }
        }
        for (evidence, log) in &logs {
            timestamps(evidence, log, &mut outcome);
        }
        if let Some((first, _)) = logs.first() {
            fields(first, &logs, parameters, !unseen.is_empty(), &mut outcome);
        }
        if !unseen.is_empty() {
            let names = unseen.join(", ");
            outcome.to_review.push(Text::new(
                format!("{names} : y lire la date, l'utilisateur, l'action et le destinataire (image ou format non lu)"),
                format!("{names}: read the date, user, action and addressee there (picture or format not read)"),
            ));
        }
        outcome
    }
}

/// Messages (HL7, SOAP, mail...) have fields of their own, judged by their family.
fn is_log(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Text
            | Kind::Csv
            | Kind::Json
            | Kind::Xml
            | Kind::Html
            | Kind::Pdf
            | Kind::Office
            | Kind::Workbook
            | Kind::Image
    )
}

/// Lower case without accents; lines kept as they are.
fn plain(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    use unicode_normalization::char::is_combining_mark;
    text.nfd()
        .filter(|character| !is_combining_mark(*character))
        .flat_map(char::to_lowercase)
        .collect()
}

fn timestamps(evidence: &Evidence, log: &str, outcome: &mut Outcome) {
    let mut previous: Option<(usize, Moment)> = None;
    let (mut first, mut last) = (None, None);
    let (mut stamped, mut forward, mut backward) = (0_u64, 0_u64, Vec::new());
    for (index, line) in log.lines().enumerate() {
        let Some(moment) = FORMATS.moment(line) else {
            continue;
        };
        stamped += 1;
        if let Some((_, before)) = &previous {
            if moment < *before {
                backward.push((index + 1, before.clone(), moment.clone()));
            } else if moment > *before {
                forward += 1;
            }
        }
        first.get_or_insert_with(|| moment.clone());
        last = Some(moment.clone());
        previous = Some((index, moment));
    }
    let lines = log.lines().filter(|line| !line.trim().is_empty()).count();
    let (Some(first), Some(last)) = (first, last) else {
        outcome.findings.push(TIMESTAMP.at(
            Place::file(evidence.path()),
            Text::new(
                format!("aucun horodatage reconnu sur {lines} lignes"),
                format!("no timestamp recognised on {lines} lines"),
            ),
        ));
        return;
    };
    // Some logs are written newest first.
    if forward > 0
        && backward.len() as u64 <= forward
        && let Some((line, before, after)) = backward.first()
    {
        let mut finding = ORDER
            .at(
                Place::file(evidence.path()).line_column(u32::try_from(*line).unwrap_or(u32::MAX), 1),
                Text::new(
                    format!("{after} vient après {before}"),
                    format!("{after} comes after {before}"),
                ),
            )
            .found(after.to_string());
        finding.count = backward.len() as u64;
        outcome.findings.push(finding);
    }
    outcome.verified.push(Text::new(
        format!("journal de {lines} lignes, {stamped} horodatées, du {first} au {last}"),
        format!("log of {lines} lines, {stamped} timestamped, from {first} to {last}"),
    ));
}

fn fields(
    first: &Evidence,
    logs: &[(&Evidence, String)],
    parameters: &toml::Table,
    unseen: bool,
    outcome: &mut Outcome,
) {
    let asked = parameters.get("fields").and_then(toml::Value::as_array);
    for id in asked.into_iter().flatten().filter_map(toml::Value::as_str) {
        let Some(field) = FORMATS.fields.iter().find(|field| field.id == id) else {
            outcome.not_evaluated.push(Text::new(
                format!("champ de journal inconnu : {id}"),
                format!("unknown log field: {id}"),
            ));
            continue;
        };
        let seen = logs
            .iter()
            .flat_map(|(_, log)| log.lines())
            .any(|line| field.patterns.iter().any(|pattern| pattern.is_match(line)));
        if seen {
            outcome.verified.push(Text::new(
                format!("champ reconnu dans le journal : {}", field.name.fr),
                format!("field recognised in the log: {}", field.name.en),
            ));
        } else if !unseen {
            outcome.findings.push(
                FIELD
                    .at(
                        Place::file(first.path()),
                        Text::new(
                            format!("champ non reconnu : {}", field.name.fr),
                            format!("field not recognised: {}", field.name.en),
                        ),
                    )
                    .expected(id),
            );
        }
    }
}
