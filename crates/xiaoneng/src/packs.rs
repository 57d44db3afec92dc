//! The rules: packs in the binary, or a folder of them (`--pack DIR`). Read when first asked for.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use xiaoneng_pack::fault::{FILE_SIZE_MAX, FILES_MAX, TOTAL_SIZE_MAX};
use xiaoneng_pack::{Faults, Sources, World, load_with_warnings};

use crate::output::Stop;

/// Folders in folders, at most.
const DEPTH_MAX: usize = 12;
/// Layers above a pack, at most.
const LAYERS_MAX: usize = 12;
/// Faults told in full when packs cannot be used.
const TOLD_MAX: usize = 20;

/// Texts of packs, and where they came from.
pub struct Packs {
    /// The texts.
    pub sources: Sources,
    /// The folder that paths are relative to; `None`: in the binary.
    pub root: Option<PathBuf>,
    /// Layers above that were taken from the binary because the folder has none of that name.
    pub filled: Vec<String>,
    /// The folder is one pack by itself, not a folder of packs.
    pub single: bool,
    /// They are those that a store keeps as in force.
    pub kept: bool,
}

/// The world of the packs in the binary, or in a folder.
pub fn world(dir: Option<&Path>) -> Result<World, Stop> {
    let packs = read(dir)?;
    let (world, faults) = load_with_warnings(&packs.sources);
    world.ok_or_else(|| {
        let faults = packs.located(&faults);
        let errors: Vec<String> =
            faults.iter().filter(|f| f.severity == xiaoneng_pack::Severity::Error).map(ToString::to_string).collect();
        let told = errors.iter().take(TOLD_MAX).cloned().collect::<String>();
        Stop::refused(format!(
            "规则包有 {} 个错误，不能使用：\n{told}改好以后可以用 xiaoneng check 再查一遍",
            errors.len()
        ))
    })
}

/// The texts of the packs in the binary, or in a folder.
pub fn read(dir: Option<&Path>) -> Result<Packs, Stop> {
    match dir {
        None => Ok(Packs { sources: embedded(), root: None, filled: Vec::new(), single: false, kept: false }),
        Some(dir) => from_disk(dir),
    }
}

/// The packs of a folder (or of the binary) in the words of a page.
pub fn place(dir: Option<&Path>) -> String {
    dir.map_or("程序自带".to_owned(), |dir| format!("文件夹 {}", dir.display()))
}

/// The packs in the binary.
pub fn embedded() -> Sources {
    xiaoneng_packbox::sources()
}

fn is_rule(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "toml")
}

fn from_disk(dir: &Path) -> Result<Packs, Stop> {
    let shown = dir.display();
    let kind = fs::metadata(dir)
        .map_err(|e| Stop::refused(format!("规则包文件夹 {shown} 打不开（{e}）：请核对 --pack 后面的路径")))?;
    if !kind.is_dir() {
        return Err(Stop::refused(format!("{shown} 是文件，不是文件夹：规则包是一个文件夹，里面有 pack.toml")));
    }
    let dir = dir.canonicalize().map_err(|e| Stop::refused(format!("规则包文件夹 {shown} 打不开（{e}）")))?;
    // A pack by itself: its folder's name is the first part of every path.
    let single = dir.join("pack.toml").is_file();
    let root = if single { dir.parent().unwrap_or(&dir).to_owned() } else { dir.clone() };
    let mut reading = Reading { root: root.clone(), sources: Sources::new(), files: 0, bytes: 0 };
    reading.folder(&dir, 0)?;
    if reading.files == 0 {
        return Err(Stop::refused(format!("{shown} 里没有规则包：要么它自己有 pack.toml，要么它下面的文件夹有")));
    }
    let mut packs = Packs { sources: reading.sources, root: Some(root), filled: Vec::new(), single, kept: false };
    packs.fill_from_binary();
    Ok(packs)
}

struct Reading {
    root: PathBuf,
    sources: Sources,
    files: usize,
    bytes: usize,
}

impl Reading {
    fn folder(&mut self, dir: &Path, depth: usize) -> Result<(), Stop> {
        let fault = |e: std::io::Error| Stop::refused(format!("{} 读不了（{e}）：请检查权限", dir.display()));
        if depth > DEPTH_MAX {
            return Err(Stop::refused(format!("{}：文件夹套得太深，规则包最多 {DEPTH_MAX} 层", dir.display())));
        }
        let mut entries = Vec::new();
        for entry in fs::read_dir(dir).map_err(fault)? {
            let entry = entry.map_err(fault)?;
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            if !hidden {
                entries.push((entry.path(), entry.file_type().map_err(fault)?));
            }
            if entries.len() > FILES_MAX {
                return Err(Stop::refused(format!("{} 里的文件超过 {FILES_MAX} 个，这不像规则包", dir.display())));
            }
        }
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        for (path, kind) in entries {
            // A link to a folder is not followed: it may lead in a circle.
            if kind.is_dir() {
                self.folder(&path, depth + 1)?;
            } else if is_rule(&path) {
                self.file(&path)?;
            }
        }
        Ok(())
    }

