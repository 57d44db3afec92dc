//! `procedures/*.toml`: reading, and laying a lower layer's file over a higher one's.

use std::cell::RefCell;

use super::files::{Files, Kind};
use super::layers::{Pack, lies_under};
use super::log::{Log, Place, Word};
use super::read::{Places, Table};
use super::words::Words;
use super::{DraftProcedure, action, check_name, children, clock, letters, tighten};
use crate::procedure::{Field, FieldKind, Procedure, Register, Retention, State, Whose, Within};
use crate::text::help_for_name;
use crate::{IndexMap, LimitLibrary, Name};

/// Names that mean something in a condition and so cannot be fields.
const RESERVED: [&str; 7] = ["now", "true", "false", "in", "children", "children-open", "child-results"];
/// A file that lays a lower layer over a procedure, in the grammar.
pub(crate) const EXTENDING: &str = "procedures+";
/// The longest text a field may hold.
const TEXT_FIELD_MAX: i64 = 100_000;

/// Every procedure, the layers laid over each other from the top down.
pub(crate) fn read(
    files: &Files,
    packs: &[Pack],
    words: &Words,
    limits: &LimitLibrary,
    log: &Log,
) -> IndexMap<Name, DraftProcedure> {
    let mut all: IndexMap<Name, DraftProcedure> = IndexMap::default();
    for (layer, pack) in packs.iter().enumerate() {
        files.each(&pack.folder, Kind::Procedures, log, |_, _, table| {
            let places = RefCell::new(Places::new());
            let reader = Reader { packs, words, limits, log, layer };
            reader.file(table, &places, &mut all);
        });
    }
    for draft in all.values_mut() {
        expand_stars(&mut draft.procedure);
    }
    all
}

/// `from = "*"` is every state that is not an end, those of lower layers too.
fn expand_stars(procedure: &mut Procedure) {
    let open: Vec<Name> = procedure.states.iter().filter(|(_, s)| !s.end).map(|(name, _)| name.clone()).collect();
    for action in procedure.actions.values_mut() {
        if action.from.iter().any(|from| &**from == "*") {
            let named: Vec<Name> = action.from.drain(..).filter(|from| &**from != "*").collect();
            action.from = open.clone();
            action.from.extend(named.into_iter().filter(|from| !open.contains(from)));
        }
    }
}

struct Reader<'a> {
    packs: &'a [Pack],
    words: &'a Words,
    limits: &'a LimitLibrary,
    log: &'a Log<'a>,
    layer: usize,
}

