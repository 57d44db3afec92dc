//! Reading TOML so that everything wrong in a file is said at once, in words a clerk understands.
//!
//! A table is asked for its keys one by one; each answer that does not fit is a fault at its place
//! and is replaced by a harmless value, so that reading goes on. [`Table::finish`] then names the
//! keys nobody asked for, with the one that was probably meant.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::str::FromStr;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::log::{Log, Place, Word};
use crate::Name;
use crate::schema::grammar::Holds;
use crate::text::{did_you_mean, help_for_name};

/// Longest text of one value, in characters.
const TEXT_MAX: usize = 10_000;
/// Most elements of one list.
const LIST_MAX: usize = 10_000;

/// Places by the path of keys: `actions.accept.to`.
pub(crate) type Places = BTreeMap<String, Place>;

/// One file, parsed; `None` after a syntax error, which is in the log.
pub(crate) fn parse<'s>(log: &Log, file: &Name, text: &'s str) -> Option<Spanned<DeTable<'s>>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return Some(table);
    }
    // Only the first: after it the parser guesses, and one quotation mark makes twenty errors.
    let first = errors.iter().min_by_key(|error| error.span().map_or(0, |span| span.start));
    if let Some(error) = first {
        let span = error.span().unwrap_or(0..0);
        let place = Place { file: file.clone(), start: span.start as u32, end: span.end as u32 };
        let (message, help) = syntax_error(error.message());
        log.error(&place, "syntax", message, help);
    }
    None
}

/// The parser's English in Chinese, as far as it is common.
fn syntax_error(message: &str) -> (String, &'static str) {
    let first = message.lines().next().unwrap_or("");
    if first.contains("duplicate key") {
        return ("同一个名字写了两次".into(), "删去一处，或者换一个名字");
    }
    if first.contains("string") {
        return (format!("文字没有写完整（{first}）"), "文字前后都要有英文引号 \"…\"，一行写完");
    }
    (
        format!("这里不合 TOML 的写法（{first}）"),
        "写法是：名字 = 值；文字加英文引号，列表写成 [\"甲\", \"乙\"]，小表写成 { 名 = 值 }",
    )
}

/// A table of a file, being asked for its keys.
pub(crate) struct Table<'a> {
    pub log: &'a Log<'a>,
    map: &'a DeTable<'a>,
    place: Place,
    path: String,
    places: Option<&'a RefCell<Places>>,
    /// Where it stands in the grammar (`procedures.actions.*`), while the grammar is being learnt.
    shape: Option<String>,
    asked: RefCell<Vec<&'static str>>,
    missing: RefCell<Vec<(&'static str, String)>>,
}

impl<'a> Table<'a> {
    /// The table of a whole file.
    pub fn root(log: &'a Log<'a>, file: &Name, kind: &str, table: &'a Spanned<DeTable<'a>>) -> Self {
        let place = Place { file: file.clone(), start: 0, end: 0 };
        let shape = log.grammar.is_some().then(|| kind.to_owned());
        Self::new(log, table.get_ref(), place, String::new(), None, shape)
    }

    fn new(
        log: &'a Log<'a>,
        map: &'a DeTable<'a>,
        place: Place,
        path: String,
        places: Option<&'a RefCell<Places>>,
        shape: Option<String>,
    ) -> Self {
        Self { log, map, place, path, places, shape, asked: RefCell::default(), missing: RefCell::default() }
    }

    /// Notes what a key holds, if the grammar is being learnt.
    fn learn(&self, key: &str, holds: Holds) {
        if let (Some(grammar), Some(shape)) = (&self.log.grammar, &self.shape) {
            grammar.borrow_mut().key(shape, key, holds);
        }
    }

