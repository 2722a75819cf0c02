//! The conditions of profiles: `MSH-9.2 == 'T10' && DOC-11 != 'C'`, `exists(PID-3[*].4)`, `PID-8 in $sex`,
//! `PRT-15.4 matches '@patient\.'`, `PRT-4.1 outside $roles` (one of the values is not of the set).
//!
//! A path names values: `SEG-field[repetition].component.subcomponent`. Without `[…]` the first repetition is meant,
//! `[*]` means all. A path on the segment under judgement means that one; another segment means all of that name in
//! the message. `OBX{3.1=DESTDMP}-5.1` keeps the segments whose value is that one; `DOC` means the OBX that carry a
//! document, `MAIL` those of the mail it came by. A comparison holds when one of the values satisfies it; `!=` is the negation of `==`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use regex::Regex;

use super::answers::Answers;
use crate::engines::hl7v2::{MessageRef, Part, SegmentRef};

/// What paths are resolved against.
#[derive(Clone, Copy)]
pub struct Scope<'p, 's> {
    /// The message.
    pub message: MessageRef<'p>,
    /// The segment under judgement.
    pub current: Option<SegmentRef<'p>>,
    /// The OBX that carry documents.
    pub documents: &'s [SegmentRef<'p>],
    /// The OBX that carry the mail a document came by.
    pub mails: &'s [SegmentRef<'p>],
    /// What questions of the plan were answered for this message.
    pub answers: Option<&'s Answers>,
}

/// Where a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// Segment name, `DOC` or `MAIL`.
    pub segment: String,
    /// `{3.1=CODE}` filters: component path in field, value.
    pub filters: Vec<(Vec<usize>, String)>,
    /// Field.
    pub field: usize,
    /// Repetition; 0 means all, none means the first.
    pub repetition: Option<usize>,
    /// Component.
    pub component: Option<usize>,
    /// Subcomponent.
    pub subcomponent: Option<usize>,
}