impl Reader<'_> {
    fn file(&self, table: &Table, places: &RefCell<Places>, all: &mut IndexMap<Name, DraftProcedure>) {
        let table = table.noting(places);
        if table.required("id", "id = \"licence\"").is_none() {
            // Without its name nothing can be laid; the rest is told once the name is there.
            self.log.error(table.place(), "missing-key", "缺少 id", "补上一行：id = \"licence\"");
            table.learn_required("id", "id = \"licence\"");
            table.with_shape(EXTENDING).learn_required("id", "id = \"licence\"");
            return;
        }
        let extends = table.flag("extends");
        let table = if extends { table.with_shape(EXTENDING) } else { table };
        // In the grammar the two kinds of file are two; each begins with these.
        let (Some(id), extends) = (table.word("id"), table.flag("extends")) else { return };
        let base = all.get(&id.text);
        match (base, extends) {
            (Some(base), false) => {
                let message = format!("程序“{}”已经写在 {}", id.text, self.log.spot(&base.place));
                let help = "要在上级程序上增加、收紧，写 extends = true；另一种程序换一个 id";
                self.log.error_with(&id.place, &base.place, "twice", message, help);
                return;
            }
            (None, true) => {
                let help = help_for_name(&id.text, "程序", all.keys().map(|k| &**k));
                if self.log.is_read("procedures") {
                    let message = format!("上级包里没有“{}”这个程序，不能 extends", id.text);
                    self.log.error(&id.place, "unknown-procedure", message, help);
                }
                return;
            }
            (Some(base), true) if !lies_under(self.packs, self.layer, base.layer) => {
                let message = format!(
                    "程序“{}”已由并列的包收紧（{}），两个包没有上下级关系",
                    id.text,
                    self.log.spot(&base.place)
                );
                let help = "把共同的收紧写进两个包的上级包";
                self.log.error_with(&id.place, &base.place, "side-by-side", message, help);
                return;
            }
            _ => {}
        }
        check_name(self.log, &id, "程序");
        let base = base.cloned();
        let before = self.log.count();
        let procedure = self.procedure(&table, &id, base.as_ref().map(|b| &b.procedure));
        table.finish();
        let sound = self.log.count() == before && base.as_ref().is_none_or(|b| b.sound);
        let (places, place) = (places.take(), id.place.clone());
        let draft = DraftProcedure { procedure, places, place, layer: self.layer, sound };
        let draft = match &base {
            None => draft,
            Some(base) => {
                tighten::procedure(base, &draft, self.limits, self.log);
                lay_over(base, draft)
            }
        };
        all.insert(id.text, draft);
    }

    fn procedure(&self, table: &Table, id: &Word, base: Option<&Procedure>) -> Procedure {
        let text = |key: &'static str, example: &str, base: Option<&String>| match base {
            Some(base) => table.text_or(key, base),
            None => table.required(key, example).map_or(String::new(), |w| w.text.to_string()),
        };
        let mut procedure = Procedure {
            id: id.text.clone(),
            title: text("title", "title = \"行政许可\"", base.map(|b| &b.title)),
            about: table.text_or("about", base.map_or("", |b| &b.about)),
            standing: table.flag_or("standing", base.is_some_and(|b| b.standing)),
            fields: base.map_or_else(IndexMap::default, |b| b.fields.clone()),
            states: base.map_or_else(IndexMap::default, |b| b.states.clone()),
            actions: base.map_or_else(IndexMap::default, |b| b.actions.clone()),
            clocks: base.map_or_else(IndexMap::default, |b| b.clocks.clone()),
            children: base.map_or_else(IndexMap::default, |b| b.children.clone()),
            letters: base.map_or_else(IndexMap::default, |b| b.letters.clone()),
            retention: retention(table).or_else(|| base.and_then(|b| b.retention.clone())),
            register: register(table).or_else(|| base.and_then(|b| b.register.clone())),
            file: base.map_or_else(|| id.place.file.to_string(), |b| b.file.clone()),
        };
        for (name, table) in table.named_tables("states") {
            check_name(self.log, &name, "状态");
            let state = state(&table, procedure.states.get(&name.text));
            procedure.states.insert(name.text, state);
        }
        for (name, table) in table.named_tables("fields") {
            check_name(self.log, &name, "字段");
            if RESERVED.contains(&&*name.text) {
                let message = format!("字段不能叫“{}”：条件里它另有意思", name.text);
                self.log.error(&name.place, "bad-name", message, "换一个名字");
            }
            let field = self.field(&table, procedure.fields.get(&name.text));
            procedure.fields.insert(name.text, field);
        }
        for (name, table) in table.named_tables("actions") {
            check_name(self.log, &name, "动作");
            let action = action::read(&table, &name, procedure.actions.get(&name.text));
            procedure.actions.insert(name.text, action);
        }
        for (name, table) in table.named_tables("clocks") {
            check_name(self.log, &name, "时限");
            let clock = clock::read(&table, &name, procedure.clocks.get(&name.text));
            procedure.clocks.insert(name.text, clock);
        }
        for (name, table) in table.named_tables("children") {
            check_name(self.log, &name, "子件");
            let children = children::read(&table, &name, procedure.children.get(&name.text));
            procedure.children.insert(name.text, children);
        }
        // Last: a letter names fields, actions and clocks.
        for (name, table) in table.named_tables("letters") {
            check_name(self.log, &name, "文书");
            let letter = letters::read(&table, &name, &procedure);
            procedure.letters.insert(name.text, letter);
        }
        procedure
    }

    fn field(&self, table: &Table, base: Option<&Field>) -> Field {
        let (kind, range) = self.kind(table, base);
        let title = match base {
            Some(base) => table.text_or("title", &base.title),
            None => table.required("title", "title = \"申请人\"").map_or(String::new(), |w| w.text.to_string()),
        };
        let field = Field {
            title,
            kind,
            personal: table.flag_or("personal", base.is_some_and(|b| b.personal)),
            public: table.flag_or("public", base.is_some_and(|b| b.public)),
            hidden_if: table.word("hidden-if").map(|w| w.text).or_else(|| base.and_then(|b| b.hidden_if.clone())),
            unique: table.flag_or("unique", base.is_some_and(|b| b.unique)),
            measure: table.text_or("unit", base.map_or("", |b| &b.measure)),
            range,
            within: table.word("within").map(|w| within(&w)).or_else(|| base.and_then(|b| b.within.clone())),
            never: never(table).or_else(|| base.map(|b| b.never.clone())).unwrap_or_default(),
            help: table.text_or("help", base.map_or("", |b| &b.help)),
        };
        if field.personal && field.public {
            let help = "个人信息不对外公开：删去 public，或者另设一个可以公开的字段";
            self.log.error(&table.place_of("public"), "contradiction", "一个字段不能既是个人信息又公开", help);
        }
        table.finish();
        field
    }

    fn kind(&self, table: &Table, base: Option<&Field>) -> (FieldKind, (Option<i64>, Option<i64>)) {
        let (min, max) = (table.whole("min", 0, i64::MAX), table.whole("max", 0, i64::MAX));
        let of = table.words("of");
        let of_words = table.word("of-words");
        let range = (min.as_ref().map(|(n, _)| *n), max.as_ref().map(|(n, _)| *n));
        table.learn_words("type", KINDS.iter().map(|(name, _)| *name).chain(["text", "choice"]));
        let word = match (table.word("type"), base) {
            (Some(word), _) => word,
            (None, Some(base)) if range == (None, None) && of.is_none() && of_words.is_none() => {
                return (base.kind.clone(), base.range);
            }
            (None, _) => {
                if !table.has("type") {
                    table.missing("type", "type = \"text\"");
                }
                return base.map_or((FieldKind::Flag, (None, None)), |b| (b.kind.clone(), b.range));
            }
        };
        let given = [
            ("min", min.is_some()),
            ("max", max.is_some()),
            ("of", of.is_some()),
            ("of-words", of_words.is_some()),
            ("unit", table.has("unit")),
        ];
        let fitting: &[&str] = match &*word.text {
            "text" => &["max"],
            "count" => &["min", "max", "unit"],
            "money" => &["min", "max"],
            "choice" => &["of", "of-words"],
            _ => &[],
        };
        for (key, _) in given.iter().filter(|(key, given)| *given && !fitting.contains(key)) {
            let message = format!("{key} 不能用在 {} 字段上", word.text);
            let help = "max 用于 text、count、money，min 用于 count、money，unit 用于 count，of 和 of-words 用于 choice：\
                        删去它，或者改 type";
            self.log.error(&table.place_of(key), "contradiction", message, help);
        }
        if let (Some((min, _)), Some((max, place))) = (&min, &max)
            && max < min
        {
            let message = format!("max（{max}）比 min（{min}）小");
            self.log.error(place, "contradiction", message, "核对两个数");
        }
        let kind = self.kind_of(table, &word, max.as_ref(), of, of_words);
        let range = if matches!(kind, FieldKind::Text(_)) { (None, None) } else { range };
        (kind, range)
    }

    fn kind_of(
        &self,
        table: &Table,
        word: &Word,
        max: Option<&(i64, Place)>,
        of: Option<Vec<Word>>,
        of_words: Option<Word>,
    ) -> FieldKind {
        match &*word.text {
            "text" => FieldKind::Text(self.text_max(table, max)),
            "choice" => FieldKind::Choice(self.choices(table, of, of_words)),
            name => match KINDS.iter().find(|(kind, _)| *kind == name) {
                Some((_, kind)) => kind.clone(),
                None => {
                    let names = KINDS.iter().map(|(name, _)| *name).chain(["text", "choice"]);
                    let help = help_for_name(name, "字段类型", names);
                    self.log.error(&word.place, "unknown-word", format!("没有“{name}”这种字段类型"), help);
                    FieldKind::Flag
                }
            },
        }
    }

    fn text_max(&self, table: &Table, max: Option<&(i64, Place)>) -> u32 {
        match max {
            None => {
                if !table.has("max") {
                    table.missing("max", "max = 200（最多多少字）");
                }
                1
            }
            Some((n, place)) if !(1..=TEXT_FIELD_MAX).contains(n) => {
                let message = format!("max 应当在 1 到 {TEXT_FIELD_MAX} 之间，现在是 {n}");
                self.log.error(place, "out-of-range", message, "改成这个范围以内的数");
                1
            }
            Some((n, _)) => *n as u32,
        }
    }

    fn choices(&self, table: &Table, of: Option<Vec<Word>>, of_words: Option<Word>) -> Vec<String> {
        match (of, of_words) {
            (Some(of), None) => {
                if of.is_empty() {
                    self.log.error(&table.place_of("of"), "empty", "可选的词是空的", "写上词语：of = [\"甲\", \"乙\"]");
                }
                of.into_iter().map(|w| w.text.to_string()).collect()
            }
            (None, Some(name)) => match self.words.lists.get(&name.text) {
                Some(list) => list.words.clone(),
                None => {
                    if self.log.is_read("words") {
                        let help = help_for_name(&name.text, "词语表", self.words.lists.keys().map(|k| &**k));
                        let message = format!("words.toml 里没有“{}”这张词语表", name.text);
                        self.log.error(&name.place, "unknown-list", message, help);
                    }
                    Vec::new()
                }
            },
            (Some(_), Some(name)) => {
                self.log.error(&name.place, "contradiction", "of 和 of-words 只能写一个", "删去一个");
                Vec::new()
            }
            (None, None) => {
                if !table.has("of") && !table.has("of-words") {
                    table.missing("of", "of = [\"甲\", \"乙\"]，或者 of-words = \"词语表的名字\"");
                }
                Vec::new()
            }
        }
    }
}

