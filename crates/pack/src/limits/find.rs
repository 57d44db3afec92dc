//! Finding a limit: by words that stand in it, by a law, by an id that is nearly right.

use jiff::civil::Date;

use super::{Law, LimitLibrary, LimitVersion};
use crate::text::distance;
use crate::{IndexMap, Name};

/// Names that are said to be near, at most.
const NEAR_MAX: usize = 5;
/// Words that are said to be near, at most.
const WORDS_MAX: usize = 3;
/// Letters of a question that are compared with ids.
const ASKED_MAX: usize = 40;

impl LimitLibrary {
    /// Limits in which every one of the words stands, in the library's order: in its id, its series, its law
    /// (id and title), article, who is bound, what starts and stops it, its length and what silence does.
    /// No words find all. Capital and small letters are the same.
    ///
    /// ```
    /// let world = xiaoneng_packbox::world();
    /// let found = world.limits.search(&["复议".to_owned(), "视为受理".to_owned()]);
    /// assert_eq!(found.iter().map(|v| &*v.id).collect::<Vec<_>>(), ["FY17-17", "FY-30"]);
    /// ```
    pub fn search<'a>(&'a self, words: &[String]) -> Vec<&'a LimitVersion> {
        let words: Vec<String> = words.iter().map(|w| w.to_lowercase()).collect();
        self.all()
            .filter(|v| {
                let text = v.text();
                words.iter().all(|word| text.contains(&**word))
            })
            .collect()
    }

    /// Laws that a word names: the id itself (`xf22`), or what stands in the title (信访).
    ///
    /// ```
    /// let world = xiaoneng_packbox::world();
    /// assert_eq!(world.limits.laws_named("信访").len(), 2);
    /// ```
    pub fn laws_named<'a>(&'a self, word: &str) -> Vec<&'a Law> {
        let word = word.trim().to_lowercase();
        if let Some(law) = self.laws.values().find(|law| law.id.to_lowercase() == word) {
            return vec![law];
        }
        self.laws.values().filter(|law| law.title.to_lowercase().contains(&word)).collect()
    }

    /// Laws that a word nearly names, those that are equally near, at most five: by the beginning of their id, a slip
    /// of the pen in it, or most of the word in their title.
    pub fn near_laws<'a>(&'a self, word: &str) -> Vec<&'a Law> {
        let wanted = word.trim().chars().take(ASKED_MAX).collect::<String>().to_lowercase();
        let chars: Vec<char> = wanted.chars().collect();
        let far = |law: &Law| {
            let (id, title) = (law.id.to_lowercase(), law.title.to_lowercase());
            let pairs = chars.windows(2).filter(|pair| title.contains(&pair.iter().collect::<String>())).count();
            match distance(&wanted, &id) {
                _ if wanted.is_empty() => None,
                _ if id.starts_with(&wanted) || (pairs > 0 && pairs * 2 >= chars.len()) => Some(0),
                far => (far <= 2 && far < chars.len()).then_some(far),
            }
        };
        let near: Vec<(usize, &Law)> = self.laws.values().filter_map(|law| Some((far(law)?, law))).collect();
        let nearest = near.iter().map(|(far, _)| *far).min();
        near.into_iter().filter(|(far, _)| Some(*far) == nearest).map(|(_, law)| law).take(NEAR_MAX).collect()
    }

    /// The limits of one law, in the order of its file.
    pub fn of_law<'a>(&'a self, id: &'a str) -> impl Iterator<Item = &'a LimitVersion> {
        let mut found: Vec<&LimitVersion> = self.all().filter(|v| *v.law_id == *id).collect();
        found.sort_by_key(|v| (&v.file, v.line));
        found.into_iter()
    }

    /// The law that replaced this one.
    pub fn replaced_by(&self, id: &str) -> Option<&Law> {
        self.laws.values().find(|law| law.replaces.as_deref() == Some(id))
    }

    /// Ids of limits and series that are nearly what was asked, nearest first, at most five: those that hold it or
    /// are held by it, or that a slip of the pen or two makes of it; for a word that is no id, limits whose text
    /// has the most in common with it.
    ///
    /// ```
    /// let world = xiaoneng_packbox::world();
    /// assert_eq!(&*world.limits.near("XK42-1")[0], "XK-42-1");
    /// ```
    pub fn near(&self, asked: &str) -> Vec<Name> {
        let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_uppercase();
        let wanted = plain(&asked.chars().take(ASKED_MAX).collect::<String>());
        if wanted.is_empty() {
            return Vec::new();
        }
        let length = wanted.chars().count();
        let far = |id: &Name| {
            let plain = plain(id);
            match length >= 2 && (plain.contains(&wanted) || wanted.contains(&plain)) {
                true => Some(0),
                false => Some(distance(&wanted, &plain)).filter(|far| *far <= 2 && *far < length),
            }
        };
        let ids = self.series.keys().chain(self.all().map(|v| &v.id));
        let mut near: Vec<(usize, &Name)> = ids.filter_map(|id| Some((far(id)?, id))).collect();
        if near.is_empty() {
            near = self.alike(asked);
        }
        // Whoever left the end off an id is not told of those that differ.
        if near.iter().any(|(far, _)| *far == 0) {
            near.retain(|(far, _)| *far == 0);
        }
        near.sort();
        near.dedup();
        near.into_iter().take(NEAR_MAX).map(|(_, id)| id.clone()).collect()
    }

    /// Words of the library that differ from a word in one character (复义: 复议), the most frequent first, at most
    /// three.
    pub fn words_near(&self, word: &str) -> Vec<String> {
        let texts = self.all().map(LimitVersion::text);
        one_character_off(word, texts)
    }

    /// As [`Self::words_near`], of the laws' titles.
    pub fn title_words_near(&self, word: &str) -> Vec<String> {
        one_character_off(word, self.laws.values().map(|law| law.title.to_lowercase()))
    }

    /// Limits that share pairs of characters with a word, those that share most first; at least half of them.
    fn alike(&self, asked: &str) -> Vec<(usize, &Name)> {
        let chars: Vec<char> = asked.to_lowercase().chars().filter(|c| c.is_alphanumeric()).take(ASKED_MAX).collect();
        let pairs: Vec<String> = chars.windows(2).map(|pair| pair.iter().collect()).collect();
        let found = self.all().filter_map(|v| {
            let text = v.text();
            let missing = pairs.iter().filter(|pair| !text.contains(&***pair)).count();
            (missing * 2 <= pairs.len() && missing < pairs.len()).then_some((missing, &v.id))
        });
        found.collect()
    }
}

