//! JSON Web Tokens (Pro Santé Connect): structure, algorithm, dates, claims. A token is a key to somebody's session:
//! it is never printed whole, and its personal claims never at all.

use base64::Engine as _;
use serde_json::{Map, Value};

use crate::checks::{Check, Context, Judged, Outcome, SetCheck};
use crate::evidence::{Evidence, Kind};
use crate::finding::{Place, Rule, Severity};
use crate::text::{Text, text};

const JWS: &str = "RFC 7515, RFC 7519";

static STRUCTURE: Rule = Rule::fixed(
    "TOKEN-STRUCTURE",
    Severity::Error,
    text("Le jeton est bien formé", "The token is well formed"),
    text(
        "Un jeton coupé ou recopié à la main ne se décode pas et ne prouve rien.",
        "A token that was cut or copied by hand does not decode and proves nothing.",
    ),
    text(
        "Copier le jeton entier depuis la trace de l'échange.",
        "Copy the whole token from the trace of the exchange.",
    ),
    JWS,
);

static ALGORITHM: Rule = Rule::fixed(
    "TOKEN-ALGORITHM",
    Severity::Error,
    text("Le jeton est signé", "The token is signed"),
    text(
        "L'algorithme « none » laisse n'importe qui écrire le jeton.",
        "The algorithm 'none' lets anybody write the token.",
    ),
    text(
        "Refuser les jetons sans signature, et déposer un jeton émis par Pro Santé Connect.",
        "Refuse tokens without a signature, and file one issued by Pro Santé Connect.",
    ),
    "RFC 8725, 3.1",
);

static DATES: Rule = Rule::fixed(
    "TOKEN-DATES",
    Severity::Error,
    text("L'émission précède l'expiration", "Issuance comes before expiry"),
    text(
        "Un jeton qui expire avant d'être émis, ou avant d'être utilisable, n'est jamais valable.",
        "A token that expires before it is issued, or before it may be used, is never valid.",
    ),
    text(
        "Déposer un jeton tel qu'il a été reçu.",
        "File a token as it was received.",
    ),
    JWS,
);

static EXPIRY: Rule = Rule::fixed(
    "TOKEN-EXPIRY",
    Severity::Warning,
    text("Le jeton expire", "The token expires"),
    text(
        "Un jeton sans date d'expiration reste utilisable par qui le trouve.",
        "A token without an expiry date stays usable by whoever finds it.",
    ),
    text("Demander des jetons avec « exp ».", "Ask for tokens with 'exp'."),
    "RFC 7519, 4.1.4",
);

static CLAIM: Rule = Rule::fixed(
    "TOKEN-CLAIM",
    Severity::Error,
    text(
        "Le jeton porte les attributs demandés",
        "The token carries the claims asked for",
    ),
    text(
        "L'identité du professionnel et sa source font partie de ce que la preuve demande.",
        "The professional's identity and its source are part of what the proof asks.",
    ),
    text(
        "Demander la portée (scope) qui donne cet attribut.",
        "Ask for the scope that gives this claim.",
    ),
    "Pro Santé Connect, attributs des jetons",
);

/// The check on tokens.
#[derive(Debug)]
pub struct TokenCheck;

impl Check for TokenCheck {
    fn id(&self) -> &'static str {
        "token"
    }

    fn accepts(&self, kind: Kind) -> bool {
        kind == Kind::Jwt
    }

    fn rules(&self) -> Vec<&'static Rule> {
        vec![&STRUCTURE, &ALGORITHM, &DATES, &EXPIRY]
    }

    fn run(&self, evidence: &Evidence, context: &Context<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let fault = |message: Text| STRUCTURE.at(Place::file(evidence.path()), message);
        let token = match Token::read(evidence, context) {
            Ok(token) => token,
            Err(message) => {
                outcome.findings.push(fault(message));
                return outcome;
            }
        };
        let place = || Place::file(evidence.path());
        let algorithm = token
            .header
            .get("alg")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if algorithm.eq_ignore_ascii_case("none") || (algorithm.is_empty() && !token.encrypted) {
            outcome.findings.push(
                ALGORITHM
                    .at(
                        place(),
                        text(
                            "le jeton n'est pas signé (alg absent ou « none »)",
                            "the token is not signed (alg absent or 'none')",
                        ),
                    )
                    .found(algorithm),
            );
        } else if token.signature_bytes == 0 {
            outcome
                .findings
                .push(fault(text("la signature est vide", "the signature is empty")));
        }
        if let Some(claims) = &token.claims {
            dates(evidence, claims, &mut outcome);
        }
        outcome.verified.push(token.describe(algorithm));
        outcome
    }
}

/// A token decoded.
struct Token {
    header: Map<String, Value>,
    /// None when the content is encrypted.
    claims: Option<Map<String, Value>>,
    encrypted: bool,
    signature_bytes: usize,
}

