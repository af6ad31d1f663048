//! Bundled content is part of the program: a file added to it must lead to a new build.

fn main() {
    for folder in ["knowledge", "clinic_templates"] {
        // Cargo takes a path that is not there for one that changes all the time.
        if std::path::Path::new(folder).is_dir() {
            println!("cargo::rerun-if-changed={folder}");
        }
    }
}
