//! Small tools for texts: width on a screen, likeness of two names.

/// Columns that a character takes on a terminal: Chinese ones take two.
pub(crate) fn char_width(c: char) -> usize {
    match c {
        '\0'..='\u{1f}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        // Quotation marks and dashes are drawn wide by Chinese fonts, narrow by terminals: narrow.
        _ => 1,
    }
}

/// Columns that a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(char_width).sum()
}

/// A text filled up with blanks to so many columns.
pub(crate) fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// A text broken into lines of at most so many columns.
pub(crate) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(2);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_inclusive([' ', '、', '，', '；', ',']) {
        let fits_alone = width(word) <= columns;
        if used > 0 && fits_alone && used + width(word.trim_end()) > columns {
            lines.push(String::new());
            used = 0;
        }
        for c in word.chars() {
            if used + char_width(c) > columns {
                if c == ' ' {
                    continue;
                }
                // A line does not begin with a closing mark: the character before it comes along.
                let closing = columns > 3 && ['）', '、', '，', '；', '”', ')', ','].contains(&c);
                let carried = if closing { lines.last_mut().and_then(String::pop) } else { None };
                lines.push(carried.into_iter().collect());
                used = width(&lines[lines.len() - 1]);
            }
            used += char_width(c);
            lines.last_mut().expect("there is always one line").push(c);
        }
    }
    lines.iter().map(|line| line.trim_end().to_owned()).collect()
}

/// Names longer than this are compared by their beginning: the work stays bounded.
const COMPARED_MAX: usize = 64;

/// How many letters one must insert, drop, change or exchange to get from one name to the other.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.chars().take(COMPARED_MAX).collect();
    let b: Vec<char> = b.chars().take(COMPARED_MAX).collect();
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let differs = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(row[j - 1] + 1).min(rows[i - 1][j - 1] + differs);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

/// The candidate that was probably meant.
pub(crate) fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    let allowed = (length / 3).clamp(1, 3);
    let lower = word.to_lowercase().replace('_', "-");
    candidates
        .into_iter()
        .filter(|c| c.chars().count().abs_diff(length) <= allowed)
        .map(|c| (distance(&lower, &c.to_lowercase().replace('_', "-")), c))
        // A word of which half the letters differ is another word (审核 is not 审查).
        .filter(|(d, c)| *d <= allowed && *d * 2 < length.max(c.chars().count()))
        .min()
        .map(|(_, c)| c)
}

/// How many names a message lists at most.
const LISTED_MAX: usize = 12;

/// The way out for a misspelt name: what was meant, or what there is.
pub(crate) fn help_for_name<'a>(word: &str, what: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    let all: Vec<&str> = candidates.into_iter().collect();
    if let Some(meant) = did_you_mean(word, all.iter().copied()) {
        return format!("是不是“{meant}”？");
    }
    match all.len() {
        0 => format!("这里还没有任何{what}；请先写上它"),
        n if n <= LISTED_MAX => format!("可用的{what}有：{}", all.join("、")),
        n => format!("可用的{what}有 {n} 个，例如：{}", all[..LISTED_MAX].join("、")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_takes_two_columns() {
        assert_eq!(width("受理a"), 5);
        assert_eq!(pad("受理", 6), "受理  ");
        assert_eq!(wrap("受理审核", 5), ["受理", "审核"]);
        assert_eq!(wrap("aa bb", 2), ["aa", "bb"]);
        assert_eq!(wrap("约束本人）", 8), ["约束本", "人）"]);
    }

    #[test]
    fn a_slip_of_the_pen_is_recognised_and_another_word_is_not() {
        let names = ["accepted", "received", "closed"];
        assert_eq!(did_you_mean("acepted", names), Some("accepted"));
        assert_eq!(did_you_mean("recieved", names), Some("received"));
        assert_eq!(did_you_mean("granted", names), None);
        assert_eq!(did_you_mean("x", ["y"]), None);
        assert_eq!(did_you_mean("审核", ["审查"]), None);
        assert_eq!(did_you_mean("hands_to", ["hands-to"]), Some("hands-to"));
        assert_eq!(help_for_name("z", "状态", ["a", "b"]), "可用的状态有：a、b");
    }
}
