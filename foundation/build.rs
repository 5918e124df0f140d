//! The migrations are embedded in this crate: it is built again when one is added or changed.

fn main() {
    println!("cargo::rerun-if-changed=../migrations");
}
