//! `xiaoneng docs`: the institutions as a folder of static pages.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::json;
use xiaoneng_web::handbook::{DocFile, MARK, handbook};

use crate::cli::{Cli, DocsArgs};
use crate::output::{self, End, Ended, Stop};
use crate::packs;

pub fn run(cli: &Cli, args: &DocsArgs) -> Ended {
    let dir = place(&args.dir)?;
    let world = packs::world(cli.pack.as_deref())?;
    let files = handbook(&world);
    write(&dir, &files)?;
    let pages = files.iter().filter(|f| f.path.ends_with(".html")).count();
    if cli.json {
        output::json(&json!({"dir": dir, "pages": pages, "version": world.version}))?;
    } else {
        output::text(&format!("写好了 {pages} 页：用浏览器打开 {}", dir.join("index.html").display()))?;
    }
    Ok(End::Done)
}

/// A folder that is not there yet, is empty, or is one of ours.
fn place(asked: &Path) -> Result<PathBuf, Stop> {
    let shown = asked.display();
    if asked.file_name().is_none() {
        return Err(Stop::usage(format!("“{shown}”不能作文件夹：请写一个新文件夹的名字，例如 xiaoneng docs 规则说明")));
    }
    if !asked.exists() {
        return Ok(asked.to_owned());
    }
    if !asked.is_dir() {
        return Err(Stop::refused(format!("{shown} 是文件，不是文件夹：请换一个名字")));
    }
    let unreadable = |e: std::io::Error| Stop::refused(format!("{shown} 读不了（{e}）：请检查权限"));
    let empty = std::fs::read_dir(asked).map_err(unreadable)?.next().is_none();
    if empty {
        return Ok(asked.to_owned());
    }
    if let Ok(mark) = std::fs::read_to_string(asked.join(MARK)) {
        // The mark names what we wrote; what somebody put beside it is his.
        let ours: BTreeSet<&str> = mark.lines().skip(1).collect();
        return match foreign(asked, asked, &ours).map_err(unreadable)? {
            None => Ok(asked.to_owned()),
            Some(path) => Err(Stop::refused(format!(
                "{shown} 是以前生成的规则说明，但里面的 {path} 不是程序写的，没有动它：请移走它，或者换一个新文件夹"
            ))),
        };
    }
    Err(Stop::refused(format!("{shown} 里有别的东西，不是以前生成的规则说明，没有动它：请换一个新文件夹")))
}

/// The first file or folder in it that we did not write.
fn foreign(root: &Path, dir: &Path, ours: &BTreeSet<&str>) -> std::io::Result<Option<String>> {
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        let folder = format!("{name}/");
        if path.is_dir() && ours.iter().any(|own| own.starts_with(&folder)) {
            if let Some(found) = foreign(root, &path, ours)? {
                return Ok(Some(found));
            }
        } else if name != MARK && !ours.contains(&*name) {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// Written in a folder of its own beside, which takes the name only when it is whole.
fn write(dir: &Path, files: &[DocFile]) -> Result<(), Stop> {
    let mut name = dir.file_name().unwrap_or_default().to_owned();
    name.push(".making");
    let making = dir.with_file_name(name);
    let fault = |e: std::io::Error| {
        Stop::refused(format!("{} 写不了（{e}）：请检查权限和磁盘空间；原来的没有动", dir.display()))
    };
    if making.join(MARK).is_file() {
        std::fs::remove_dir_all(&making).map_err(fault)?; // OK because only an interrupted run leaves our mark there.
    }
    std::fs::create_dir_all(&making).map_err(fault)?;
    for file in files {
        let path = making.join(&file.path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(fault)?;
        }
        std::fs::write(&path, &file.text).map_err(fault)?;
    }
    if dir.exists() {
        std::fs::remove_dir_all(dir).map_err(fault)?; // OK because `place` saw that it is empty or ours.
    }
    std::fs::rename(&making, dir).map_err(fault)
}
