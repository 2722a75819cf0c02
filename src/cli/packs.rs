//! `conforme packs`: the packs of rules that the user adds.

use std::io::Write as _;
use std::path::PathBuf;

use crate::packs::{Change, Inventory, Pack, PackError, PackSet, compare, store};
use crate::text::{Language, Text};

use super::shape::{Shape, Shaped};
use super::{Exit, Global};

/// Options of `conforme packs`.
#[derive(Debug, clap::Args)]
pub(crate) struct PacksArguments {
    #[command(subcommand)]
    command: PacksCommand,
}

#[derive(Debug, clap::Subcommand)]
enum PacksCommand {
    /// Ajoute un jeu de règles : le dossier ou le zip de TestContenuCDA
    Add {
        /// Dossier ou archive zip
        #[arg(value_name = "DOSSIER|ZIP")]
        source: PathBuf,
    },
    /// Liste les jeux de règles : celui de conforme et ceux ajoutés
    List {
        #[command(flatten)]
        output: Shaped,
    },
    /// Relit les jeux ajoutés et compare leur empreinte à celle notée à l'ajout
    Verify {
        /// Nom donné par `packs list`, ou un dossier ou zip à diagnostiquer ; tous les jeux ajoutés sinon
        #[arg(value_name = "JEU")]
        pack: Option<String>,
    },
    /// Compare deux jeux : fichiers et codes ajoutés, retirés, modifiés
    Diff {
        /// Premier jeu : nom, dossier ou zip
        #[arg(value_name = "JEU1")]
        first: String,
        /// Second jeu : nom, dossier ou zip
        #[arg(value_name = "JEU2")]
        second: String,
        #[command(flatten)]
        output: Shaped,
    },
}

/// Runs the subcommand.
pub(crate) fn run(arguments: &PacksArguments, global: &Global) -> anyhow::Result<Exit> {
    let language = global.language();
    match &arguments.command {
        PacksCommand::Add { source } => add(source, language),
        PacksCommand::List { output } => list(output.format, language),
        PacksCommand::Verify { pack } => verify(pack.as_deref(), language),
        PacksCommand::Diff {
            first,
            second,
            output,
        } => diff(first, second, output.format, global),
    }
}

fn told(error: &PackError, language: Language) -> anyhow::Error {
    anyhow::anyhow!("{}", error.text().get(language))
}

fn say(text: &Text, language: Language) -> std::io::Result<()> {
    writeln!(anstream::stdout().lock(), "{}", text.get(language))
}

/// What a pack holds, on a few lines.
fn describe(inventory: &Inventory, language: Language) -> std::io::Result<()> {
    let Inventory {
        schematrons,
        rules,
        value_sets,
        codes,
        sha256,
        ..
    } = inventory;
    say(
        &Text::new(
            format!(
                "  {schematrons} schématrons, {rules} règles, {value_sets} jeux de valeurs, {codes} codes\n  sha256 {sha256}"
            ),
            format!(
                "  {schematrons} schematrons, {rules} rules, {value_sets} value sets, {codes} codes\n  sha256 {sha256}"
            ),
        ),
        language,
    )?;
    let blocking = inventory
        .problems
        .iter()
        .filter(|problem| problem.blocks())
        .count();
    let cases = inventory.problems.len() - blocking;
    if cases > 0 {
        say(
            &Text::new(
                format!("  {cases} nom(s) dont la casse diffère, retrouvés"),
                format!("  {cases} name(s) whose case differs, found all the same"),
            ),
            language,
        )?;
    }
    if blocking > 0 {
        say(
            &Text::new(
                format!("  {blocking} fichier(s) absents ou vides : ce qui en dépend n'est pas évalué"),
                format!("  {blocking} file(s) missing or empty: what needs them is not evaluated"),
            ),
            language,
        )?;
        for problem in inventory.problems.iter().filter(|problem| problem.blocks()) {
            say(
                &Text::new(
                    format!("    {}", problem.text().fr),
                    format!("    {}", problem.text().en),
                ),
                language,
            )?;
        }
    }
    Ok(())
}

fn add(source: &std::path::Path, language: Language) -> anyhow::Result<Exit> {
    let stored = store::add(source).map_err(|error| told(&error, language))?;
    let name = stored.name();
    say(
        &Text::new(
            format!("jeu de règles ajouté : {name}"),
            format!("pack added: {name}"),
        ),
        language,
    )?;
    describe(&stored.inventory, language)?;
    Ok(Exit::Conform)
}

