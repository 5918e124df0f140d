//! Source files, read as text.

use std::path::{Path, PathBuf};

/// A source file.
pub struct Source {
    /// Its path from the root of the repository, with slashes.
    pub path: String,
    /// What it holds.
    pub text: String,
}

impl Source {
    /// One file of the repository.
    pub fn read(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: std::fs::read_to_string(root().join(path)).unwrap(),
        }
    }

    /// Every Rust file below a folder of the repository.
    pub fn all_under(folder: &str) -> Vec<Self> {
        let mut found = Vec::new();
        gather(&root().join(folder), &mut found);
        found.sort_by(|a, b| a.path.cmp(&b.path));
        found
    }

    /// A file that is not there, for a check to find.
    pub fn planted(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    /// The file without its comments, and without the tests at its end.
    pub fn code(&self) -> String {
        let text = self.text.split("#[cfg(test)]").next().unwrap_or_default();
        let lines = text.lines();
        let code = lines.map(|line| match line.trim_start().strip_prefix("//") {
            Some(_) => "",
            None => line,
        });
        code.collect::<Vec<_>>().join("\n")
    }

    /// Every name and number in the code.
    pub fn words(&self) -> Vec<String> {
        let code = self.code();
        let words = code.split(|c: char| !c.is_alphanumeric() && c != '_');
        words
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// Whether the file belongs to a layer: `domain.rs`, or anything in a folder `domain/`.
    pub fn is_in(&self, layer: &str) -> bool {
        self.path.contains(&format!("/src/{layer}/"))
            || self.path.ends_with(&format!("/src/{layer}.rs"))
    }
}

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

fn gather(folder: &Path, found: &mut Vec<Source>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            gather(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let relative = path.strip_prefix(root()).unwrap();
            let parts: Vec<_> = relative.iter().map(|part| part.to_str().unwrap()).collect();
            found.push(Source::read(&parts.join("/")));
        }
    }
}
