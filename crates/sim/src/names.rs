//! Invented people: names, identity numbers, telephones, villages. Nobody real, no ethnicity.
//!
//! Identity numbers have 18 characters and can belong to nobody: the birthday is a 32nd of a month and the
//! check character is `F`. Telephones are 0972-555xxxx, numbers that are not given out.

use rand::Rng;

/// The city's prefix and a block kept for fiction.
const PHONE: &str = "0972-555";

const SURNAMES: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马",
    "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "曹", "袁", "邓", "许", "傅", "沈", "曾",
    "彭", "吕", "苏", "卢", "蒋", "蔡", "贾", "丁", "魏", "薛", "叶", "阎", "余", "潘", "杜", "戴", "夏", "钟", "汪",
    "田", "任", "姜",
];
const FIRST: &[&str] = &[
    "建", "国", "海", "文", "志", "晓", "玉", "春", "秀", "永", "明", "德", "宏", "振", "新", "立", "伟", "光", "学",
    "俊", "雪", "丽", "淑", "慧", "美", "雅", "静", "思", "子", "家", "成", "忠", "世", "庆", "瑞", "福", "安", "正",
    "传", "启",
];
const LAST: &[&str] = &[
    "华", "平", "军", "强", "勇", "斌", "杰", "涛", "辉", "鹏", "飞", "峰", "林", "东", "宁", "刚", "亮", "超", "磊",
    "洋", "芳", "英", "霞", "梅", "玲", "燕", "萍", "娟", "敏", "莉", "兰", "琴", "红", "艳", "娜", "洁", "琳", "雯",
    "菊", "莲",
];
const VILLAGES: &[&str] = &[
    "东沟", "西沟", "上川", "下川", "前庄", "后庄", "李家", "张家", "王家", "新庄", "河湾", "大庄", "小庄", "石坡",
    "柳树", "松树", "红崖", "白土", "台子", "滩子", "阳坡", "阴坡", "窑洞", "磨台", "泉湾", "桥头", "寨子", "中川",
    "北庄", "南庄",
];
const TRADES: &[&str] =
    &["兴旺", "顺达", "恒通", "瑞丰", "金穗", "宏远", "益民", "华泰", "鼎盛", "丰源", "众合", "安康", "永盛", "嘉禾"];
const LINES: &[&str] = &["餐饮", "商贸", "运输", "建筑工程", "农牧科技", "劳务", "药房", "超市", "养殖", "建材"];

/// One of a list.
pub fn pick<'a, T>(of: &'a [T], rng: &mut impl Rng) -> &'a T {
    &of[rng.random_range(0..of.len())]
}

/// A person's name.
pub fn person(rng: &mut impl Rng) -> String {
    let first = if rng.random_bool(0.8) { *pick(FIRST, rng) } else { "" };
    format!("{}{first}{}", pick(SURNAMES, rng), pick(LAST, rng))
}

/// A firm's name, labelled as invented.
pub fn firm(place: &str, rng: &mut impl Rng) -> String {
    format!("{place}{}{}有限公司（演示）", pick(TRADES, rng), pick(LINES, rng))
}

/// 18 characters that can be no one's: the 32nd of a month, check character `F`.
///
/// ```
/// use rand::SeedableRng;
/// let id = xiaoneng_sim::names::identity("630222", &mut rand_chacha::ChaCha8Rng::seed_from_u64(1));
/// assert!(id.len() == 18 && id.starts_with("630222") && &id[12..14] == "32" && id.ends_with('F'));
/// ```
pub fn identity(division: &str, rng: &mut impl Rng) -> String {
    let code: String = division.chars().chain("000000".chars()).take(6).collect();
    let (year, month) = (rng.random_range(1950..2005), rng.random_range(1..13));
    format!("{code}{year}{month:02}32{:03}F", rng.random_range(0..1000))
}

/// 18 characters like a unified code that can be no firm's: the check character `I` is not in use.
pub fn unified_code(division: &str, rng: &mut impl Rng) -> String {
    let code: String = division.chars().chain("000000".chars()).take(6).collect();
    format!("91{code}{:09}I", rng.random_range(0..1_000_000_000_u64))
}

/// A telephone of the block kept for fiction.
pub fn phone(rng: &mut impl Rng) -> String {
    format!("{PHONE}{:04}", rng.random_range(0..10_000))
}

/// A village: 红崖村.
pub fn village(rng: &mut impl Rng) -> String {
    format!("{}村", pick(VILLAGES, rng))
}
