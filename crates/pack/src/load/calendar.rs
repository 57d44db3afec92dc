//! `calendar/*.toml`: notices, statutory days, local layers; their form is the calendar crate's own.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use xiaoneng_calendar::{Calendar, CalendarError, Layer, Notices, Statutory};

use super::files::{Files, Kind};
use super::layers::Pack;
use super::log::{Log, Place};
use crate::text::help_for_name;
use crate::{IndexMap, Name};

/// The nation's calendar and the local ones by id.
#[derive(Default)]
pub(crate) struct Calendars {
    pub national: Option<Calendar>,
    pub local: IndexMap<Name, Calendar>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Layers {
    layer: Vec<Layer>,
}

#[derive(Default)]
struct Parts<'s> {
    notices: Option<Notices>,
    statutory: Option<Statutory>,
    layers: Vec<(Layer, Name)>,
    texts: Vec<(Name, &'s str)>,
}

/// Notices of all packs together, the statutory days, and layers each over the nation's calendar.
pub(crate) fn read(files: &Files, packs: &[Pack], log: &Log) -> Calendars {
    let before = log.count();
    let mut parts = Parts::default();
    for pack in packs {
        files.each(&pack.folder, Kind::Calendar, log, |file, text, _| parts.read(file, text, log));
    }
    if log.count() > before || !log.is_read("calendar") {
        return Calendars::default();
    }
    let (Some(notices), Some(statutory)) = (parts.notices.take(), parts.statutory.take()) else {
        let folder = &packs[0].folder;
        let message = "没有节假日历：缺少 calendar/notices.toml 或者 calendar/statutory.toml".to_owned();
        log.error_of_file(&format!("{folder}/calendar"), "no-calendar", message, "放在最上面一层的包里");
        return Calendars::default();
    };
    let national = match Calendar::new(notices, statutory) {
        Ok(calendar) => calendar,
        Err(error) => {
            parts.data_fault(&error, log);
            return Calendars::default();
        }
    };
    let mut local = IndexMap::default();
    for (layer, file) in &parts.layers {
        match national.with_layer(layer) {
            Ok(calendar) => {
                if local.insert(Name::from(&*layer.id), calendar).is_some() {
                    let place = parts.find(&layer.id, Some(file));
                    let message = format!("日历层“{}”写了两次", layer.id);
                    log.error(&place, "twice", message, "删去一处，或者换一个 id");
                }
            }
            Err(error) => parts.data_fault(&error, log),
        }
    }
    Calendars { national: Some(national), local }
}

impl<'s> Parts<'s> {
    fn read(&mut self, file: &Name, text: &'s str, log: &Log) {
        self.texts.push((file.clone(), text));
        match file.rsplit('/').next().unwrap_or("") {
            "notices.toml" => {
                let Some(more) = deserialise::<Notices>(file, text, log) else { return };
                match &mut self.notices {
                    Some(notices) => notices.notice.extend(more.notice),
                    none => *none = Some(more),
                }
            }
            "statutory.toml" => {
                if self.statutory.is_some() {
                    let place = Place { file: file.clone(), start: 0, end: 0 };
                    log.error(&place, "twice", "法定节日已经写在上级包里", "只留一份；下级包的不同写进 layers.toml");
                }
                self.statutory = deserialise(file, text, log).or(self.statutory.take());
            }
            "layers.toml" => {
                let Some(more) = deserialise::<Layers>(file, text, log) else { return };
                self.layers.extend(more.layer.into_iter().map(|layer| (layer, file.clone())));
            }
            other => {
                let place = Place { file: file.clone(), start: 0, end: 0 };
                let names = ["notices.toml", "statutory.toml", "layers.toml"];
                let help = help_for_name(other, "日历文件", names);
                log.error(&place, "unknown-file", format!("calendar 里没有“{other}”这种文件"), help);
            }
        }
    }

    /// The calendar names the entry at fault in backquotes or by its number: looked up in the texts.
    fn data_fault(&self, error: &CalendarError, log: &Log) {
        let (place, fault) = match error {
            CalendarError::Data { place, fault } => (place.clone(), fault.clone()),
            other => (String::new(), other.to_string()),
        };
        let quoted = place.split('`').nth(1).unwrap_or(&place);
        // "国务院令第513号 国庆节": the order stands in the file, the pair does not.
        let word = if self.texts.iter().any(|(_, text)| text.contains(quoted)) {
            quoted
        } else {
            quoted.split_whitespace().next().unwrap_or("")
        };
        let found = self.find(word, None);
        let message = format!("节假日历有误（{place}）：{fault}");
        log.error(&found, "calendar", message, "对照国务院办公厅的通知原文改正这一条");
    }

    fn find(&self, words: &str, file: Option<&Name>) -> Place {
        let texts = self.texts.iter().filter(|(f, _)| file.is_none_or(|file| f == file));
        let found = texts.filter(|_| !words.is_empty()).find_map(|(f, text)| Some((f, text.rfind(words)?)));
        match (found, self.texts.first()) {
            (Some((file, at)), _) => Place { file: file.clone(), start: at as u32, end: (at + words.len()) as u32 },
            (None, Some((file, _))) => Place { file: file.clone(), start: 0, end: 0 },
            (None, None) => Place { file: Name::from("calendar"), start: 0, end: 0 },
        }
    }
}

fn deserialise<T: DeserializeOwned>(file: &Name, text: &str, log: &Log) -> Option<T> {
    match toml::from_str(text) {
        Ok(value) => Some(value),
        Err(error) => {
            let span = error.span().unwrap_or(0..0);
            let place = Place { file: file.clone(), start: span.start as u32, end: span.end as u32 };
            let (code, message, help) = in_chinese(error.message());
            log.error(&place, code, message, help);
            None
        }
    }
}

/// Serde's four sentences in Chinese.
fn in_chinese(message: &str) -> (&'static str, String, String) {
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let name = names.first().copied().unwrap_or("");
    if message.starts_with("unknown field") {
        let help = help_for_name(name, "名字", names.iter().skip(1).copied());
        return ("unknown-key", format!("这里没有“{name}”这一项"), help);
    }
    if message.starts_with("unknown variant") {
        let help = help_for_name(name, "词", names.iter().skip(1).copied());
        return ("unknown-word", format!("没有“{name}”这个词"), help);
    }
    if message.starts_with("missing field") {
        return ("missing-key", format!("缺少 {name}"), format!("补上一行：{name} = …"));
    }
    let help = "日期写成 \"2015-05-13\"；数不加引号；文字加英文引号".to_owned();
    ("wrong-type", format!("值的写法不对（{message}）"), help)
}
