//! Which rules a service stands under: those that the store says were put into effect; the folder's, where none were.

use std::path::PathBuf;
use std::sync::Arc;

use xiaoneng_office::{Office, kept_texts, rules_in_force};
use xiaoneng_pack::{Sources, World, load, load_with_warnings};
use xiaoneng_store::Store;
use xiaoneng_web::Rulebook;

use crate::output::{self, Stop};
use crate::packs;

/// Rules in force, and where others are read from.
pub struct Rules {
    /// The rules.
    pub world: Arc<World>,
    texts: Sources,
    folder: Option<PathBuf>,
    /// What lies in the folder is not what is in force.
    waiting: bool,
}

/// The rules of a store. A folder that was changed while nothing ran does not take effect by itself.
pub async fn of(store: &dyn Store, folder: Option<PathBuf>) -> Result<Rules, Stop> {
    let packs = packs::read(folder.as_deref())?;
    let (read, faults) = load_with_warnings(&packs.sources);
    let in_force = rules_in_force(store).await.map_err(|e| Stop::refused(e.to_string()))?;
    let Some((tenant, last)) = in_force.filter(|(_, l)| read.as_ref().is_none_or(|w| w.version != l.rules.version))
    else {
        // Nothing was put into effect yet, or just this: the usual words about its faults are said there.
        let world = match read {
            Some(world) => world,
            None => packs::world(folder.as_deref())?,
        };
        return Ok(Rules { world: Arc::new(world), texts: packs.sources, folder, waiting: false });
    };
    let version = &last.rules.version;
    let texts = kept_texts(store, &tenant, &last.rules).await.map_err(|e| Stop::refused(e.to_string()))?;
    let texts = texts.ok_or_else(|| {
        Stop::refused(format!("施行中的规则 {version} 的文字读不出来：请从备份恢复 files.db，再运行一次"))
    })?;
    let world = load(&texts).map_err(|faults| {
        Stop::refused(format!(
            "施行中的规则 {version} 在这个版本的程序里有 {} 个错误，读不成规则；办件仍要按它办。\
             请用原来的程序打开，在“规则”页先施行一版两个程序都能读的规则",
            faults.errors().count()
        ))
    })?;
    let (place, what) = (packs::place(folder.as_deref()), read.map_or("有错误".to_owned(), |w| w.version));
    let faulty = if faults.has_errors() { "；先用 xiaoneng check 查错" } else { "" };
    output::remark(&format!(
        "按施行中的规则 {version} 办理。{place}里的规则（{what}）还没有施行{faulty}：到“规则”页看差别和影响，再施行"
    ));
    Ok(Rules { world: Arc::new(world), texts, folder, waiting: true })
}

impl Rules {
    /// The rulebook of an office that stands under these rules; notes which rules the store began with.
    pub async fn rulebook(self, office: &Arc<Office>) -> Result<Arc<Rulebook>, Stop> {
        office.note_first_rules(&self.texts).await.map_err(|e| Stop::refused(e.to_string()))?;
        let (folder, place) = (self.folder.clone(), packs::place(self.folder.as_deref()));
        let read = move || {
            packs::read(folder.as_deref()).map(|packs| packs.sources).map_err(|stop| match stop {
                Stop::Usage(why) | Stop::Refused(why) | Stop::Told(why) => why,
                Stop::Output(error) => error.to_string(),
            })
        };
        let rulebook = Arc::new(Rulebook::new(office.clone(), self.texts, place, Box::new(read)));
        if self.waiting
            && let Ok(waiting) = rulebook.read_anew()
        {
            rulebook.count_effect(&waiting);
        }
        Ok(rulebook)
    }
}
