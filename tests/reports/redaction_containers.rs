//! `--redact` where values stand deeper: members of archives, attachments, office files, the text of PDF; and in the
//! record of a whole dossier, in every format and in comparisons.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use conforme::assess::{Settings, assess};
use conforme::record::Record;
use conforme::reports::diff::{compare, render_difference};
use conforme::reports::{Format, Options, redact, render};
use conforme::validate::Input;

use crate::redaction::{WORD, leaks_of, planted, readable};
use crate::shards::copy;

fn pieces(names: &[&str]) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testcases/dossiers/pieces");
    names
        .iter()
        .map(|name| {
            (
                (*name).to_owned(),
                std::fs::read_to_string(root.join(name)).unwrap(),
            )
        })
        .collect()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(*name, options).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn mail(name: &str, content: &[u8]) -> Vec<u8> {
    let encoded = base64::engine::general_purpose::STANDARD.encode(content);
    let lines: Vec<&str> = encoded
        .as_bytes()
        .chunks(76)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!(
        "From: {WORD} <{WORD}@essai.mssante.fr>\r\nTo: {WORD}@essai.mssante.fr\r\nSubject: {WORD}\r\n\
         Date: Thu, 04 Jan 2024 16:10:00 +0100\r\nMessage-ID: <{WORD}@essai>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=limite\r\n\r\n--limite\r\nContent-Type: text/plain\r\n\r\n\
         {WORD}\r\n--limite\r\nContent-Type: application/octet-stream; name=\"{WORD}-{name}\"\r\n\
         Content-Disposition: attachment; filename=\"{WORD}-{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n\
         {}\r\n--limite--\r\n",
        lines.join("\r\n")
    )
    .into_bytes()
}

/// Messages, documents, mails, tables and logs in archives, archives in archives, and attachments.
#[test]
fn no_value_in_archives_and_attachments_is_told() {
    let texts = pieces(&[
        "adt-a28.hl7",
        "cr-bio.xml",
        "courriel.eml",
        "insi-tableau.csv",
        "journal.log",
    ]);
    let mut inputs = Vec::new();
    for (name, text) in &texts {
        for (index, planted) in planted(name, text, 8).into_iter().enumerate() {
            let bytes = planted.as_bytes();
            let member = format!("{WORD}/{name}");
            let archive = zip(&[(&member, bytes), ("lisez-moi.txt", WORD.as_bytes())]);
            let nested = zip(&[("dedans.zip", &archive)]);
            inputs.push(Input::Bytes(archive, format!("{index}/{name}.zip")));
            inputs.push(Input::Bytes(nested, format!("{index}/{name}-deux.zip")));
            inputs.push(Input::Bytes(mail(name, bytes), format!("{index}/{name}.eml")));
        }
    }
    assert_eq!(leaks_of(&inputs), Vec::<String>::new());
}

/// An IHE_XDM archive whose metadata, document and members hold the word, one at a time.
#[test]
fn no_value_of_an_exchange_archive_is_told() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testcases/dossiers/pieces/IHE_XDM.ZIP");
    let bytes = std::fs::read(path).unwrap();
    let mut source = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut members: Vec<(String, Vec<u8>)> = Vec::new();
    for index in 0..source.len() {
        let mut member = source.by_index(index).unwrap();
        let mut content = Vec::new();
        std::io::Read::read_to_end(&mut member, &mut content).unwrap();
        members.push((member.name().unwrap().into_owned(), content));
    }
    let mut inputs = Vec::new();
    for (changed, (name, content)) in members.iter().enumerate() {
        let Ok(text) = std::str::from_utf8(content) else {
            continue;
        };
        for (index, text) in planted(name, text, 12).into_iter().enumerate() {
            let all: Vec<(&str, &[u8])> = members
                .iter()
                .enumerate()
                .map(|(at, (name, content))| {
                    let content = if at == changed {
                        text.as_bytes()
                    } else {
                        content.as_slice()
                    };
                    (name.as_str(), content)
                })
                .collect();
            inputs.push(Input::Bytes(zip(&all), format!("{changed}-{index}/IHE_XDM.ZIP")));
        }
    }
    assert!(inputs.len() > 20, "{}", inputs.len());
    assert_eq!(leaks_of(&inputs), Vec::<String>::new());
}

/// A PDF with the word in its text, its title, its metadata and the name of a file attached to it.
fn pdf() -> Vec<u8> {
    use lopdf::{Document, Object, Stream, dictionary};
    let mut document = Document::with_version("1.4");
    let text = format!("BT /F1 12 Tf 40 700 Td (Autorisation {WORD} numero CNDA-{WORD} profil {WORD}) Tj ET");
    let content = document.add_object(Stream::new(dictionary! {}, text.into_bytes()));
    let font = document.add_object(dictionary! {
        "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding",
    });
    let pages = document.new_object_id();
    let page = document.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => content,
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
    });
    document.objects.insert(
        pages,
        Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }),
    );
    let metadata = format!(
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\" pdfaid:part=\"1\" \
         pdfaid:conformance=\"{WORD}\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" dc:title=\"{WORD}\"/>\
         </rdf:RDF></x:xmpmeta>"
    );
    let metadata = document.add_object(Stream::new(
        dictionary! { "Type" => "Metadata", "Subtype" => "XML" },
        metadata.into_bytes(),
    ));
    let attached = document.add_object(dictionary! {
        "Type" => "Filespec", "F" => Object::string_literal(format!("{WORD}.exe")),
    });
    let catalog = document.add_object(dictionary! {
        "Type" => "Catalog", "Pages" => pages, "Metadata" => metadata,
        "OpenAction" => dictionary! {
            "S" => "JavaScript", "JS" => Object::string_literal(format!("app.alert('{WORD}')")),
        },
        "Names" => dictionary! { "EmbeddedFiles" => dictionary! {
            "Names" => vec![Object::string_literal(WORD), attached.into()],
        } },
    });
    let information = document.add_object(dictionary! {
        "Title" => Object::string_literal(WORD), "Author" => Object::string_literal(WORD),
    });
    document.trailer.set("Root", catalog);
    document.trailer.set("Info", information);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

