//! The rules in force and those that wait to be: what the service reads anew without being started again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use jiff::Timestamp;
use xiaoneng_office::impact::{Block, Impact, Moved, Sides, blocks, impact};
use xiaoneng_office::{Office, RulesError, TakeEffect};
use xiaoneng_pack::compare::{Difference, compare};
use xiaoneng_pack::{Faults, Sources, World, load_with_warnings};

/// Moved cases kept for the lists, at most; the counts are of all.
pub const MOVED_MAX: usize = 10_000;

/// Reads the texts of the packs from where the service was told; what goes wrong is said in Chinese.
pub type Read = Box<dyn Fn() -> Result<Sources, String> + Send + Sync>;

/// 规则: in force, and waiting.
pub struct Rulebook {
    office: RwLock<Arc<Office>>,
    texts: RwLock<Arc<Sources>>,
    waiting: Mutex<Option<Arc<Waiting>>>,
    read: Read,
    /// Where the packs are read from, in words.
    pub place: String,
}

/// Rules that were read and are not in force.
pub struct Waiting {
    /// Their texts.
    pub texts: Sources,
    /// When they were read.
    pub read_at: Timestamp,
    /// All that is wrong with them.
    pub faults: Faults,
    /// What they make; `None` where they have errors.
    pub rules: Option<Loaded>,
    effect: Mutex<Effect>,
}

/// Rules without an error, held against those in force.
pub struct Loaded {
    /// The rules.
    pub world: Arc<World>,
    /// What differs.
    pub difference: Difference,
    /// Its hash: what a person has seen who puts them into effect.
    pub hash: String,
    /// The version in force that they were held against.
    pub against: String,
}

/// What waiting rules would do to the cases.
#[derive(Clone, Default)]
pub enum Effect {
    /// Not asked yet.
    #[default]
    Unknown,
    /// Being counted: so many cases looked at.
    Counting(u64),
    /// Counted.
    Known(Arc<Known>),
    /// It could not be counted.
    Failed(String),
}

/// An effect, counted.
pub struct Known {
    /// The counts.
    pub impact: Impact,
    /// The moved cases, the first of them.
    pub moved: Vec<Moved>,
    /// What forbids the change.
    pub blocks: Vec<Block>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // OK because each holds one value that is replaced as a whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Rulebook {
    /// Of a service whose office stands under these texts.
    pub fn new(office: Arc<Office>, texts: Sources, place: String, read: Read) -> Rulebook {
        Rulebook {
            office: RwLock::new(office),
            texts: RwLock::new(Arc::new(texts)),
            waiting: Mutex::new(None),
            read,
            place,
        }
    }

    /// The office that stands under the rules in force now.
    pub fn office(&self) -> Arc<Office> {
        self.office.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The texts in force.
    pub fn texts(&self) -> Arc<Sources> {
        self.texts.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The rules that wait, if any were read.
    pub fn waiting(&self) -> Option<Arc<Waiting>> {
        lock(&self.waiting).clone()
    }

    /// Read the packs anew, check them, hold them against those in force. Takes a second: not for the async threads.
    ///
    /// # Errors
    /// The folder cannot be read: then what waited before still waits.
    pub fn read_anew(&self) -> Result<Arc<Waiting>, String> {
        let texts = (self.read)()?;
        let (world, faults) = load_with_warnings(&texts);
        let office = self.office();
        let rules = world.map(|world| {
            let difference = compare(&office.world, &world);
            Loaded {
                hash: difference.hash(),
                world: Arc::new(world),
                difference,
                against: office.world.version.clone(),
            }
        });
        let waiting =
            Arc::new(Waiting { texts, read_at: office.now(), faults, rules, effect: Mutex::new(Effect::Unknown) });
        *lock(&self.waiting) = Some(waiting.clone());
        Ok(waiting)
    }

    /// Count the effect beside the service; the page shows how far it has got.
    pub fn count_effect(&self, waiting: &Arc<Waiting>) {
        let Some(rules) = &waiting.rules else { return };
        *lock(&waiting.effect) = Effect::Counting(0);
        let (office, waiting, world) = (self.office(), waiting.clone(), rules.world.clone());
        tokio::spawn(async move {
            let counted = counted(&office, &waiting, &world).await;
            *lock(&waiting.effect) = match counted {
                Ok(known) => Effect::Known(Arc::new(known)),
                Err(error) => {
                    tracing::error!(%error, "the effect of waiting rules could not be counted");
                    Effect::Failed("数据库这会儿读不了，影响没有算出来。请稍后重新读取".to_owned())
                }
            };
        });
    }

    /// Put the waiting rules into effect: from then on every request stands under them.
    ///
    /// # Errors
    /// [`RulesError`]; then the old rules stay in force.
    pub async fn put_into_effect(&self, ask: &TakeEffect) -> Result<Arc<Office>, RulesError> {
        let waiting = self.waiting().ok_or(RulesError::Form("还没有读取新的规则。请先重新读取"))?;
        let rules = waiting
            .rules
            .as_ref()
            .ok_or(RulesError::Form("新读的规则有错误，不能施行。请先按页面上列的改好，再重新读取"))?;
        let office = self.office();
        let next = Arc::new(office.put_into_effect(rules.world.clone(), &waiting.texts, ask).await?);
        *self.office.write().unwrap_or_else(PoisonError::into_inner) = next.clone();
        *self.texts.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(waiting.texts.clone());
        *lock(&self.waiting) = None;
        let follows = next.clone();
        tokio::spawn(async move {
            if let Err(error) = follows.follow_rules(&office.world).await {
                tracing::error!(%error, "lists could not follow the new rules: `xiaoneng rebuild` makes them again");
            }
        });
        Ok(next)
    }
}

impl Waiting {
    /// The effect, as far as it is counted.
    pub fn effect(&self) -> Effect {
        lock(&self.effect).clone()
    }
}

async fn counted(office: &Office, waiting: &Waiting, after: &World) -> Result<Known, xiaoneng_office::OfficeError> {
    let Some(rules) = &waiting.rules else {
        return Ok(Known { impact: Impact::default(), moved: Vec::new(), blocks: Vec::new() });
    };
    let tenants = office.tenants();
    let sides = Sides { before: &office.world, after, difference: &rules.difference, at: office.now() };
    let mut moved = Vec::new();
    let impact = impact(
        &*office.store,
        &tenants,
        &sides,
        &mut |one| {
            if moved.len() < MOVED_MAX {
                moved.push(one);
            }
            true
        },
        &mut |done| *lock(&waiting.effect) = Effect::Counting(done),
    )
    .await?;
    let blocks = blocks(&*office.store, &tenants, &office.world, after, &rules.difference).await?;
    Ok(Known { impact, moved, blocks })
}

/// Files of texts by pack: `cn` with its files.
pub fn by_pack(texts: &Sources) -> BTreeMap<&str, Vec<(&str, &str)>> {
    let mut packs: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for (path, text) in texts.iter() {
        packs.entry(path.split('/').next().unwrap_or_default()).or_default().push((path, text));
    }
    packs
}
