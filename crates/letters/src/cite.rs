//! How a letter writes articles and dates.

use jiff::civil::Date;

/// 2015年8月27日: Arabic digits, no zero before them.
pub fn plain_date(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// A law as letters name it: its full title, and from when to when it was in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LawTitle {
    /// 中华人民共和国行政许可法
    pub title: String,
    /// In force from this day.
    pub from: Date,
    /// In force up to and including this day.
    pub to: Option<Date>,
}

/// The laws by which short titles are written out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Laws(pub Vec<LawTitle>);

/// One law of a basis with its articles, and where the same stood before: `行政处罚法 64 第一项（1996 年 42）`.
struct Part<'a> {
    law: &'a str,
    articles: &'a str,
    older: Vec<Older<'a>>,
}

/// `1996 年 42`: the law of the same title of that year; `2007 年实施条例 41`: another instrument.
struct Older<'a> {
    year: i16,
    other: &'a str,
    articles: &'a str,
}

impl Laws {
    /// A basis as a pack writes it, as a letter of that day cites it; empty if nothing of it was in force.
    ///
    /// A number is an article of the law as it reads today. Of `行政处罚法 71（1996 年 50）` a letter of 2015 cites the
    /// article of the law of 1996; where the pack does not say which article it was, the law is named and no
    /// article: a wrong one would be worse. A law that is not in force that day is left out. An article spelt out
    /// (`第三十二条`) stands as it is.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use xiaoneng_letters::{LawTitle, Laws};
    /// let title = "中华人民共和国行政处罚法".to_owned();
    /// let old = LawTitle { title: title.clone(), from: date(1996, 10, 1), to: Some(date(2021, 7, 14)) };
    /// let laws = Laws(vec![old, LawTitle { title, from: date(2021, 7, 15), to: None }]);
    /// let basis = "行政处罚法 71（1996 年 50）";
    /// assert_eq!(laws.cite(basis, date(2015, 8, 20)), "《中华人民共和国行政处罚法》第五十条");
    /// assert_eq!(laws.cite(basis, date(2022, 8, 20)), "《中华人民共和国行政处罚法》第七十一条");
    /// assert_eq!(laws.cite("行政处罚法 71", date(2015, 8, 20)), "《中华人民共和国行政处罚法》");
    /// assert_eq!(laws.cite("行政许可法 32、64 第一项；信访条例第二十一条", date(2015, 8, 20)),
    ///     "《行政许可法》第三十二条、第六十四条第一项，《信访条例》第二十一条");
    /// assert_eq!(laws.cite("本机关公布的办理时限", date(2015, 8, 20)), "本机关公布的办理时限");
    /// ```
    pub fn cite(&self, basis: &str, on: Date) -> String {
        let parts = basis.split(['；', ';', '\n']).map(str::trim).filter(|part| !part.is_empty());
        parts.filter_map(|part| self.part(part, on)).collect::<Vec<_>>().join("，")
    }

    fn part(&self, text: &str, on: Date) -> Option<String> {
        let Some(part) = Part::of(text) else { return Some(text.to_owned()) };
        let versions = self.called(part.law);
        let title = versions.first().map_or(part.law, |law| &law.title);
        if versions.is_empty() || part.articles.starts_with('第') {
            return Some(format!("《{}》{}", inner_marks(title), written(part.articles)));
        }
        let in_force = versions.iter().find(|law| law.in_force_on(on))?;
        if versions.iter().all(|law| law.from <= in_force.from) {
            return Some(format!("《{}》{}", inner_marks(title), written(part.articles)));
        }
        for older in &part.older {
            // Told by its year: that in which it came into force, or was made the year before.
            if older.other.is_empty() && (0..=1).contains(&(in_force.from.year() - older.year)) {
                return Some(format!("《{}》{}", inner_marks(title), written(older.articles)));
            }
            let other = [format!("{}{}", part.law, older.other), older.other.to_owned()];
            let found = other.iter().flat_map(|name| self.called(name)).find(|law| law.in_force_on(on));
            if let Some(law) = found.filter(|_| !older.other.is_empty()) {
                return Some(format!("《{}》{}", inner_marks(&law.title), written(older.articles)));
            }
        }
        Some(format!("《{}》", inner_marks(title)))
    }