/// `below`, or posts as in `by`: `role`, `role@FIELD`, `@unit`.
fn within(word: &Word) -> Within {
    let (role, whose) = match word.text.split_once('@') {
        None if &*word.text == "below" => return Within::Below,
        None => (&*word.text, Whose::Unit),
        Some((role, whose)) => (role, action::whose(whose)),
    };
    Within::Posts((!role.is_empty()).then(|| role.into()), whose)
}

/// `@unit`, `@above`, ...
fn never(table: &Table) -> Option<Vec<Whose>> {
    let words = table.words("never")?;
    Some(words.iter().map(|w| action::whose(w.text.strip_prefix('@').unwrap_or(&w.text))).collect())
}

/// The types without limits of their own, by their names in packs.
const KINDS: [(&str, FieldKind); 17] = [
    ("count", FieldKind::Count),
    ("percent", FieldKind::Percent),
    ("money", FieldKind::Money),
    ("date", FieldKind::Date),
    ("instant", FieldKind::Instant),
    ("person", FieldKind::Person),
    ("identity", FieldKind::Identity),
    ("phone", FieldKind::Phone),
    ("officer", FieldKind::Officer),
    ("posts", FieldKind::Posts),
    ("unit", FieldKind::Unit),
    ("units", FieldKind::Units),
    ("items", FieldKind::Items),
    ("articles", FieldKind::Articles),
    ("code", FieldKind::Code),
    ("materials", FieldKind::Materials),
    ("flag", FieldKind::Flag),
];