impl Path {
    /// Reads a path; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let fault = || format!("'{text}' is no path such as PID-3[*].4.2");
        let (head, tail) = match text.split_once('}') {
            Some((head, tail)) => (head, tail.strip_prefix('-').ok_or_else(fault)?),
            None => text.split_once('-').ok_or_else(fault)?,
        };
        let (segment, filter) = head.split_once('{').unwrap_or((head, ""));
        if segment != "MAIL" && segment.len() != 3
            || !segment
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        {
            return Err(fault());
        }
        let mut filters = Vec::new();
        for one in filter.split(',').filter(|one| !one.is_empty()) {
            let (place, value) = one.split_once('=').ok_or_else(fault)?;
            let numbers: Result<Vec<usize>, _> = place.split('.').map(str::parse).collect();
            filters.push((numbers.map_err(|_| fault())?, value.to_owned()));
        }
        let (numbers, repetition) = match tail.split_once('[') {
            Some((field, rest)) => {
                let (repetition, rest) = rest.split_once(']').ok_or_else(fault)?;
                let repetition = if repetition == "*" {
                    0
                } else {
                    repetition.parse().map_err(|_| fault())?
                };
                (format!("{field}{rest}"), Some(repetition))
            }
            None => (tail.to_owned(), None),
        };
        let mut numbers = numbers
            .split('.')
            .map(|one| one.parse::<usize>().ok().filter(|number| *number > 0));
        let mut next = || match numbers.next() {
            Some(Some(number)) => Ok(Some(number)),
            Some(None) => Err(fault()),
            None => Ok(None),
        };
        Ok(Self {
            segment: segment.to_owned(),
            filters,
            field: next()?.ok_or_else(fault)?,
            repetition,
            component: next()?,
            subcomponent: next()?,
        })
    }

    /// The part of `segment` that the path means, repetitions apart.
    pub fn of_segment<'p>(&self, segment: SegmentRef<'p>) -> Vec<Part<'p>> {
        let mut parts = Vec::new();
        self.any_of_segment(segment, |part| {
            parts.push(part);
            false
        });
        parts
    }

    /// Whether one of the parts of `segment` that the path means passes `test`; none after it is looked at.
    pub fn any_of_segment<'p>(
        &self,
        segment: SegmentRef<'p>,
        mut test: impl FnMut(Part<'p>) -> bool,
    ) -> bool {
        match self.only(segment) {
            Some(part) => test(part),
            None => segment
                .field(self.field)
                .repetitions()
                .filter(|repetition| !repetition.is_blank())
                .any(|repetition| test(self.narrowed(repetition))),
        }
    }

    /// The part of `segment` that the path means; none when it means one of each repetition.
    pub fn only<'p>(&self, segment: SegmentRef<'p>) -> Option<Part<'p>> {
        let field = segment.field(self.field);
        match self.repetition {
            None => Some(self.narrowed(field)),
            Some(0) => None,
            Some(number) => Some(self.narrowed(field.repetition(number))),
        }
    }

    fn narrowed<'p>(&self, part: Part<'p>) -> Part<'p> {
        match (self.component, self.subcomponent) {
            (Some(component), Some(subcomponent)) => part.component(component).subcomponent(subcomponent),
            (Some(component), None) => part.component(component),
            _ => part,
        }
    }

    /// Whether `segment` passes the filters of the path.
    fn fits(&self, segment: SegmentRef<'_>) -> bool {
        self.filters.iter().all(|(numbers, value)| {
            let mut numbers = numbers.iter();
            let mut part = segment.field(numbers.next().copied().unwrap_or(0));
            if let Some(component) = numbers.next() {
                part = part.component(*component);
            }
            part.text_is(value)
        })
    }

    /// Whether the path means something of `segment` when that is the segment under judgement.
    pub fn reaches(&self, segment: SegmentRef<'_>) -> bool {
        let alias = matches!(self.segment.as_str(), "DOC" | "MAIL");
        self.filters.is_empty() || ((alias || self.fits(segment)) && self.any_of_segment(segment, |_| true))
    }

    /// Every part the path means in `scope`.
    pub fn parts<'p>(&self, scope: Scope<'p, '_>) -> Vec<Part<'p>> {
        let mut parts = Vec::new();
        self.any(scope, |part| {
            parts.push(part);
            false
        });
        parts
    }

    /// Whether the path means the segment under judgement when that is a `subject`; documents and mails are OBX.
    fn depends_on(&self, subject: &str) -> bool {
        let observation = matches!(subject, "OBX" | "DOC" | "MAIL");
        match self.segment.as_str() {
            "DOC" | "MAIL" => observation,
            "OBX" => observation && self.filters.is_empty(),
            other => other == subject && self.filters.is_empty(),
        }
    }

    /// Whether one of the parts that the path means in `scope` passes `test`; none after it is looked at.
    pub fn any<'p>(&self, scope: Scope<'p, '_>, mut test: impl FnMut(Part<'p>) -> bool) -> bool {
        let alias = match self.segment.as_str() {
            "DOC" => Some(scope.documents),
            "MAIL" => Some(scope.mails),
            _ => None,
        };
        if let Some(segments) = alias {
            let own = scope
                .current
                .filter(|current| segments.iter().any(|one| one.rank() == current.rank()));
            return match own {
                Some(current) => self.any_of_segment(current, test),
                None => segments
                    .iter()
                    .any(|segment| self.fits(*segment) && self.any_of_segment(*segment, &mut test)),
            };
        }
        if let Some(current) = scope
            .current
            .filter(|current| self.filters.is_empty() && current.is(&self.segment))
        {
            return self.any_of_segment(current, test);
        }
        scope
            .message
            .all(&self.segment)
            .any(|segment| self.fits(segment) && self.any_of_segment(segment, &mut test))
    }

    /// Whether the text of one of the parts that are not blank passes `test`.
    fn any_text<'p>(&self, scope: Scope<'p, '_>, mut test: impl FnMut(Cow<'p, str>) -> bool) -> bool {
        self.any(scope, |part| !part.is_blank() && test(part.text()))
    }
}

/// A condition.
#[derive(Debug, Clone)]
pub enum Expression {
    /// All hold.
    And(Vec<Expression>),
    /// One holds.
    Or(Vec<Expression>),
    /// It does not hold.
    Not(Box<Expression>),
    /// One of the values is there.
    Exists(Path),
    /// One of the values is one of these.
    Among(Path, Vec<String>),
    /// One of the values is none of these.
    Outside(Path, Vec<String>),
    /// One value of the first path equals one of the second.
    Same(Path, Path),
    /// One of the values matches.
    Matches(Path, Regex),
    /// A condition whose answer is remembered.
    Remembered(Question),
}

/// A condition that many statements share.
#[derive(Debug, Clone)]
pub struct Question {
    /// Its rank among those of the profile.
    pub(super) rank: usize,
    /// It is about the message: the answer is the same for each segment under judgement.
    pub(super) common: bool,
    pub(super) condition: Box<Expression>,
}

impl Expression {
    /// Reads a condition; `tables` are the sets that `$name` means.
    pub fn parse(text: &str, tables: &BTreeMap<String, Vec<String>>) -> Result<Self, String> {
        let mut reader = Reader {
            tokens: tokens(text)?,
            at: 0,
            tables,
        };
        let expression = reader.or()?;
        match reader.peek() {
            None => Ok(expression),
            Some(token) => Err(format!("'{token}' is not expected in '{text}'")),
        }
    }