impl Token {
    fn read(evidence: &Evidence, context: &Context<'_>) -> Result<Self, Text> {
        let bytes = evidence
            .bytes(context.limits.file_bytes)
            .map_err(|error| error.text())?;
        let content = String::from_utf8_lossy(&bytes);
        let token = content.trim().trim_start_matches("Bearer ").trim();
        let parts: Vec<&str> = token.split('.').collect();
        let object = |index: usize, name_fr: &str, name_en: &str| -> Result<Map<String, Value>, Text> {
            let part = parts.get(index).copied().unwrap_or_default();
            let value = decode(part).and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
            match value {
                Some(Value::Object(object)) => Ok(object),
                _ => Err(Text::new(
                    format!("{name_fr} ne se décode pas en objet JSON"),
                    format!("{name_en} does not decode to a JSON object"),
                )),
            }
        };
        let header = object(0, "l'en-tête", "the header")?;
        let encrypted = parts.len() == 5;
        let claims = if encrypted {
            None
        } else {
            Some(object(1, "le contenu", "the content")?)
        };
        let last = parts.last().copied().unwrap_or_default();
        let signature_bytes = match decode(last) {
            Some(bytes) => bytes.len(),
            None => {
                return Err(text(
                    "la signature n'est pas en base64url",
                    "the signature is not base64url",
                ));
            }
        };
        Ok(Self {
            header,
            claims,
            encrypted,
            signature_bytes,
        })
    }

    /// What may be told: algorithm, issuer, dates and the names of the claims; never the values of the others.
    fn describe(&self, algorithm: &str) -> Text {
        let Some(claims) = &self.claims else {
            return Text::new(
                format!("jeton chiffré ({algorithm}) : son contenu n'est pas lu"),
                format!("encrypted token ({algorithm}): its content is not read"),
            );
        };
        let issuer = claims.get("iss").and_then(Value::as_str).unwrap_or("-");
        let names: Vec<&str> = claims.keys().map(String::as_str).collect();
        let names = names.join(", ");
        let life = number(claims, "exp")
            .zip(number(claims, "iat"))
            .map_or_else(|| "-".to_owned(), |(end, start)| format!("{} s", end - start));
        Text::new(
            format!(
                "jeton {algorithm} émis par {issuer}, durée {life}, attributs : {names} ; la signature n'est pas vérifiée"
            ),
            format!(
                "{algorithm} token issued by {issuer}, lifetime {life}, claims: {names}; the signature is not verified"
            ),
        )
    }
}

fn decode(part: &str) -> Option<Vec<u8>> {
    base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(part.trim_end_matches('='))
        .ok()
}

/// A NumericDate, in seconds.
fn number(claims: &Map<String, Value>, name: &str) -> Option<i64> {
    let value = claims.get(name)?;
    value.as_i64().or_else(|| {
        value
            .as_f64()
            .filter(|seconds| seconds.abs() < 1e15)
            .map(|seconds| seconds as i64)
    })
}

fn dates(evidence: &Evidence, claims: &Map<String, Value>, outcome: &mut Outcome) {
    let place = || Place::file(evidence.path()).path("exp");
    let Some(expiry) = number(claims, "exp") else {
        outcome.findings.push(EXPIRY.at(
            place(),
            text("le jeton n'a pas de date « exp »", "the token has no 'exp' date"),
        ));
        return;
    };
    for name in ["iat", "nbf", "auth_time"] {
        if let Some(start) = number(claims, name).filter(|start| *start >= expiry) {
            outcome.findings.push(
                DATES
                    .at(
                        place(),
                        Text::new(
                            format!("« exp » ({expiry}) ne suit pas « {name} » ({start})"),
                            format!("'exp' ({expiry}) does not follow '{name}' ({start})"),
                        ),
                    )
                    .found(expiry.to_string()),
            );
        }
    }
}

/// The check on the claims that a proof asks for: `parameters.claims`, names with dots for nested ones.
#[derive(Debug)]
pub struct TokenClaimsCheck;

impl SetCheck for TokenClaimsCheck {
    fn id(&self) -> &'static str {
        "token-claims"
    }

    fn rules(&self) -> Vec<&'static Rule> {
        vec![&CLAIM]
    }

    fn run(&self, files: &[Judged<'_>], parameters: &toml::Table, context: &Context<'_>) -> Outcome {
        let mut outcome = Outcome::default();
        let asked: Vec<&str> = parameters
            .get("claims")
            .and_then(toml::Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(toml::Value::as_str)
            .collect();
        for file in files.iter().filter(|file| file.evidence.kind() == Kind::Jwt) {
            // A token that cannot be read has its own finding.
            let Ok(Token {
                claims: Some(claims), ..
            }) = Token::read(file.evidence, context)
            else {
                continue;
            };
            let claims = Value::Object(claims);
            for name in &asked {
                let value = claims.pointer(&format!("/{}", name.replace('.', "/")));
                let empty =
                    matches!(value, None | Some(Value::Null)) || value.and_then(Value::as_str) == Some("");
                if empty {
                    outcome.findings.push(
                        CLAIM
                            .at(
                                Place::file(file.evidence.path()).path(*name),
                                Text::new(
                                    format!("attribut absent ou vide : {name}"),
                                    format!("claim absent or empty: {name}"),
                                ),
                            )
                            .expected(*name),
                    );
                }
            }
        }
        outcome
    }
}
