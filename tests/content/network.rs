//! Nothing in the program could connect to a network: not its code, and not the libraries, whose
//! features are compared with a list.

use std::{fs, path::Path, process::Command};

use serde_json::Value;

/// Features that let a library connect.
const NETWORK_FEATURES: [&str; 16] = [
    "net",
    "network",
    "networking",
    "tcp",
    "udp",
    "socket",
    "dns",
    "http",
    "http1",
    "http2",
    "https",
    "tls",
    "native-tls",
    "rustls",
    "ws",
    "fetch",
];
/// Libraries that may have one all the same: library, feature, the only ones that may use it, reason.
const ALLOWED: [(&str, &str, &[&str], &str); 1] = [(
    "mio",
    "net",
    &["crossterm", "signal-hook-mio"],
    "signal-hook-mio asks for it to pass on signals through a pair of sockets of the process itself; \
     crossterm reads events with it, which this program does itself (src/tui/input.rs)",
)];
/// What code that connects would name.
const NETWORK_NAMES: [&str; 8] = [
    "std::net",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "ToSocketAddrs",
    "rustix::net",
    "mio::",
    "crossterm::event::read",
];

/// The tree of libraries, as `cargo metadata` describes it: for every system where Cargo has fetched
/// them all, and for this one otherwise, as after a build.
fn metadata() -> Value {
    let cargo = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO"));
        let output = command.args(args).current_dir(env!("CARGO_MANIFEST_DIR")).output();
        output.expect("cargo runs")
    };
    let every = ["metadata", "--format-version=1", "--locked", "--offline"];
    let mut output = cargo(&every);
    if !output.status.success() {
        let about = cargo(&["-vV"]).stdout;
        let about = String::from_utf8_lossy(&about).into_owned();
        let host = about.lines().find_map(|line| line.strip_prefix("host: ")).expect("a host");
        output = cargo(&[&every[..], &["--filter-platform", host]].concat());
    }
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn texts<'a>(value: &'a Value, field: &str) -> Vec<&'a str> {
    value[field].as_array().expect("a list").iter().filter_map(Value::as_str).collect()
}

#[test]
fn no_library_has_a_feature_that_could_connect_unless_it_is_on_the_list() {
    let metadata = metadata();
    let name_of = |id: &str| {
        let mut packages = metadata["packages"].as_array().expect("packages").iter();
        let package = packages.find(|package| package["id"] == id).expect("a package");
        package["name"].as_str().expect("a name").to_owned()
    };
    let nodes = metadata["resolve"]["nodes"].as_array().expect("nodes");
    assert!(nodes.len() > 100, "{} libraries", nodes.len());
    let mut found = Vec::new();
    for node in nodes {
        let id = node["id"].as_str().expect("an id");
        for feature in texts(node, "features") {
            if NETWORK_FEATURES.contains(&feature) {
                found.push((name_of(id), feature.to_owned()));
            }
        }
    }
    let allowed = ALLOWED.map(|(name, feature, ..)| (name.to_owned(), feature.to_owned()));
    assert_eq!(found, allowed, "take the feature off, or the row off the list");
    for (name, _, users, reason) in ALLOWED {
        for node in nodes {
            let uses = texts(node, "dependencies").iter().any(|id| name_of(id) == name);
            let user = name_of(node["id"].as_str().expect("an id"));
            assert!(!uses || users.contains(&user.as_str()), "{user} uses {name} too: {reason}");
        }
    }
}

#[test]
fn code_names_nothing_that_connects() {
    fn check(folder: &Path) {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                check(&path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = fs::read_to_string(&path).expect("text");
                for name in NETWORK_NAMES {
                    assert!(!text.contains(name), "{} names {name}", path.display());
                }
            }
        }
    }
    check(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
}

#[test]
fn the_carrier_of_exchange_files_is_a_program_of_its_own() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| fs::read_to_string(root.join(path)).expect("it reads");
    let lock = read("Cargo.lock");
    for other in ["caseclinic-carrier", "object_store", "reqwest", "tokio", "hyper"] {
        assert!(!lock.contains(&format!("name = \"{other}\"")), "{other} is in the tree");
    }
    assert!(!read("Cargo.toml").contains("carrier"), "a workspace of its own");
    let carrier = read("carrier/Cargo.lock");
    assert!(!carrier.contains("name = \"caseclinic\"") && !carrier.contains("name = \"age\""));
}
