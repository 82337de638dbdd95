//! Makes the broken queues: applies each patch in `src/queues/broken/` to the file that it names.
//!
//! A patch begins with a header, which `Broken` in `src/catalogue.rs` describes, and a sentence
//! that says what is wrong. A broken queue is compiled only for the worlds of the engines that its
//! header names; each world includes what is made for it (see `src/on_std.rs`).

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

    /// The worlds, and the engines that run their queues. `Sanitizer` is `.ci/tsan`.
    const WORLDS: [(&str, &[&str]); 4] = [
        ("std", &["Threads", "Executor", "Sanitizer"]),
        ("loom", &["Loom"]),
        ("shuttle", &["Shuttle"]),
        ("explore", &["Explore"]),
    ];

    /// A broken queue as source text.
    struct Made {
        module: String,
        entry: String,
        engines: Vec<String>,
    }

    pub(crate) fn write() -> Result<(), Box<dyn Error>> {
        println!("cargo::rerun-if-changed={QUEUES}");
        let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
        let mut all = Vec::new();
        for file in patches()? {
            all.push(make(&file).map_err(|error| format!("{}: {error}", file.display()))?);
        }
        for (world, engines) in WORLDS {
            let runs = |made: &&Made| made.engines.iter().any(|e| engines.contains(&e.as_str()));
            let here = all.iter().filter(runs);
            let (modules, entries): (String, String) =
                here.map(|made| (made.module.as_str(), made.entry.as_str())).unzip();
            let list = format!(
                "/// Every broken queue of this world, by name.\n\
                 pub fn all<T: Clone + Default + Ord + Send + 'static>() -> Vec<Entry<T>> {{\n\
                 vec![\n{entries}]\n}}\n"
            );
            fs::write(out.join(format!("broken_on_{world}.rs")), modules + &list)?;
        }
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

    fn make(file: &Path) -> Result<Made, Box<dyn Error>> {
        let name = file.file_stem().and_then(|stem| stem.to_str()).ok_or("not a name")?;
        let text = fs::read_to_string(file)?;
        let (header, patch) = text.split_once("\n--- ").ok_or("no patch")?;
        let (fields, defect) = header.split_once("\n\n").ok_or("no sentence after the header")?;
        let (defect, patch) = (defect.trim(), format!("--- {patch}"));
        let field =
            |key: &str| fields.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": "));
        let breaks = field("Breaks").ok_or("no `Breaks` in the header")?;
        let also_breaks = field("Also breaks");
        let discipline = field("Discipline").unwrap_or("Fifo");
        let queue = match field("Queue").unwrap_or("MutexQueue") {
            "AtomicQueue" => "AtomicQueue::<T>".to_string(),
            queue => format!("{queue}::<T, {discipline}<T>>"),
        };
        let engines = WORLDS.iter().flat_map(|(_, engines)| *engines);
        let fates: Vec<(&str, &str)> = engines.filter_map(|e| Some((*e, field(e)?))).collect();
        let list: Vec<String> =
            fates.iter().map(|(engine, fate)| format!("({engine:?}, Fate::{fate})")).collect();
        let list = list.join(", ");
        let make = format!("|capacity| Arc::new({name}::{queue}::new(capacity))");
        let tasks = match field("Executor") {
            Some(_) => format!("Some({make})"),
            None => "None".to_string(),
        };
        let entry = format!(
            "Entry {{ name: \"broken/{name}\", discipline: Discipline::{discipline}, make: {make}, \
             tasks: {tasks}, broken: Some(&Broken {{ defect: {defect:?}, breaks: {breaks:?}, \
             also_breaks: {also_breaks:?}, fates: &[{list}], patch: {patch:?} }}) }},\n"
        );
        let module = format!("#[doc = {defect:?}]\npub mod {name} {{\n{}}}\n\n", patched(&patch)?);
        let engines = fates.into_iter().map(|(engine, _)| engine.to_string()).collect();
        Ok(Made { module, entry, engines })
    }

    /// The source of the queue whose file the patch names. Of an algorithm in a folder, that is
    /// `mod.rs` with its submodules in place.
    fn patched(patch: &str) -> Result<String, Box<dyn Error>> {
        let patch = diffy::Patch::from_str(patch)?;
        let changed = patch.original().ok_or("the patch does not name its parent")?;
        let source = fs::read_to_string(Path::new(QUEUES).join(changed))?;
        let source = diffy::apply(&source, &patch)?;
        let Some((folder, file)) = changed.split_once('/') else { return Ok(source) };
        let read = |name: &str| {
            let here = Path::new(QUEUES).join(folder).join(name);
            if name == file { Ok(source.clone()) } else { fs::read_to_string(here) }
        };
        let mut whole = String::new();
        for line in read("mod.rs")?.lines() {
            match line.strip_suffix(';').filter(|_| line.starts_with("mod ")) {
                Some(module) => {
                    let body = read(&format!("{}.rs", &module["mod ".len()..]))?;
                    whole += &format!("{module} {{\n{body}}}\n");
                }
                None => whole += &format!("{line}\n"),
            }
        }
        Ok(whole)
    }
}
