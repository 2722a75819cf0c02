//! Every direct dependency has its reason, and no reason outlives its dependency.

use std::collections::BTreeSet;

fn read(path: &str) -> String {
    std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn each_dependency_has_its_reason() {
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let used: BTreeSet<String> = ["dependencies", "dev-dependencies"]
        .iter()
        .flat_map(|part| manifest[*part].as_table().unwrap().keys().cloned())
        .collect();
    let explained: BTreeSet<String> = read("docs/dependencies.md")
        .lines()
        .filter(|line| line.starts_with("| `"))
        .filter_map(|line| line.split('|').nth(1).map(str::to_owned))
        .flat_map(|cell| {
            cell.split(',')
                .map(|name| name.trim().trim_matches('`').to_owned())
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(
        used, explained,
        "docs/dependencies.md is not the list of Cargo.toml"
    );
}

/// The lock file names one source, and every crate of it with its checksum.
#[test]
fn the_lock_pins_every_crate() {
    let lock: toml::Table = read("Cargo.lock").parse().unwrap();
    for package in lock["package"].as_array().unwrap() {
        let package = package.as_table().unwrap();
        let name = package["name"].as_str().unwrap();
        if name != "conforme" {
            assert!(
                package.contains_key("checksum"),
                "{name} is not pinned by its content"
            );
        }
    }
}
