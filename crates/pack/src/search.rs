//! Finding an item by the words people use: 盖房 finds 宅基地.

use std::collections::BTreeSet;

use crate::{Item, World};

/// Longest question that is looked at, in characters.
const QUESTION_MAX: usize = 100;
/// Least share of pairs of characters that must agree when nothing agrees as a whole.
const LIKENESS_MIN: u32 = 40;

impl World {
    /// Items that fit the words, best first, with a score; at most `limit` of them.
    ///
    /// Words are the items' own (盖房), their titles, codes, units, results and materials; several
    /// words narrow the search; a whole sentence is searched for the words that items know.
    /// The same question always gets the same answer.
    pub fn search_items(&self, words: &str, limit: usize) -> Vec<(&Item, u32)> {
        let question: String = words.chars().take(QUESTION_MAX).collect::<String>().to_lowercase();
        let terms: Vec<&str> =
            question.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '.').filter(|t| !t.is_empty()).collect();
        if terms.is_empty() {
            return Vec::new();
        }
        let scored: Vec<(&Item, Vec<u32>)> = self
            .items
            .values()
            .map(|item| {
                let texts = Texts::of(self, item);
                (&**item, terms.iter().map(|term| texts.score(term)).collect())
            })
            .collect();
        // Those that know every word; if there are none, those that know the most.
        let known = |scores: &[u32]| scores.iter().filter(|s| **s > 0).count();
        let most = scored.iter().map(|(_, scores)| known(scores)).max().unwrap_or(0);
        if most == 0 {
            return Vec::new();
        }
        let mut found: Vec<(&Item, u32)> = scored
            .iter()
            .filter(|(_, scores)| known(scores) == most)
            .map(|(item, scores)| (*item, scores.iter().sum()))
            .collect();
        found.sort_by(|(a, x), (b, y)| (y, b.popular, &a.code).cmp(&(x, a.popular, &b.code)));
        found.truncate(limit);
        found
    }
}

/// The texts of an item that are searched.
struct Texts<'a> {
    item: &'a Item,
    title: String,
    words: Vec<String>,
    unit: String,
}

impl<'a> Texts<'a> {
    fn of(world: &World, item: &'a Item) -> Self {
        let org = &world.org;
        let unit = org.units.get(&item.unit);
        let division = unit.and_then(|u| org.divisions.get(&u.division));
        let mut place = unit.map_or(String::new(), |u| u.title.to_lowercase());
        if let Some(division) = division {
            place.push_str(&division.name.to_lowercase());
        }
        Self {
            item,
            title: item.title.to_lowercase(),
            words: item.words.iter().map(|w| w.to_lowercase()).collect(),
            unit: place,
        }
    }

    /// How well one term fits; 0: not at all.
    fn score(&self, term: &str) -> u32 {
        let long = term.chars().count() > 1;
        let code = &*self.item.code;
        if code == term || code.split_once('-').is_some_and(|(_, short)| short == term) {
            return 200;
        }
        if self.title == term {
            return 150;
        }
        if self.words.iter().any(|w| w == term) {
            return 120;
        }
        let contained = self.words.iter().filter(|w| w.chars().count() > 1 && term.contains(&***w));
        // The longest word found in a sentence says most: 盖房子 more than 房.
        let in_sentence = contained.map(|w| 60 + 5 * w.chars().count().min(8) as u32).max();
        let parts = [
            (self.title.contains(term), 90),
            (self.words.iter().any(|w| w.contains(term)), 80),
            (self.unit.contains(term), 40),
            (code.starts_with(term), 40),
            (long && self.item.result.to_lowercase().contains(term), 30),
            (long && self.item.materials.iter().any(|m| m.name.to_lowercase().contains(term)), 10),
        ];
        let best = parts.into_iter().filter(|(fits, _)| *fits).map(|(_, score)| score).chain(in_sentence).max();
        best.unwrap_or_else(|| self.likeness(term))
    }

    /// Pairs of characters in common with title and words, as a small score.
    fn likeness(&self, term: &str) -> u32 {
        let asked = pairs(term);
        if asked.is_empty() {
            return 0;
        }
        let share = |text: &str| {
            let common = asked.intersection(&pairs(text)).count() as u32;
            common * 100 / asked.len() as u32
        };
        let best = self.words.iter().map(|w| share(w)).chain([share(&self.title)]).max().unwrap_or(0);
        if best >= LIKENESS_MIN { best / 5 } else { 0 }
    }
}

fn pairs(text: &str) -> BTreeSet<(char, char)> {
    text.chars().zip(text.chars().skip(1)).collect()
}