    /// The same condition in two halves that must both hold: what is asked once, since the answer is the same for every
    /// segment named `subject`, and what each of them is asked.
    pub fn split(&self, subject: &str) -> (Option<Self>, Option<Self>) {
        let parts = match self {
            Self::And(parts) => parts.clone(),
            other => vec![other.clone()],
        };
        let (each, once): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| part.depends_on(subject));
        (Self::all(once), Self::all(each))
    }

    /// The condition that all of these hold; none when there are none.
    fn all(mut parts: Vec<Self>) -> Option<Self> {
        match parts.len() {
            0 | 1 => parts.pop(),
            _ => Some(Self::And(parts)),
        }
    }

    /// Whether the answer may differ from one segment named `subject` to the next.
    pub(super) fn depends_on(&self, subject: &str) -> bool {
        match self {
            Self::Remembered(question) => question.condition.depends_on(subject),
            Self::And(parts) | Self::Or(parts) => parts.iter().any(|part| part.depends_on(subject)),
            Self::Not(inner) => inner.depends_on(subject),
            Self::Exists(path) | Self::Among(path, _) | Self::Outside(path, _) | Self::Matches(path, _) => {
                path.depends_on(subject)
            }
            Self::Same(left, right) => left.depends_on(subject) || right.depends_on(subject),
        }
    }

    /// Whether it holds.
    pub fn holds(&self, scope: Scope<'_, '_>) -> bool {
        match self {
            Self::And(all) => all.iter().all(|one| one.holds(scope)),
            Self::Or(any) => any.iter().any(|one| one.holds(scope)),
            Self::Not(inner) => !inner.holds(scope),
            Self::Exists(path) => path.any(scope, |part| !part.is_blank()),
            Self::Among(path, values) => {
                path.any(scope, |part| !part.is_blank() && part.trimmed_is_among(values))
            }
            Self::Outside(path, values) => {
                path.any(scope, |part| !part.is_blank() && !part.trimmed_is_among(values))
            }
            Self::Same(left, right) => {
                let mut texts = Vec::new();
                right.any_text(scope, |text| {
                    texts.push(text);
                    false
                });
                !texts.is_empty() && left.any_text(scope, |text| texts.contains(&text))
            }
            Self::Matches(path, regex) => path.any_text(scope, |text| regex.is_match(&text)),
            Self::Remembered(question) => {
                let current = scope.current.filter(|_| !question.common);
                let scope = Scope { current, ..scope };
                let answer = || question.condition.holds(scope);
                match scope.answers {
                    Some(answers) => answers.of(question.rank, current, answer),
                    None => answer(),
                }
            }
        }
    }
}

fn tokens(text: &str) -> Result<Vec<String>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = if first == '\'' {
            let closed = rest.get(1..).and_then(|after| after.find('\''));
            closed.ok_or_else(|| format!("a quote is not closed in '{text}'"))? + 2
        } else if ["&&", "||", "==", "!="]
            .iter()
            .any(|operator| rest.starts_with(operator))
        {
            2
        } else if matches!(first, '(' | ')' | '!' | ',') {
            1
        } else {
            let mut depth = 0_i32;
            rest.char_indices()
                .find(|&(_, one)| {
                    depth += i32::from(one == '{') - i32::from(one == '}');
                    depth == 0 && (one.is_whitespace() || matches!(one, '(' | ')' | '!' | ',' | '='))
                })
                .map_or(rest.len(), |(end, _)| end.max(1))
        };
        tokens.push(rest.get(..length).unwrap_or_default().to_owned());
        rest = rest.get(length..).unwrap_or_default().trim_start();
    }
    Ok(tokens)
}