    fn file(&mut self, path: &Path) -> Result<(), Stop> {
        let shown = path.display();
        let fault = |e: std::io::Error| Stop::refused(format!("{shown} 读不了（{e}）：请检查权限"));
        let meta = fs::metadata(path).map_err(fault)?;
        if !meta.is_file() {
            return Err(Stop::refused(format!("{shown} 不是普通文件（设备、管道一类）：规则包里只放文字规则")));
        }
        let too_large = |size: usize| {
            Stop::refused(format!("{shown} 有 {} MB，超过单个文件的上限 4 MB：规则包里只放文字规则", size >> 20))
        };
        let size = usize::try_from(meta.len()).unwrap_or(usize::MAX);
        if size > FILE_SIZE_MAX {
            return Err(too_large(size));
        }
        self.files += 1;
        self.bytes = self.bytes.saturating_add(size);
        if self.files > FILES_MAX || self.bytes > TOTAL_SIZE_MAX {
            return Err(Stop::refused(format!(
                "读到 {shown} 时规则包已超过上限（{FILES_MAX} 个文件、64 MB）：请指定规则包自己的文件夹"
            )));
        }
        // What is read is bounded too: a file may grow, or say that it is empty and never end.
        let mut bytes = Vec::with_capacity(size);
        let file = fs::File::open(path).map_err(fault)?;
        file.take(FILE_SIZE_MAX as u64 + 1).read_to_end(&mut bytes).map_err(fault)?;
        if bytes.len() > FILE_SIZE_MAX {
            return Err(too_large(bytes.len()));
        }
        let text = String::from_utf8(bytes).map_err(|e| {
            let good = e.utf8_error().valid_up_to();
            let line = e.as_bytes()[..good].iter().filter(|b| **b == b'\n').count() + 1;
            Stop::refused(format!("{shown}:{line}: 不是 UTF-8 文字：请用 UTF-8 另存"))
        })?;
        let name = path.strip_prefix(&self.root).unwrap_or(path).to_string_lossy().replace('\\', "/");
        self.sources.add(name, text);
        Ok(())
    }
}

impl Packs {
    /// Layers that the folder's packs lie under and that it does not have are taken from the binary: a county
    /// can check its own pack alone.
    fn fill_from_binary(&mut self) {
        let embedded = embedded();
        for _ in 0..LAYERS_MAX {
            let Some(missing) = self.missing_layer() else { return };
            let folder = format!("{missing}/");
            let texts: Vec<(String, String)> = embedded
                .iter()
                .filter(|(path, _)| path.starts_with(&folder))
                .map(|(path, text)| (path.to_owned(), text.to_owned()))
                .collect();
            // A folder of that name is there: its pack has another name than the one looked for. What stands in it
            // must not be put aside in silence.
            let misnamed = self.sources.iter().any(|(path, _)| path.starts_with(&folder));
            if texts.is_empty() || misnamed {
                return; // The check says which layer is missing, and where it is named.
            }
            for (path, text) in texts {
                self.sources.add(path, text);
            }
            self.filled.push(missing);
        }
    }

    fn missing_layer(&self) -> Option<String> {
        let mut ids = BTreeSet::new();
        let mut under = Vec::new();
        for (path, text) in self.sources.iter() {
            if !path.ends_with("/pack.toml") {
                continue;
            }
            let Ok(table) = text.parse::<toml::Table>() else { continue };
            ids.extend(table.get("id").and_then(|v| v.as_str()).map(str::to_owned));
            under.extend(table.get("under").and_then(|v| v.as_str()).map(str::to_owned));
        }
        under.into_iter().find(|layer| !ids.contains(layer))
    }

    /// Packs that this folder, one pack by itself, does not hold stay as they are on the other side; answers them.
    pub fn complete_from(&mut self, other: &Packs) -> Vec<String> {
        let folder = |path: &str| path.split('/').next().unwrap_or_default().to_owned();
        let own: BTreeSet<String> = self.sources.iter().map(|(path, _)| folder(path)).collect();
        let mut taken = BTreeSet::new();
        for (path, text) in other.sources.iter().filter(|(path, _)| !own.contains(&folder(path))) {
            taken.insert(folder(path));
            self.sources.add(path, text);
        }
        let taken: Vec<String> = taken.into_iter().collect();
        self.filled.extend(taken.iter().cloned());
        taken
    }

    /// Faults with paths that can be opened from here.
    pub fn located(&self, faults: &Faults) -> Vec<xiaoneng_pack::Fault> {
        faults
            .iter()
            .map(|fault| {
                let mut fault = fault.clone();
                fault.file = self.path(&fault.file);
                if let Some(other) = &mut fault.other {
                    other.file = self.path(&other.file);
                }
                fault
            })
            .collect()
    }

    /// A path of the sources as one that can be opened from here.
    pub fn path(&self, file: &str) -> String {
        if self.kept {
            return format!("（施行中）{file}");
        }
        let embedded = |file: &str| format!("（程序自带）{file}");
        let Some(root) = &self.root else { return embedded(file) };
        let folder = file.split('/').next().unwrap_or_default();
        if self.filled.iter().any(|f| f == folder) {
            return embedded(file);
        }
        let full = root.join(file);
        let here = std::env::current_dir().and_then(|d| d.canonicalize());
        let near = here.ok().and_then(|h| full.strip_prefix(h).ok().map(Path::to_owned));
        near.unwrap_or(full).display().to_string()
    }
}