fn list(format: Shape, language: Language) -> anyhow::Result<Exit> {
    let stored = match store::list() {
        // Without a data folder, there is the embedded pack all the same.
        Err(PackError::NoDataFolder) => Vec::new(),
        other => other.map_err(|error| told(&error, language))?,
    };
    let embedded = PackSet::embedded();
    if matches!(format, Shape::Json) {
        let inventories: Vec<&Inventory> = embedded
            .iter()
            .map(|pack| pack.inventory())
            .chain(stored.iter().map(|stored| &stored.inventory))
            .collect();
        let mut out = anstream::stdout().lock();
        serde_json::to_writer_pretty(&mut out, &inventories)?;
        writeln!(out)?;
        return Ok(Exit::Conform);
    }
    for pack in embedded.iter() {
        let Inventory { id, version, .. } = pack.inventory();
        say(
            &Text::new(
                format!("{id} {version} (intégré à conforme)"),
                format!("{id} {version} (embedded in conforme)"),
            ),
            language,
        )?;
        describe(pack.inventory(), language)?;
    }
    for stored in &stored {
        writeln!(anstream::stdout().lock(), "{}", stored.name())?;
        describe(&stored.inventory, language)?;
    }
    Ok(Exit::Conform)
}

fn verify(name: Option<&str>, language: Language) -> anyhow::Result<Exit> {
    if let Some(path) = name.filter(|name| std::path::Path::new(name).exists()) {
        let pack = Pack::open_afresh(path.as_ref()).map_err(|error| told(&error, language))?;
        writeln!(anstream::stdout().lock(), "{}", pack.label())?;
        describe(pack.inventory(), language)?;
        return Ok(Exit::Conform);
    }
    let stored = store::list().map_err(|error| told(&error, language))?;
    let chosen: Vec<_> = stored
        .iter()
        .filter(|stored| name.is_none_or(|name| stored.name().starts_with(name)))
        .collect();
    if let (Some(name), true) = (name, chosen.is_empty()) {
        return Err(told(&PackError::Unknown(name.to_owned()), language));
    }
    if chosen.is_empty() {
        say(
            &Text::fixed("aucun jeu de règles ajouté", "no pack was added"),
            language,
        )?;
        return Ok(Exit::Nothing);
    }
    let mut exit = Exit::Conform;
    for stored in chosen {
        let text = match store::verify(stored) {
            Ok(()) => Text::new(
                format!("{} : intact", stored.name()),
                format!("{}: intact", stored.name()),
            ),
            Err(error) => {
                exit = Exit::Integrity;
                error.text()
            }
        };
        say(&text, language)?;
    }
    Ok(exit)
}

fn diff(first: &str, second: &str, format: Shape, global: &Global) -> anyhow::Result<Exit> {
    let language = global.language();
    let cache = global.cache();
    let open = |name: &str| {
        store::find(name)
            .and_then(|folder| Pack::open(&folder, &cache))
            .map_err(|error| told(&error, language))
    };
    let (first, second) = (open(first)?, open(second)?);
    let changes = compare(&first, &second);
    if matches!(format, Shape::Json) {
        let mut out = anstream::stdout().lock();
        serde_json::to_writer_pretty(&mut out, &changes)?;
        writeln!(out)?;
    } else {
        writeln!(
            anstream::stdout().lock(),
            "{} → {}",
            first.label(),
            second.label()
        )?;
        for change in &changes {
            let mark = match change.change {
                Change::Added => '+',
                Change::Removed => '-',
                Change::Changed => '~',
            };
            writeln!(anstream::stdout().lock(), "{mark} {}", change.path)?;
            for (mark, codes) in [('+', &change.codes_added), ('-', &change.codes_removed)] {
                for code in codes {
                    writeln!(anstream::stdout().lock(), "    {mark} {code}")?;
                }
            }
        }
        let count = changes.len();
        say(
            &Text::new(
                format!("{count} fichier(s) diffèrent"),
                format!("{count} file(s) differ"),
            ),
            language,
        )?;
    }
    Ok(Exit::Conform)
}

/// Loads the packs named on the command line besides the embedded one.
///
/// # Errors
/// A pack that cannot be found or read, said in the language of the user.
pub(crate) fn load(names: &[String], global: &Global) -> anyhow::Result<PackSet> {
    let language = global.language();
    let locations = names
        .iter()
        .map(|name| store::find(name))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| told(&error, language))?;
    PackSet::load_with(&locations, &global.cache()).map_err(|error| told(&error, language))
}
