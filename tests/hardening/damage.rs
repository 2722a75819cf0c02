//! Every kind of evidence, damaged at random from our own samples: judged without a panic, in bounded time.

use proptest::prelude::*;

use conforme::checks::{Context, INTERNAL, Options, judge};
use conforme::evidence::Evidence;
use conforme::limits::Limits;

/// Our own samples, one of each kind and more.
fn seeds() -> Vec<(String, Vec<u8>)> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("testcases/dossiers");
    let mut seeds: Vec<(String, Vec<u8>)> = walkdir::WalkDir::new(root)
        .sort_by_file_name()
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file() && entry.metadata().unwrap().len() < 200_000)
        .filter(|entry| {
            entry
                .path()
                .components()
                .any(|part| part.as_os_str() == "preuves")
        })
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect();
    seeds.dedup_by(|one, other| one.1 == other.1);
    seeds
}

/// One damage: where, as a share of the length, and what is done there.
#[derive(Debug, Clone)]
enum Damage {
    Set(u16, u8),
    Cut(u16),
    Remove(u16, u8),
    Repeat(u16, u8, u8),
    Insert(u16, &'static [u8]),
}

/// Words that mean something to one of the readers.
const WORDS: &[&[u8]] = &[
    b"<![CDATA[",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>",
    b"]]>",
    b"&#x0;",
    b"\xff\xfe",
    b"\0\0\0\0",
    b"MSH|^~\\&|",
    b"~~~~&&&&^^^^",
    b"\\X0D\\",
    b"PK\x03\x04",
    b"PK\x01\x02",
    b"endobj",
    b"stream\r\n",
    b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n",
    b"99999999999999999999",
    b"-1",
    b"\";\"",
];

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (any::<u16>(), any::<u8>()).prop_map(|(at, byte)| Damage::Set(at, byte)),
        any::<u16>().prop_map(Damage::Cut),
        (any::<u16>(), any::<u8>()).prop_map(|(at, length)| Damage::Remove(at, length)),
        (any::<u16>(), any::<u8>(), 1..40_u8)
            .prop_map(|(at, length, times)| Damage::Repeat(at, length, times)),
        (any::<u16>(), 0..WORDS.len()).prop_map(|(at, word)| Damage::Insert(at, WORDS[word])),
    ]
}

fn apply(bytes: &mut Vec<u8>, damage: &Damage) {
    let place = |at: u16, length: usize| usize::from(at) * length / 65_536;
    let length = bytes.len();
    match damage {
        Damage::Set(at, byte) => {
            if let Some(target) = bytes.get_mut(place(*at, length)) {
                *target = *byte;
            }
        }
        Damage::Cut(at) => bytes.truncate(place(*at, length)),
        Damage::Remove(at, count) => {
            let start = place(*at, length);
            let end = (start + usize::from(*count)).min(length);
            bytes.drain(start..end);
        }
        Damage::Repeat(at, count, times) => {
            let start = place(*at, length);
            let end = (start + usize::from(*count)).min(length);
            let part = bytes[start..end].repeat(usize::from(*times));
            bytes.splice(end..end, part);
        }
        Damage::Insert(at, word) => {
            let start = place(*at, length);
            bytes.splice(start..start, word.iter().copied());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_evidence_is_judged_without_panic(
        seed in any::<prop::sample::Index>(),
        damages in prop::collection::vec(damage(), 1..6),
    ) {
        thread_local! {
            static SEEDS: Vec<(String, Vec<u8>)> = seeds();
        }
        let (name, mut bytes) = SEEDS.with(|seeds| seeds[seed.index(seeds.len())].clone());
        for damage in &damages {
            apply(&mut bytes, damage);
        }
        let limits = Limits::default();
        let options = Options::default();
        let outcome = judge(&Evidence::memory(name.clone(), bytes), &Context::new(&limits, &options));
        // A panic of a check is caught and told by this rule: here it is a failure.
        let internal = outcome.findings.iter().find(|finding| finding.rule == INTERNAL.id);
        prop_assert!(internal.is_none(), "{name}: {:?}", internal.map(|finding| finding.message.en.clone()));
    }
}