    /// The laws of a title, which may leave out whose they are: 行政许可法.
    fn called(&self, name: &str) -> Vec<&LawTitle> {
        let named = |law: &&LawTitle| law.title == name || law.title.strip_prefix("中华人民共和国") == Some(name);
        self.0.iter().filter(named).collect()
    }
}

impl LawTitle {
    fn in_force_on(&self, on: Date) -> bool {
        self.from <= on && self.to.is_none_or(|to| on <= to)
    }
}

/// A title within a title stands in 〈〉.
fn inner_marks(title: &str) -> String {
    title.replace('《', "〈").replace('》', "〉")
}

impl<'a> Part<'a> {
    /// `None` for what names no article.
    fn of(text: &'a str) -> Option<Self> {
        if text.starts_with('《') {
            return None;
        }
        let (main, rest) = match text.find('（') {
            Some(at) if text[at..].contains('年') => (text[..at].trim_end(), &text[at + '（'.len_utf8()..]),
            _ => (text, ""),
        };
        let at = main.char_indices().find_map(|(at, c)| {
            let here = &main[at..];
            let numbered = c.is_whitespace() && here.trim_start().starts_with(|c: char| c.is_ascii_digit());
            let spelt = c == '第' && here.contains('条');
            (at > 0 && (numbered || spelt)).then_some(at)
        })?;
        let articles = main[at..].trim();
        if !articles.split('、').all(is_article) {
            return None;
        }
        let older = rest.trim_end_matches('）').split(['，', '；']).filter_map(|old| {
            let (year, rest) = old.trim().split_once('年')?;
            let at = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
            Some(Older { year: year.trim().parse().ok()?, other: rest[..at].trim(), articles: rest[at..].trim() })
        });
        Some(Part { law: main[..at].trim(), articles, older: older.collect() })
    }
}

/// `32`, `64 第一项`, `第三十二条第一款`.
fn is_article(text: &str) -> bool {
    let text = text.trim();
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let after = rest.trim_start();
    rest.len() < text.len() && (after.is_empty() || after.starts_with(['第', '之'])) || text.starts_with('第')
}

/// `32、64 第一项`: 第三十二条、第六十四条第一项.
fn written(articles: &str) -> String {
    let one = |article: &str| {
        let article = article.trim();
        let digits = article.find(|c: char| !c.is_ascii_digit()).unwrap_or(article.len());
        match article[..digits].parse::<u32>() {
            Ok(number) => format!("第{}条{}", numeral(number), article[digits..].trim()),
            Err(_) => article.to_owned(),
        }
    };
    articles.split('、').map(one).collect::<Vec<_>>().join("、")
}

/// An article as a letter cites it, by the title that the pack gives.
///
/// ```
/// use xiaoneng_letters::cite;
/// assert_eq!(cite("行政许可法 32"), "《行政许可法》第三十二条");
/// assert_eq!(cite("中华人民共和国行政许可法第四十二条第一款"), "《中华人民共和国行政许可法》第四十二条第一款");
/// assert_eq!(cite("本机关公布的办理时限"), "本机关公布的办理时限");
/// ```
pub fn cite(basis: &str) -> String {
    Laws::default().cite(basis, Date::MAX)
}

/// 根据《…》第…条、《…》第…条， with its comma; 依法 without one where no article is given.
pub(crate) fn according(basis: &[String]) -> String {
    let list: Vec<String> = basis.iter().map(|b| b.trim()).filter(|b| !b.is_empty()).map(cite).collect();
    if list.is_empty() { "依法".to_owned() } else { format!("根据{}，", list.join("、")) }
}

