//! Puts the signals, views, reports and assumptions of the repository into the library,
//! so that the program is one file.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

fn main() {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../..");
    let mut code = String::new();
    for folder in ["signals", "views", "reports"] {
        let folder_path = root.join(folder);
        println!("cargo:rerun-if-changed={}", folder_path.display());
        let mut files = Vec::new();
        collect(&folder_path, &mut files);
        files.sort();
        code.push_str(&format!("pub(crate) const {}: &[(&str, &str)] = &[\n", folder.to_uppercase()));
        for file in files {
            let name = file.strip_prefix(&folder_path).unwrap_or(&file).with_extension("");
            let name = name.to_string_lossy().replace('\\', "/");
            code.push_str(&format!("    ({name:?}, include_str!({:?})),\n", file.display().to_string()));
        }
        code.push_str("];\n");
    }
    let assumptions = root.join("assumptions.toml");
    println!("cargo:rerun-if-changed={}", assumptions.display());
    code.push_str(&format!(
        "pub(crate) const ASSUMPTIONS: &str = include_str!({:?});\n",
        assumptions.display().to_string()
    ));
    let out = PathBuf::from(env::var("OUT_DIR").unwrap_or_default()).join("built_in.rs");
    if let Err(error) = fs::write(&out, code) {
        println!("cargo:warning=cannot write {}: {error}", out.display());
        std::process::exit(1);
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|end| end == "sql") {
            files.push(path);
        }
    }
}
