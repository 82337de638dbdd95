//! Makes the broken queues: applies each patch in `src/queues/broken/` to the queue that it names.
//!
//! A patch begins with a header, which `Broken` in `src/catalogue.rs` describes, and a sentence
//! that says what is wrong. The results are included by `src/queues/broken/mod.rs`.

#[cfg(not(feature = "broken"))]
fn main() {}

#[cfg(feature = "broken")]
fn main() {
    broken::write().unwrap_or_else(|error| panic!("{error}"));
}

#[cfg(feature = "broken")]
mod broken {
    use std::error::Error;
    use std::path::{Path, PathBuf};
    use std::{env, fs};

    const QUEUES: &str = "src/queues";

    pub(crate) fn write() -> Result<(), Box<dyn Error>> {
        println!("cargo::rerun-if-changed={QUEUES}");
        let (mut modules, mut entries) = (String::new(), String::new());
        for file in patches()? {
            let (module, entry) = make(&file).map_err(|e| format!("{}: {e}", file.display()))?;
            modules += &module;
            entries += &entry;
        }
        let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
        fs::write(out.join("broken_modules.rs"), modules)?;
        fs::write(out.join("broken_entries.rs"), format!("vec![{entries}]"))?;
        Ok(())
    }

    fn patches() -> Result<Vec<PathBuf>, Box<dyn Error>> {
        let mut patches = Vec::new();
        for entry in fs::read_dir(Path::new(QUEUES).join("broken"))? {
            let file = entry?.path();
            if file.extension().is_some_and(|extension| extension == "patch") {
                patches.push(file);
            }
        }
        patches.sort();
        Ok(patches)
    }

    /// The module of a broken queue, and its entry in the catalogue.
    fn make(file: &Path) -> Result<(String, String), Box<dyn Error>> {
        let name = file.file_stem().and_then(|stem| stem.to_str()).ok_or("not a name")?;
        let text = fs::read_to_string(file)?;
        let (header, patch) = text.split_once("\n--- ").ok_or("no patch")?;
        let (fields, defect) = header.split_once("\n\n").ok_or("no sentence after the header")?;
        let (defect, patch) = (defect.trim(), format!("--- {patch}"));
        let field = |key: &str| {
            let value = fields.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": "));
            value.ok_or_else(|| format!("no `{key}` in the header"))
        };
        let (breaks, discipline) = (field("Breaks")?, field("Discipline").unwrap_or("Fifo"));
        let (loom, shuttle, threads) = (field("Loom")?, field("Shuttle")?, field("Threads")?);
        let source = patched(&patch)?;
        let module = format!("#[doc = {defect:?}]\npub mod {name} {{\n{source}}}\n\n");
        let entry = format!(
            "Entry {{ name: \"broken/{name}\", discipline: Discipline::{discipline}, \
             make: |capacity| Arc::new({name}::MutexQueue::<T, {discipline}<T>>::new(capacity)), \
             broken: Some(&Broken {{ defect: {defect:?}, breaks: {breaks:?}, loom: Fate::{loom}, \
             shuttle: Fate::{shuttle}, threads: Fate::{threads}, patch: {patch:?} }}) }},\n"
        );
        Ok((module, entry))
    }

    fn patched(patch: &str) -> Result<String, Box<dyn Error>> {
        let patch = diffy::Patch::from_str(patch)?;
        let parent = patch.original().ok_or("the patch does not name its parent")?;
        let source = fs::read_to_string(Path::new(QUEUES).join(parent))?;
        Ok(diffy::apply(&source, &patch)?)
    }
}