/// Pieces of texts as long as a word that differ from it in one character; each must stand there twice.
fn one_character_off(word: &str, texts: impl Iterator<Item = String>) -> Vec<String> {
    let wanted: Vec<char> = word.trim().to_lowercase().chars().take(ASKED_MAX).collect();
    if wanted.len() < 2 {
        return Vec::new();
    }
    let mut counts: IndexMap<String, usize> = IndexMap::default();
    for text in texts {
        let chars: Vec<char> = text.chars().collect();
        for piece in chars.windows(wanted.len()) {
            let off = piece.iter().zip(&wanted).filter(|(a, b)| a != b).count();
            if off == 1 && piece.iter().all(|c| c.is_alphanumeric()) {
                *counts.entry(piece.iter().collect()).or_default() += 1;
            }
        }
    }
    let mut found: Vec<(String, usize)> = counts.into_iter().filter(|(_, n)| *n > 1).collect();
    found.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
    found.into_iter().take(WORDS_MAX).map(|(word, _)| word).collect()
}

impl LimitVersion {
    /// All that is searched, in small letters.
    fn text(&self) -> String {
        let length = self.in_words();
        let silence = self.silence.in_words();
        let parts = [
            &*self.id,
            &*self.series,
            &*self.law_id,
            &self.law,
            &self.article,
            &self.bound,
            &self.starts,
            &self.stops,
            &self.open,
            &self.on_lapse,
            &length,
            &silence,
        ];
        parts.join("\n").to_lowercase()
    }

    /// 2005-05-01 至 2022-04-30; 2022-05-01 起.
    pub fn in_force_words(&self) -> String {
        in_force_words(self.from, self.to)
    }
}

impl Law {
    /// 2005-05-01 至 2022-04-30; 2022-05-01 起.
    pub fn in_force_words(&self) -> String {
        in_force_words(self.from, self.to)
    }
}

fn in_force_words(from: Date, to: Option<Date>) -> String {
    match to {
        Some(to) => format!("{from} 至 {to}"),
        None => format!("{from} 起"),
    }
}