fn office() -> Vec<(String, Vec<u8>)> {
    let types = "<?xml version=\"1.0\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
    let body = format!(
        "<?xml version=\"1.0\"?><w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\">\
         <w:body><w:p><w:r><w:t>{WORD} SIRET {WORD} PASSED {WORD}</w:t></w:r></w:p></w:body></w:document>"
    );
    let macros = WORD.to_owned();
    let docx = zip(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("word/document.xml", body.as_bytes()),
        ("word/vbaProject.bin", macros.as_bytes()),
        (&format!("word/media/{WORD}.png"), WORD.as_bytes()),
    ]);
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"><office:body><office:text><text:p>{WORD}</text:p>\
         </office:text></office:body></office:document-content>"
    );
    let odt = zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.text"),
        ("content.xml", content.as_bytes()),
    ]);
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(WORD).unwrap();
    for (row, cells) in [
        ["mois", "canal", "nombre"],
        ["2024-01", "DMP", WORD],
        ["2024-02", WORD, "12"],
        [WORD, "DMP", "12"],
    ]
    .iter()
    .enumerate()
    {
        for (column, cell) in cells.iter().enumerate() {
            let (row, column) = (u32::try_from(row).unwrap(), u16::try_from(column).unwrap());
            sheet.write_string(row, column, *cell).unwrap();
        }
    }
    vec![
        ("documentation.docx".to_owned(), docx),
        ("documentation.odt".to_owned(), odt),
        ("statistiques.xlsx".to_owned(), workbook.save_to_buffer().unwrap()),
        ("cnda.pdf".to_owned(), pdf()),
        (
            "resultat.json".to_owned(),
            format!("{{\"resourceType\": \"{WORD}\", \"{WORD}\": [1,, 2]}}").into_bytes(),
        ),
        (
            "jeton.txt".to_owned(),
            format!(
                "{}.{}.{WORD}",
                base64url(&format!("{{\"alg\":\"{WORD}\"}}")),
                base64url(&format!("{{\"sub\":\"{WORD}\",\"exp\":\"{WORD}\"}}"))
            )
            .into_bytes(),
        ),
        (
            "configuration.txt".to_owned(),
            format!("smtp.password = {WORD}\nsmtp.host = {WORD}\n").into_bytes(),
        ),
    ]
}

fn base64url(text: &str) -> String {
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text)
}

#[test]
fn no_value_of_office_files_pdf_and_tokens_is_told() {
    let inputs: Vec<Input> = office()
        .into_iter()
        .map(|(name, bytes)| Input::Bytes(bytes, name))
        .collect();
    assert_eq!(leaks_of(&inputs), Vec::<String>::new());
}

/// A sample dossier with the word in one value of each text, another one in each `turn`, and in files of other kinds.
fn dossier(turn: usize, turns: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("testcases/dossiers/pfi-fautes"),
        folder.path(),
    );
    let files: Vec<PathBuf> = walkdir::WalkDir::new(folder.path().join("preuves"))
        .sort_by_file_name()
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.is_file())
        .collect();
    let mut others = office().into_iter().cycle();
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if let Ok(text) = std::fs::read_to_string(&path) {
            if let Some(planted) = planted(&name, &text, turns).into_iter().nth(turn) {
                std::fs::write(&path, planted).unwrap();
            }
        } else {
            let (name, bytes) = others.next().unwrap();
            std::fs::write(path.with_file_name(name), bytes).unwrap();
        }
    }
    folder
}

fn record(folder: &Path) -> Record {
    let settings = Settings {
        today: Some("2024-06-01".to_owned()),
        isolated: true,
        ..Settings::default()
    };
    assess(folder, &settings).unwrap()
}

#[test]
fn no_value_of_a_dossier_is_told_in_any_format() {
    let (word, turns) = (WORD.to_lowercase(), 4);
    let mut before: Option<Record> = None;
    for turn in 0..turns {
        let folder = dossier(turn, turns);
        let record = record(folder.path());
        let mut told = 0;
        for format in Format::ALL {
            for redacted in [false, true] {
                let options = Options {
                    redact: redacted,
                    max_per_rule: Some(0),
                    verbose: true,
                    ..Options::default()
                };
                let mut out = Vec::new();
                render(&record, format, &options, &mut out).unwrap();
                let text = readable(format, &out);
                let lines: Vec<&str> = text.lines().filter(|line| line.contains(&word)).collect();
                if redacted {
                    assert_eq!(lines, Vec::<&str>::new(), "{format}, turn {turn}");
                } else {
                    told += usize::from(!lines.is_empty());
                }
            }
        }
        // Without --redact nearly every format quotes it: the test looks in the right places.
        assert!(told >= 10, "{told} formats");
        if let Some(before) = &before {
            let difference = compare(&redact(before), &redact(&record));
            for format in [Format::Human, Format::Json, Format::Html, Format::Markdown] {
                let mut out = Vec::new();
                render_difference(&difference, format, &Options::default(), &mut out).unwrap();
                let text = readable(format, &out);
                assert!(!text.contains(&word), "difference, {format}, turn {turn}");
            }
        }
        before = Some(record);
    }
}
