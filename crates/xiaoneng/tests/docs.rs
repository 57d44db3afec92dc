//! The folder of static pages: every link leads somewhere, the same rules give the same bytes, nobody's folder is lost.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Output};

fn docs(dir: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xiaoneng"))
        .args(["docs", dir.to_str().expect("a path")])
        .output()
        .expect("it runs")
}

fn files(dir: &Path) -> BTreeMap<String, String> {
    fn walk(root: &Path, dir: &Path, all: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(dir).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(root, &path, all);
            } else {
                let name = path.strip_prefix(root).expect("inside").to_str().expect("a name").replace('\\', "/");
                all.insert(name, std::fs::read_to_string(&path).expect("a text"));
            }
        }
    }
    let mut all = BTreeMap::new();
    walk(dir, dir, &mut all);
    all
}

/// The values of an attribute.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    html.split(start.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// A link of a page, as a path of the folder.
fn resolve(page: &str, href: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in href.split('/') {
        match part {
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[test]
fn every_link_leads_to_a_page_and_to_a_place_on_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let out = dir.path().join("规则说明");
    assert!(docs(&out).status.success());
    let files = files(&out);
    let world = xiaoneng_packbox::world();
    for id in world.procedures.keys() {
        assert!(files.contains_key(&format!("procedures/{id}.html")), "{id}");
    }
    for code in world.items.keys() {
        assert!(files.contains_key(&format!("items/{code}.html")), "{code}");
    }
    for id in world.limits.laws.keys() {
        assert!(files.contains_key(&format!("laws/{id}.html")), "{id}");
    }
    let ids: BTreeMap<&String, BTreeSet<&str>> =
        files.iter().map(|(path, text)| (path, values(text, "id").into_iter().collect())).collect();
    let mut links = 0;
    let mut reached = BTreeSet::from(["index.html".to_owned()]);
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
        assert!(!text.contains("<script") && values(text, "src").is_empty(), "{path} is self-contained");
        for href in values(text, "href") {
            let (target, anchor) = href.split_once('#').unwrap_or((href, ""));
            assert!(!target.starts_with('/') && !target.contains(':'), "{path}: {href} leads out of the folder");
            let target = if target.is_empty() { path.clone() } else { resolve(path, target) };
            assert!(files.contains_key(&target), "{path}: {href} leads nowhere");
            assert!(anchor.is_empty() || ids[&target].contains(anchor), "{path}: {href} has no such place");
            reached.insert(target);
            links += 1;
        }
    }
    assert!(links > 1_000, "{links} links");
    let lost: Vec<&String> = files.keys().filter(|p| p.ends_with(".html") && !reached.contains(*p)).collect();
    assert!(lost.is_empty(), "pages that no link reaches: {lost:?}");
}

#[test]
fn a_procedures_page_has_its_drawing_its_clocks_with_articles_and_who_may() {
    let files: BTreeMap<String, String> =
        xiaoneng_web::handbook::handbook(&xiaoneng_packbox::world()).into_iter().map(|f| (f.path, f.text)).collect();
    let licence = &files["procedures/licence.html"];
    for words in
        ["<svg", "作出决定", "第三十二条", "收件单位的窗口岗", "一次性告知制", "受理通知书", "不能是做过“初审通过”的人"]
    {
        assert!(licence.contains(words), "the licence's page says {words}");
    }
    let homestead = &files["items/630222-zjd.html"];
    for words in ["一口清", "办“农村宅基地审批”，请带：", "受理以后承诺 5 个工作日办结", "不收费", "农村宅基地批准书"]
    {
        assert!(homestead.contains(words), "the homestead's page says {words}");
    }
}

#[test]
fn the_same_rules_give_the_same_bytes_and_our_own_folder_is_made_anew() {
    let dir = tempfile::tempdir().expect("a folder");
    let (one, two) = (dir.path().join("one"), dir.path().join("two"));
    assert!(docs(&one).status.success() && docs(&two).status.success());
    let first = files(&one);
    assert!(first == files(&two), "the same bytes");
    // A page of earlier rules: the mark says that it is ours.
    std::fs::write(one.join("items").join("stale.html"), "old").expect("written");
    let mark = std::fs::read_to_string(one.join(".xiaoneng-docs")).expect("a mark");
    std::fs::write(one.join(".xiaoneng-docs"), mark + "items/stale.html\n").expect("written");
    assert!(docs(&one).status.success());
    assert!(first == files(&one), "what is no page any more is gone");
    assert_eq!(std::fs::read_dir(dir.path()).expect("a folder").count(), 2, "nothing is left beside");
}

#[test]
fn a_folder_with_other_things_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().expect("a folder");
    let mine = dir.path().join("mine");
    std::fs::create_dir(&mine).expect("a folder");
    std::fs::write(mine.join("letter.txt"), "不要丢").expect("written");
    let refused = docs(&mine);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("没有动它"));
    assert_eq!(files(&mine).into_iter().collect::<Vec<_>>(), [("letter.txt".to_owned(), "不要丢".to_owned())]);
    let refused = docs(&mine.join("letter.txt"));
    assert_eq!(refused.status.code(), Some(1));
    assert_eq!(docs(Path::new("..")).status.code(), Some(2));
}

#[test]
fn what_somebody_put_into_our_folder_is_not_lost_when_it_is_written_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let ours = dir.path().join("rules");
    assert!(docs(&ours).status.success());
    assert!(docs(&ours).status.success(), "our own folder is written again");
    std::fs::write(ours.join("items").join("own.html"), "不要丢").expect("written");
    let refused = docs(&ours);
    let why = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(1) && why.contains("items/own.html"), "{why}");
    assert!(ours.join("items").join("own.html").is_file());
}
