//! How a letter writes articles and dates.

use jiff::civil::Date;

/// 2015年8月27日: Arabic digits, no zero before them.
pub fn plain_date(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// An article as a letter cites it.
///
/// ```
/// use xiaoneng_letters::cite;
/// assert_eq!(cite("行政许可法 32"), "《行政许可法》第三十二条");
/// assert_eq!(cite("中华人民共和国行政许可法第四十二条第一款"), "《中华人民共和国行政许可法》第四十二条第一款");
/// assert_eq!(cite("本机关公布的办理时限"), "本机关公布的办理时限");
/// ```
pub fn cite(basis: &str) -> String {
    let basis = basis.trim();
    if basis.starts_with('《') {
        return basis.to_owned();
    }
    if let Some((law, number)) = basis.rsplit_once(char::is_whitespace)
        && let Ok(number) = number.parse::<u32>()
    {
        return format!("《{}》第{}条", law.trim(), numeral(number));
    }
    match basis.find('第') {
        Some(at) if at > 0 && basis[at..].contains('条') => format!("《{}》{}", basis[..at].trim(), &basis[at..]),
        _ => basis.to_owned(),
    }
}

/// 根据《…》第…条、《…》第…条， with its comma; 依法 without one where no article is given.
pub(crate) fn according(basis: &[String]) -> String {
    let list: Vec<String> = basis.iter().map(|b| b.trim()).filter(|b| !b.is_empty()).map(cite).collect();
    if list.is_empty() { "依法".to_owned() } else { format!("根据{}，", list.join("、")) }
}

/// 三十二, up to 9999.
fn numeral(n: u32) -> String {
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
    fn without_an_article_it_is_by_law() {
        assert_eq!(according(&[]), "依法");
        assert_eq!(
            according(&["行政许可法 32".to_owned(), "土地管理法 第六十二条".to_owned()]),
            "根据《行政许可法》第三十二条、《土地管理法》第六十二条，"
        );
    }
}
