//! 事项: a thing one can apply for.

use serde::Serialize;

use crate::{IndexMap, Name};

/// One item at one unit: procedure, unit, basis, materials, limits, fee.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Item {
    /// Division and short code: `630222-zjd`. Part of addresses (`/items/630222-zjd`).
    pub code: Name,
    /// 农村宅基地审批
    pub title: String,
    /// Words residents use for it: 盖房, 建房.
    pub words: Vec<String>,
    /// The procedure it runs under.
    pub procedure: Name,
    /// 职权类别: 行政许可, 行政确认, 行政给付, 公共服务 ...
    pub kind: String,
    /// 服务对象: 自然人, 企业法人 ...
    pub serves: Vec<String>,
    /// The power it takes (权力清单): division and short code, the item's own unless the pack says otherwise.
    pub power: Name,
    /// The items that a bundle holds (一件事), by code.
    pub holds: Vec<Name>,
    /// The unit that decides.
    pub unit: Name,
    /// Units at whose windows it can be handed in (empty: the deciding unit's own).
    pub intake: Vec<Name>,
    /// The tenant (division code) it belongs to.
    pub tenant: Name,
    /// Articles, as far as the facts give them.
    pub basis: Vec<String>,
    /// Who may apply, in plain words.
    pub conditions: Vec<String>,
    /// Parts for which the facts give no article: shown as 待核实.
    pub to_confirm: Vec<String>,
    /// The three values of its limit.
    pub limit: ItemLimit,
    /// Working days of each step (初审 = 1 ...); their sum stays within the promise.
    pub steps: IndexMap<Name, u32>,
    /// What to bring.
    pub materials: Vec<Material>,
    /// Fee in fen; 0 is free.
    pub fee_fen: i64,
    /// Basis of the fee, or why there is none.
    pub fee_note: String,
    /// 即办件: done on the spot when complete.
    pub immediate: bool,
    /// What one gets: 农村宅基地批准书.
    pub result: String,
    /// Common questions.
    pub questions: Vec<(String, String)>,
    /// Popular: shown on the first page.
    pub popular: bool,
    /// Pack file and line.
    pub file: String,
    /// Line in the file.
    pub line: u32,
}

/// What the law says, what the source states, what is promised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ItemLimit {
    /// A series of the library (`XK-42-1`), where the law sets one.
    pub law: Option<Name>,
    /// Working days as the source states them, with the source.
    pub stated: Option<(u32, String)>,
    /// Working days promised, with the source.
    pub promised: Option<(u32, String)>,
}

/// 申请材料: one thing to bring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Material {
    /// Short id within the item: `application`.
    pub id: Name,
    /// 农村宅基地和建房（规划许可）申请表
    pub name: String,
    /// Originals to bring.
    pub originals: u32,
    /// Copies to bring.
    pub copies: u32,
    /// Without it the papers are incomplete.
    pub required: bool,
    /// Where one gets it, or how it must look.
    pub help: String,
}

impl Item {
    /// A material by its id.
    pub fn material(&self, id: &str) -> Option<&Material> {
        self.materials.iter().find(|m| &*m.id == id)
    }
}