struct Reader<'t> {
    tokens: Vec<String>,
    at: usize,
    tables: &'t BTreeMap<String, Vec<String>>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<&str> {
        self.tokens.get(self.at).map(String::as_str)
    }

    fn take(&mut self) -> Result<String, String> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token.ok_or_else(|| "the condition stops too early".to_owned())
    }

    fn took(&mut self, wanted: &str) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn or(&mut self) -> Result<Expression, String> {
        let mut any = vec![self.and()?];
        while self.took("||") {
            any.push(self.and()?);
        }
        Ok(if any.len() == 1 {
            any.remove(0)
        } else {
            Expression::Or(any)
        })
    }

    fn and(&mut self) -> Result<Expression, String> {
        let mut all = vec![self.unary()?];
        while self.took("&&") {
            all.push(self.unary()?);
        }
        Ok(if all.len() == 1 {
            all.remove(0)
        } else {
            Expression::And(all)
        })
    }

    fn unary(&mut self) -> Result<Expression, String> {
        if self.took("!") {
            return Ok(Expression::Not(Box::new(self.unary()?)));
        }
        if self.took("(") {
            let inner = self.or()?;
            return if self.took(")") {
                Ok(inner)
            } else {
                Err("')' is missing".to_owned())
            };
        }
        let token = self.take()?;
        if token == "exists" {
            if !self.took("(") {
                return Err("'(' is missing after exists".to_owned());
            }
            let path = Path::parse(&self.take()?)?;
            return if self.took(")") {
                Ok(Expression::Exists(path))
            } else {
                Err("')' is missing after exists".to_owned())
            };
        }
        let path = Path::parse(&token)?;
        let operator = self.take()?;
        match operator.as_str() {
            "==" | "!=" => {
                let operand = self.take()?;
                let equal = match literal(&operand) {
                    Some(value) => Expression::Among(path, vec![value]),
                    None => Expression::Same(path, Path::parse(&operand)?),
                };
                Ok(if operator == "==" {
                    equal
                } else {
                    Expression::Not(Box::new(equal))
                })
            }
            "in" => Ok(Expression::Among(path, self.set()?)),
            "outside" => Ok(Expression::Outside(path, self.set()?)),
            "matches" => {
                let pattern = self.take()?;
                let pattern = literal(&pattern).ok_or_else(|| format!("{pattern} is no quoted pattern"))?;
                Ok(Expression::Matches(
                    path,
                    Regex::new(&pattern).map_err(|error| error.to_string())?,
                ))
            }
            other => Err(format!("'{other}' is no operator")),
        }
    }

    /// `$table` or `('a', 'b')`.
    fn set(&mut self) -> Result<Vec<String>, String> {
        let token = self.take()?;
        if let Some(name) = token.strip_prefix('$') {
            return self
                .tables
                .get(name)
                .cloned()
                .ok_or_else(|| format!("no table '{name}'"));
        }
        if token != "(" {
            return Err(format!("'{token}' is no set"));
        }
        let mut values = Vec::new();
        loop {
            let token = self.take()?;
            values.push(literal(&token).ok_or_else(|| format!("{token} is no quoted value"))?);
            if self.took(")") {
                return Ok(values);
            }
            if !self.took(",") {
                return Err("',' is missing in a set".to_owned());
            }
        }
    }
}

fn literal(token: &str) -> Option<String> {
    let inner = token.strip_prefix('\'')?.strip_suffix('\'')?;
    Some(inner.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engines::hl7v2::{ParseLimits, parse};

    #[test]
    fn conditions_are_read_and_evaluated() {
        let bytes = b"MSH|^~\\&|A|B|C|D|||ADT^A01^ADT_A01|1\rPID|||1^^^X&1.2&ISO^PI~2^^^Y&1.3&ISO^INS\rOBX|1|CWE|K1^l^S||Y\rOBX|2|CWE|K2^l^S||N\r";
        let parsed = parse(bytes, &ParseLimits::default());
        let message = parsed.message(0).unwrap();
        let scope = Scope {
            message,
            current: None,
            documents: &[],
            mails: &[],
            answers: None,
        };
        let tables = BTreeMap::from([("oids".to_owned(), vec!["1.3".to_owned()])]);
        for (text, expected) in [
            ("MSH-9.2 == 'A01'", true),
            ("MSH-9.2 != 'A01' || exists(PID-3)", true),
            ("PID-3[*].4.2 in $oids", true),
            ("PID-3.4.2 in $oids", false),
            ("OBX{3.1=K2}-5 == 'Y'", false),
            ("OBX{3.1=K1}-5 in ('Y', 'N') && !(OBX{3.1=K2}-5 == 'Y')", true),
            ("PID-3[2].1 matches '^[0-9]+$'", true),
            ("exists(PID-5)", false),
        ] {
            let expression = Expression::parse(text, &tables).unwrap();
            assert_eq!(expression.holds(scope), expected, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_condition_is_said() {
        let tables = BTreeMap::new();
        for (text, part) in [
            ("PID-3 ==", "too early"),
            ("PID3 == 'a'", "no path"),
            ("PID-3 in $none", "no table"),
            ("PID-3 == 'a", "not closed"),
            ("PID-3 == 'a' 'b'", "not expected"),
            ("PID-3 matches '('", "regex"),
        ] {
            let error = Expression::parse(text, &tables).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