/// 三十二, up to 9999.
pub(crate) fn numeral(n: u32) -> String {
    const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    const UNITS: [(u32, &str); 3] = [(1000, "千"), (100, "百"), (10, "十")];
    if n == 0 || n > 9999 {
        return n.to_string();
    }
    let (mut out, mut rest, mut gap) = (String::new(), n, false);
    for (size, unit) in UNITS {
        let digit = rest / size;
        rest %= size;
        if digit == 0 {
            gap = !out.is_empty();
            continue;
        }
        if gap {
            out.push('零');
            gap = false;
        }
        // 十二, not 一十二, at the head of a number.
        if !(digit == 1 && size == 10 && out.is_empty()) {
            out.push_str(DIGITS[digit as usize]);
        }
        out.push_str(unit);
    }
    if rest > 0 {
        if gap {
            out.push('零');
        }
        out.push_str(DIGITS[rest as usize]);
    }
    out
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn numbers_of_articles_are_written_as_the_law_writes_them() {
        for (n, words) in [
            (1, "一"),
            (10, "十"),
            (12, "十二"),
            (20, "二十"),
            (45, "四十五"),
            (105, "一百零五"),
            (110, "一百一十"),
            (1259, "一千二百五十九"),
            (1001, "一千零一"),
        ] {
            assert_eq!(numeral(n), words);
        }
    }

    #[test]
    fn a_basis_is_cited_as_the_packs_write_it() {
        for (basis, cited) in [
            ("行政强制法 35、54", "《行政强制法》第三十五条、第五十四条"),
            ("行政强制法 25 第三款", "《行政强制法》第二十五条第三款"),
            ("行政许可法 第三十二条", "《行政许可法》第三十二条"),
            ("《土地管理法》第六十二条", "《土地管理法》第六十二条"),
            ("海东市人民政府 2015 年第 3 号通知", "海东市人民政府 2015 年第 3 号通知"),
            ("行政执法机关移送涉嫌犯罪案件的规定 5", "《行政执法机关移送涉嫌犯罪案件的规定》第五条"),
            ("", ""),
        ] {
            assert_eq!(cite(basis), cited);
        }
    }

    fn laws() -> Laws {
        let law = |title: &str, from: Date, to: Option<Date>| LawTitle { title: title.to_owned(), from, to };
        Laws(vec![
            law("中华人民共和国行政处罚法", date(1996, 10, 1), Some(date(2021, 7, 14))),
            law("中华人民共和国行政处罚法", date(2021, 7, 15), None),
            law("中华人民共和国行政复议法", date(1999, 10, 1), Some(date(2023, 12, 31))),
            law("中华人民共和国行政复议法", date(2024, 1, 1), None),
            law("中华人民共和国行政复议法实施条例", date(2007, 8, 1), None),
            law("信访条例", date(2005, 5, 1), Some(date(2022, 4, 30))),
            law("信访工作条例", date(2022, 5, 1), None),
            law("关于实施《劳动保障监察条例》若干规定", date(2005, 2, 1), None),
        ])
    }

    #[test]
    fn an_article_is_that_of_the_law_in_force_on_the_day_of_the_letter() {
        let penalty = |articles: &str| format!("《中华人民共和国行政处罚法》{articles}");
        let plain = |text: &str| text.to_owned();
        for (basis, old, new) in [
            (
                "行政处罚法 57、59（1996 年 38、39）",
                penalty("第三十八条、第三十九条"),
                penalty("第五十七条、第五十九条"),
            ),
            ("行政处罚法 57（1987 年 9）", penalty(""), penalty("第五十七条")),
            ("行政处罚法 57", penalty(""), penalty("第五十七条")),
            ("行政处罚法 第三十八条", penalty("第三十八条"), penalty("第三十八条")),
            (
                "行政复议法 39（2007 年实施条例 41）",
                plain("《中华人民共和国行政复议法实施条例》第四十一条"),
                plain("《中华人民共和国行政复议法》第三十九条"),
            ),
            ("信访条例 21；信访工作条例 22", plain("《信访条例》第二十一条"), plain("《信访工作条例》第二十二条")),
            ("信访工作条例 18", plain(""), plain("《信访工作条例》第十八条")),
            (
                "关于实施《劳动保障监察条例》若干规定 18",
                plain("《关于实施〈劳动保障监察条例〉若干规定》第十八条"),
                plain("《关于实施〈劳动保障监察条例〉若干规定》第十八条"),
            ),
            ("没有写进库的办法 3", plain("《没有写进库的办法》第三条"), plain("《没有写进库的办法》第三条")),
        ] {
            let cited = |on| laws().cite(basis, on);
            assert_eq!((cited(date(2015, 8, 20)), cited(date(2024, 8, 20))), (old, new), "{basis}");
        }
    }

    #[test]
    fn without_an_article_it_is_by_law() {
        assert_eq!(according(&[]), "依法");
        assert_eq!(
            according(&["行政许可法 32".to_owned(), "土地管理法 第六十二条".to_owned()]),
            "根据《行政许可法》第三十二条、《土地管理法》第六十二条，"
        );
    }
}