fn state(table: &Table, base: Option<&State>) -> State {
    let title = match base {
        Some(base) => table.text_or("title", &base.title),
        None => table.required("title", "title = \"待受理\"").map_or(String::new(), |w| w.text.to_string()),
    };
    let state = State {
        public: table.text("public").or_else(|| base.map(|b| b.public.clone())).unwrap_or_else(|| title.clone()),
        title,
        step: table.word("step").map(|w| w.text).or_else(|| base.and_then(|b| b.step.clone())),
        end: table.flag_or("end", base.is_some_and(|b| b.end)),
    };
    table.finish();
    state
}

/// The longest that papers are kept for a number of years.
const RETENTION_MAX: i64 = 100;

fn retention(table: &Table) -> Option<Retention> {
    let inner = table.table("retention")?;
    let years = inner.whole("years", 1, RETENTION_MAX);
    let permanent = inner.flag("permanent");
    let basis = inner.required("basis", "basis = \"机关文件材料归档范围和文书档案保管期限规定\"");
    if years.is_some() == permanent && !inner.has("years") {
        inner.missing_either(["years", "permanent"], "years = 10，或者 permanent = true");
    } else if years.is_some() && permanent {
        let help = "定期的留 years，永久的留 permanent";
        inner.log.error(&inner.place_of("permanent"), "contradiction", "保管期限不能既定期又永久", help);
    }
    inner.finish();
    Some(Retention { years: years.map(|(n, _)| n as u32), basis: basis?.text.to_string() })
}

fn register(table: &Table) -> Option<Register> {
    let inner = table.table("register")?;
    let names = |key| inner.words(key).unwrap_or_default().into_iter().map(|w: Word| w.text).collect::<Vec<_>>();
    let title = inner.required("title", "title = \"权力清单\"");
    let code = inner.required("code", "code = \"code\"（哪个字段是编码）");
    let (columns, order) = (names("columns"), names("order"));
    if !inner.has("columns") {
        inner.missing("columns", "columns = [\"code\", \"name\"]");
    }
    inner.finish();
    Some(Register { title: title?.text.to_string(), code: code?.text, columns, order })
}

/// The lower layer's file already holds what it left as it was; the places of both are kept.
fn lay_over(base: &DraftProcedure, mut draft: DraftProcedure) -> DraftProcedure {
    let mut places = base.places.clone();
    for (path, place) in std::mem::take(&mut draft.places) {
        // A list that was replaced: the places of the old list's elements are no longer true.
        if path.matches('.').count() == 2 {
            let elements = format!("{path}.");
            places.retain(|old, _| !old.starts_with(&elements));
        }
        places.insert(path, place);
    }
    DraftProcedure { places, place: base.place.clone(), ..draft }
}