    /// Notes which words a key may be, if the grammar is being learnt.
    pub fn learn_words<'w>(&self, key: &str, words: impl IntoIterator<Item = &'w str>) {
        if let (Some(grammar), Some(shape)) = (&self.log.grammar, &self.shape) {
            grammar.borrow_mut().words(shape, key, words);
        }
    }

    /// The same table under another name in the grammar: a file that extends another needs less.
    pub fn with_shape(mut self, shape: &str) -> Self {
        self.shape = self.shape.map(|_| shape.to_owned());
        self
    }

    fn inner_shape(&self, inner: &str) -> Option<String> {
        self.shape.as_ref().map(|shape| format!("{shape}.{inner}"))
    }

    /// The same table, noting the place of every value that is asked for.
    pub fn noting<'b>(&'b self, places: &'b RefCell<Places>) -> Table<'b> {
        let (place, path) = (self.place.clone(), self.path.clone());
        let table = Table::new(self.log, self.map, place, path, Some(places), self.shape.clone());
        *table.asked.borrow_mut() = self.asked.borrow().clone();
        *table.missing.borrow_mut() = self.missing.borrow().clone();
        table
    }

    /// Where the table begins.
    pub fn place(&self) -> &Place {
        &self.place
    }

    fn at(&self, span: std::ops::Range<usize>) -> Place {
        Place { file: self.place.file.clone(), start: span.start as u32, end: span.end as u32 }
    }

    fn note(&self, path: &str, place: &Place) {
        if let Some(places) = self.places {
            places.borrow_mut().insert(join(&self.path, path), place.clone());
        }
    }

    fn get(&self, key: &'static str) -> Option<(&'a DeValue<'a>, Place)> {
        if !self.asked.borrow().contains(&key) {
            self.asked.borrow_mut().push(key);
        }
        let value = self.map.get(key)?;
        let place = self.at(value.span());
        self.note(key, &place);
        Some((value.get_ref(), place))
    }

    /// Is the key there (without asking for it)?
    pub fn has(&self, key: &str) -> bool {
        self.map.get(key).is_some()
    }

    /// The place of a key's value, or of the table.
    pub fn place_of(&self, key: &str) -> Place {
        self.map.get(key).map_or_else(|| self.place.clone(), |value| self.at(value.span()))
    }

    fn wrong_type(&self, key: &str, place: &Place, value: &DeValue, wanted: &str) {
        let found = type_name(value);
        self.log.error(
            place,
            "wrong-type",
            format!("{key} 应当是{wanted}，这里写的是{found}"),
            help_for_type(key, wanted),
        );
    }

    /// A required key is missing: said by [`Table::finish`], unless another key is its misspelling.
    pub fn missing(&self, key: &'static str, example: &str) {
        self.asked.borrow_mut().push(key);
        self.missing.borrow_mut().push((key, example.to_owned()));
    }

    /// Notes that a key is required whose absence a reader tells by itself, if the grammar is being learnt.
    pub fn learn_required(&self, key: &str, example: &str) {
        if let (Some(grammar), Some(shape)) = (&self.log.grammar, &self.shape) {
            grammar.borrow_mut().finished(shape, std::iter::once(key), &[(key, example.to_owned())]);
        }
    }

    /// One of two keys is required and neither is there.
    pub fn missing_either(&self, keys: [&'static str; 2], example: &str) {
        if let (Some(grammar), Some(shape)) = (&self.log.grammar, &self.shape) {
            grammar.borrow_mut().either(shape, keys);
        }
        self.missing(keys[0], example);
    }

    /// A text, if the key is there.
    pub fn word(&self, key: &'static str) -> Option<Word> {
        self.learn(key, Holds::Text);
        let (value, place) = self.get(key)?;
        self.as_word(key, value, place)
    }

    fn as_word(&self, key: &str, value: &DeValue<'a>, place: Place) -> Option<Word> {
        let DeValue::String(text) = value else {
            self.wrong_type(key, &place, value, "文字");
            return None;
        };
        if text.chars().count() > TEXT_MAX {
            self.log.error(&place, "too-long", format!("{key} 的文字超过 {TEXT_MAX} 个字"), "写短一些");
            return None;
        }
        Some(Word { text: Name::from(&**text), place })
    }

    /// A text, or nothing.
    pub fn text(&self, key: &'static str) -> Option<String> {
        self.word(key).map(|w| w.text.to_string())
    }

    /// A text, or the value from the layer above.
    pub fn text_or(&self, key: &'static str, default: &str) -> String {
        self.text(key).unwrap_or_else(|| default.to_owned())
    }

    /// A text that must be there and must say something.
    pub fn required(&self, key: &'static str, example: &str) -> Option<Word> {
        self.learn(key, Holds::Text);
        if !self.has(key) {
            self.missing(key, example);
            return None;
        }
        let word = self.word(key)?;
        if word.text.trim().is_empty() {
            self.log.error(&word.place, "empty", format!("{key} 是空的"), format!("写上内容，例如：{example}"));
        }
        Some(word)
    }

    /// One text or a list of texts.
    pub fn words(&self, key: &'static str) -> Option<Vec<Word>> {
        self.learn(key, Holds::Texts);
        let (value, place) = self.get(key)?;
        match value {
            DeValue::String(_) => Some(self.as_word(key, value, place).into_iter().collect()),
            DeValue::Array(list) => {
                if list.len() > LIST_MAX {
                    self.log.error(&place, "too-long", format!("{key} 超过 {LIST_MAX} 项"), "分开写");
                    return Some(Vec::new());
                }
                let mut words = Vec::new();
                for value in list.iter() {
                    let place = self.at(value.span());
                    let Some(word) = self.as_word(key, value.get_ref(), place) else { continue };
                    if words.iter().any(|w: &Word| w.text == word.text) {
                        let message = format!("{key} 里“{}”写了两次", word.text);
                        self.log.error(&word.place, "twice", message, "删去一处");
                        continue;
                    }
                    self.note(&format!("{key}.{}", words.len()), &word.place);
                    words.push(word);
                }
                Some(words)
            }
            other => {
                self.wrong_type(key, &place, other, "文字或文字的列表");
                None
            }
        }
    }

    /// One text or a list of texts, as plain texts.
    pub fn texts(&self, key: &'static str) -> Vec<String> {
        self.words(key).unwrap_or_default().into_iter().map(|w| w.text.to_string()).collect()
    }

    /// A whole number from 0 up.
    pub fn number(&self, key: &'static str) -> Option<(u32, Place)> {
        self.whole(key, 0, i64::from(u32::MAX)).map(|(n, place)| (n as u32, place))
    }

    /// A whole number within bounds.
    pub fn whole(&self, key: &'static str, least: i64, most: i64) -> Option<(i64, Place)> {
        self.learn(key, Holds::Whole(least, most));
        let (value, place) = self.get(key)?;
        self.as_whole(key, value, &place, least, most).map(|n| (n, place))
    }

    fn as_whole(&self, key: &str, value: &DeValue, place: &Place, least: i64, most: i64) -> Option<i64> {
        let DeValue::Integer(digits) = value else {
            self.wrong_type(key, place, value, "整数");
            return None;
        };
        let number = i64::from_str_radix(digits.as_str(), digits.radix()).ok();
        if let Some(n) = number.filter(|n| (least..=most).contains(n)) {
            return Some(n);
        }
        let message = format!("{key} 应当在 {least} 到 {most} 之间，这里写的是 {digits}");
        self.log.error(place, "out-of-range", message, "改成范围以内的整数");
        None
    }

    /// Yes or no; no when the key is missing.
    pub fn flag(&self, key: &'static str) -> bool {
        self.flag_or(key, false)
    }

    /// Yes or no, or the value from the layer above.
    pub fn flag_or(&self, key: &'static str, default: bool) -> bool {
        self.learn(key, Holds::Flag);
        match self.get(key) {
            None => default,
            Some((DeValue::Boolean(flag), _)) => *flag,
            Some((other, place)) => {
                self.wrong_type(key, &place, other, "true 或 false");
                default
            }
        }
    }

    /// A day: `"2015-05-13"` or a TOML date.
    pub fn date(&self, key: &'static str) -> Option<(Date, Place)> {
        self.learn(key, Holds::Day);
        let (value, place) = self.get(key)?;
        let text = match value {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(when) => when.to_string(),
            other => {
                self.wrong_type(key, &place, other, "日期");
                return None;
            }
        };
        match Date::from_str(&text) {
            Ok(date) if text.len() == 10 => Some((date, place)),
            _ => {
                self.log.error(
                    &place,
                    "bad-date",
                    format!("{key} 不是日期：“{text}”"),
                    "写成 2015-05-13 这样的年-月-日",
                );
                None
            }
        }
    }

    /// One word of a fixed list, as the value that stands for it.
    pub fn one_of<T: Copy>(&self, key: &'static str, what: &str, values: &[(&str, T)]) -> Option<T> {
        let word = self.word(key);
        self.learn_words(key, values.iter().map(|(name, _)| *name));
        self.choose(&word?, key, what, values)
    }

    /// The value that stands for a word of a fixed list.
    pub fn choose<T: Copy>(&self, word: &Word, key: &str, what: &str, values: &[(&str, T)]) -> Option<T> {
        if let Some((_, value)) = values.iter().find(|(name, _)| *name == &*word.text) {
            return Some(*value);
        }
        let help = help_for_name(&word.text, what, values.iter().map(|(name, _)| *name));
        self.log.error(&word.place, "unknown-word", format!("{key} 里没有“{}”这个{what}", word.text), help);
        None
    }

    /// A table under a key.
    pub fn table(&self, key: &'static str) -> Option<Table<'a>> {
        self.learn(key, Holds::Table);
        let (value, place) = self.get(key)?;
        self.as_table(key, key, self.inner_shape(key), value, place)
    }

    fn as_table(
        &self,
        key: &str,
        path: &str,
        shape: Option<String>,
        value: &'a DeValue<'a>,
        place: Place,
    ) -> Option<Table<'a>> {
        let DeValue::Table(map) = value else {
            self.wrong_type(key, &place, value, "一张表");
            return None;
        };
        self.note(path, &place);
        let path = join(&self.path, path);
        Some(Table::new(self.log, map, place, path, self.places, shape))
    }

    /// A list of tables: `[[item]]`.
    pub fn tables(&self, key: &'static str) -> Vec<Table<'a>> {
        self.learn(key, Holds::Tables);
        let Some((value, place)) = self.get(key) else { return Vec::new() };
        self.as_tables(key, key, self.inner_shape(key), value, place)
    }

    fn as_tables(
        &self,
        key: &str,
        path: &str,
        shape: Option<String>,
        value: &'a DeValue<'a>,
        place: Place,
    ) -> Vec<Table<'a>> {
        let DeValue::Array(list) = value else {
            self.wrong_type(key, &place, value, "表的列表");
            return Vec::new();
        };
        let tables = list.iter().enumerate().filter_map(|(i, value)| {
            let place = self.at(value.span());
            self.as_table(key, &format!("{path}.{i}"), shape.clone(), value.get_ref(), place)
        });
        tables.collect()
    }

    /// The names of a table of anything, in the order of the file.
    fn names(&self) -> Vec<(Word, &'a DeValue<'a>, Place)> {
        let mut names: Vec<_> = self
            .map
            .iter()
            .map(|(key, value)| {
                let word = Word { text: Name::from(&**key.get_ref()), place: self.at(key.span()) };
                (word, value.get_ref(), self.at(value.span()))
            })
            .collect();
        names.sort_by_key(|(word, _, _)| word.place.start);
        names
    }

    /// A table of tables by name: `[actions.accept]`; the place of each is its name's.
    pub fn named_tables(&self, key: &'static str) -> Vec<(Word, Table<'a>)> {
        self.learn(key, Holds::NamedTables);
        let Some(outer) = self.table(key) else { return Vec::new() };
        let named = outer.names().into_iter().filter_map(|(word, value, _)| {
            let table = outer.as_table(&word.text, &word.text, outer.shape.clone(), value, word.place.clone())?;
            Some((word, table))
        });
        named.collect()
    }

    /// A table of lists of tables by name: `[posts] agency = [{ … }]`.
    pub fn named_lists(&self, key: &'static str) -> Vec<(Word, Vec<Table<'a>>)> {
        self.learn(key, Holds::NamedLists);
        let Some(outer) = self.table(key) else { return Vec::new() };
        let named = outer.names().into_iter().map(|(word, value, place)| {
            let tables = outer.as_tables(&word.text, &word.text, outer.shape.clone(), value, place);
            (word, tables)
        });
        named.collect()
    }

    /// A table of lists of texts by name: `[words]`.
    pub fn named_words(&self, key: &'static str) -> Vec<(Word, Vec<Word>)> {
        self.learn(key, Holds::NamedTexts);
        let Some(outer) = self.table(key) else { return Vec::new() };
        let mut named = Vec::new();
        for (word, value, place) in outer.names() {
            let DeValue::Array(list) = value else {
                outer.wrong_type(&word.text, &place, value, "文字的列表");
                continue;
            };
            let words = list.iter().filter_map(|v| outer.as_word(&word.text, v.get_ref(), outer.at(v.span())));
            named.push((word.clone(), words.collect()));
        }
        named
    }

    /// A table of whole numbers by name: `[values]`, `steps`.
    pub fn named_numbers(&self, key: &'static str, least: i64, most: i64) -> Vec<(Word, i64)> {
        self.learn(key, Holds::NamedWholes(least, most));
        let Some(outer) = self.table(key) else { return Vec::new() };
        let numbers = outer.names().into_iter().filter_map(|(word, value, place)| {
            outer.note(&word.text, &word.place);
            let number = outer.as_whole(&word.text, value, &place, least, most)?;
            Some((word, number))
        });
        numbers.collect()
    }

    /// Names every key that nobody asked for, and every required one that is not there.
    pub fn finish(&self) {
        let asked = self.asked.borrow();
        if let (Some(grammar), Some(shape)) = (&self.log.grammar, &self.shape) {
            let absent = asked.iter().copied().filter(|key| !self.has(key));
            grammar.borrow_mut().finished(shape, absent, &self.missing.borrow());
        }
        let mut meant = Vec::new();
        for (word, _, _) in self.names() {
            if asked.contains(&&*word.text) {
                continue;
            }
            meant.extend(did_you_mean(&word.text, asked.iter().copied()));
            let help = help_for_name(&word.text, "名字", asked.iter().copied());
            self.log.error(&word.place, "unknown-key", format!("这里没有“{}”这一项", word.text), help);
        }
        for (key, example) in self.missing.borrow().iter().filter(|(key, _)| !meant.contains(key)) {
            self.log.error(&self.place, "missing-key", format!("缺少 {key}"), format!("补上一行：{example}"));
        }
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn type_name(value: &DeValue) -> &'static str {
    match value {
        DeValue::String(_) => "文字",
        DeValue::Integer(_) => "整数",
        DeValue::Float(_) => "小数",
        DeValue::Boolean(_) => "true/false",
        DeValue::Datetime(_) => "日期",
        DeValue::Array(_) => "列表",
        DeValue::Table(_) => "表",
    }
}

fn help_for_type(key: &str, wanted: &str) -> String {
    match wanted {
        "文字" => format!("加上英文引号：{key} = \"…\""),
        "文字或文字的列表" | "文字的列表" => format!("写成 {key} = [\"甲\", \"乙\"]"),
        "整数" => format!("只写数字，不加引号：{key} = 5"),
        "true 或 false" => format!("写成 {key} = true"),
        "日期" => format!("写成 {key} = \"2015-05-13\""),
        "表的列表" => format!("写成 [[{key}]]，每一条一段"),
        _ => format!("写成 [{key}] 一段，或者 {key} = {{ … }}"),
    }
}
