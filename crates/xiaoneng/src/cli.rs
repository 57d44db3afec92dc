//! What can be typed. The words and options are stable: scripts and checks use them.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, Parser, Subcommand};

use crate::output::Stop;

const TOP: &str = "{before-help}{about}\n\n用法：{usage}\n\n{all-args}{after-help}\n";
const SUB: &str = "{about}\n\n用法：{usage}\n\n{all-args}{after-help}\n";
const AFTER: &str = "\
规则取自程序自带的规则包，或者 --pack 指定的文件夹。办件取自 --data 指定的数据文件夹。
退出码：0 正常；1 查出了问题，或者请求不能照办；2 写法不对。";

/// 效能：行政效能建设的办件、时限与督查
#[derive(Debug, Parser)]
#[command(name = "xiaoneng", version, about, help_template = TOP, after_help = AFTER)]
#[command(subcommand_help_heading = "命令", subcommand_value_name = "命令", next_help_heading = "通用选项")]
#[command(disable_help_subcommand = true, disable_help_flag = true, disable_version_flag = true)]
#[command(max_term_width = 110)]
pub struct Cli {
    /// 用 JSON 回答（出错时是 {"error": "…"}）
    #[arg(long, global = true)]
    pub json: bool,
    /// 用这个文件夹里的规则包，不用程序自带的
    #[arg(long, global = true, value_name = "文件夹")]
    pub pack: Option<PathBuf>,
    /// 显示帮助
    #[arg(short, long, global = true, action = clap::ArgAction::Help)]
    help: Option<bool>,
    /// 显示版本
    #[arg(short = 'V', long, action = clap::ArgAction::Version)]
    version: Option<bool>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
#[command(help_template = SUB)]
pub enum Command {
    /// 海东市演示：一座正在办事的城市
    #[command(help_template = SUB)]
    Demo(DemoArgs),
    /// 正式提供服务
    #[command(help_template = SUB)]
    Serve(ServeArgs),
    /// 检查规则包：每个错误的文件、行、列和出路
    #[command(help_template = SUB)]
    Check(CheckArgs),
    /// 工作日历：加几个工作日、数几个工作日、看一年一月
    #[command(help_template = SUB)]
    Calendar(CalendarArgs),
    /// 一个时限哪天到期，为什么
    #[command(help_template = SUB)]
    Due(DueArgs),
    /// 时限库
    #[command(help_template = SUB)]
    Limits(LimitsArgs),
    /// 按百姓的说法找事项
    #[command(help_template = SUB)]
    Search(SearchArgs),
    /// 规则包承诺了什么：一句话一条情景，--run 在程序里逐条试
    #[command(help_template = SUB)]
    Scenarios(ScenariosArgs),
    /// 规则说明：每个程序一页、每部法的时限、办事手册，生成一个文件夹的网页
    #[command(help_template = SUB)]
    Docs(DocsArgs),
    /// 从事件重新生成所有列表数据，并与原来的比较
    #[command(help_template = SUB)]
    Rebuild(DataArgs),
    /// 检查这套安装哪里不对、怎么办
    #[command(help_template = SUB)]
    Doctor(DataArgs),
    /// 在这台机器上量速度
    #[command(help_template = SUB)]
    Bench(BenchArgs),
    /// 导入清单（后续阶段）
    #[command(hide = true)]
    Import(LaterArgs),
    /// 导出清单（后续阶段）
    #[command(hide = true)]
    Export(LaterArgs),
    /// 报表（后续阶段）
    #[command(hide = true)]
    Report(LaterArgs),
    /// 验证回执和存证账（后续阶段）
    #[command(hide = true)]
    Verify(LaterArgs),
}

/// `demo`.
#[derive(Debug, Clone, Args)]
pub struct DemoArgs {
    /// 端口
    #[arg(long, default_value_t = 8080, value_name = "端口")]
    pub port: u16,
    /// 数据文件夹；不写就用当前文件夹下的 data/
    #[arg(long, value_name = "文件夹")]
    pub data: Option<PathBuf>,
    /// 生成城市用的种子：同样的种子生成同样的城市
    #[arg(long, default_value_t = 42, value_name = "数")]
    pub seed: u64,
    /// 演示停在哪一刻，例如 2015-12-31T18:00
    #[arg(long, value_name = "时间")]
    pub as_of: Option<String>,
    /// 只生成数据，不提供服务
    #[arg(long)]
    pub prepare: bool,
    /// 生成多少件申请（试验用的小城市）
    #[arg(long, default_value_t = crate::demo::CASES, value_name = "数", hide = true)]
    pub cases: usize,
}

/// `serve`.
#[derive(Debug, Clone, Args)]
pub struct ServeArgs {
    /// 监听地址
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "地址:端口")]
    pub listen: String,
    /// 群众从外面访问的网址，印在文书的二维码里；https 时登录凭证只走加密连接
    #[arg(long, value_name = "网址")]
    pub url: Option<String>,
    /// 哪里的数据
    #[command(flatten)]
    pub data: DataArgs,
}

/// Which cases.
#[derive(Debug, Clone, Args)]
pub struct DataArgs {
    /// 数据文件夹
    #[arg(long, value_name = "文件夹")]
    pub data: Option<PathBuf>,
    /// 数据库地址：sqlite:文件夹（postgres:// 属于后续阶段）
    #[arg(long, value_name = "地址", conflicts_with = "data")]
    pub store: Option<String>,
}

/// `check`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
例：xiaoneng check 新规则 --against 旧规则                 两版规则逐条比较，两边的文件和行
    xiaoneng check 新规则 --data 数据                      再算哪些在办件的到期日、灯、承办岗位会动
    xiaoneng check 新规则 --against 旧规则 --data 数据
没有写旧规则的，与 --pack 的比；再没有，与数据里记着施行的比；都没有，与程序自带的比。有错误，或者施行会让办件没有着落，退出码是 1。")]
pub struct CheckArgs {
    /// 规则包文件夹；不写就查 --pack 的，再不写就查程序自带的
    #[arg(value_name = "文件夹")]
    pub dir: Option<PathBuf>,
    /// 与另一版规则比较（规则包文件夹），或者算出对在办件的影响（数据文件夹，或 sqlite:文件夹）
    #[arg(long, value_name = "文件夹|地址")]
    pub against: Option<String>,
    /// 算出改动对这个数据文件夹里在办件的影响；只读，服务开着也可以
    #[arg(long, value_name = "文件夹")]
    pub data: Option<PathBuf>,
    /// 受影响的办件最多列几件（合计总是全数）；不写：文字列 200 件，--json 列全部
    #[arg(long, value_name = "数")]
    pub top: Option<usize>,
    /// 打印每个程序的流转表
    #[arg(long)]
    pub table: bool,
    /// 打印规则文件的 JSON Schema，供编辑器用；不写哪一种就打印全部
    #[arg(long, value_name = "procedures|items|org|…", num_args = 0..=1, default_missing_value = "")]
    pub schema: Option<String>,
}

/// `calendar`.
#[derive(Debug, Clone, Args)]
pub struct CalendarArgs {
    /// What of it.
    #[command(subcommand)]
    pub what: CalendarCommand,
}

/// `calendar add|between|show`.
#[derive(Debug, Clone, Subcommand)]
#[command(help_template = SUB, subcommand_help_heading = "命令", disable_help_subcommand = true)]
pub enum CalendarCommand {
    /// 某日之后第 N 个工作日是哪天（N = 0 就是当天）
    #[command(help_template = SUB)]
    Add {
        /// 日期，或者 -：逐行读“日期,N”，每行答一个日期
        #[arg(value_name = "日期|-")]
        date: String,
        /// 工作日数
        #[arg(value_name = "N", allow_negative_numbers = true)]
        n: Option<String>,
        /// 按哪一天为止公布的放假安排；不写就按全部
        #[arg(long, value_name = "日期")]
        known_on: Option<String>,
    },
    /// 两日之间有几个工作日：第一天不算，最后一天算
    #[command(help_template = SUB)]
    Between {
        /// 起，或者 -：逐行读“起,止”
        #[arg(value_name = "起|-")]
        from: String,
        /// 止
        #[arg(value_name = "止")]
        to: Option<String>,
        /// 按哪一天为止公布的放假安排；不写就按全部
        #[arg(long, value_name = "日期")]
        known_on: Option<String>,
    },
    /// 一年或一月的日历：放假、调休上班
    #[command(help_template = SUB)]
    Show {
        /// 2015 或者 2015-09
        #[arg(value_name = "年|年-月")]
        period: String,
        /// 按哪一天为止公布的放假安排；不写就按全部
        #[arg(long, value_name = "日期")]
        known_on: Option<String>,
    },
}

/// `due`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
例：xiaoneng due XK-42-1 --from 2015-08-20T10:00 --promise 5
逐行：每行一个 {\"limit\",\"from\",\"at\",\"promise\",\"extend\",\"pauses\":[[\"A\",\"B\"]],\"known_on\"}，每行答一个 JSON
不写 --at，灯、已用、剩余就按起算的那一刻答。没有时区的时间是当地时间（+08:00）。")]
pub struct DueArgs {
    /// 时限编号（xiaoneng limits 可查），或者 -：逐行读 JSON
    #[arg(value_name = "时限|-")]
    pub limit: String,
    /// 从什么时候起算：事件发生的时间，当天不算
    #[arg(long, value_name = "时间")]
    pub from: Option<String>,
    /// 问的是哪一刻：灯、已用、剩余按这一刻算
    #[arg(long, value_name = "时间")]
    pub at: Option<String>,
    /// 暂停：A 之后到 B 为止的日子不算；不写 B 就是还在暂停；可以写事由：A..B=专家评审
    #[arg(long = "pause", value_name = "A..B")]
    pub pauses: Vec<String>,
    /// 依法延长（按该时限自己的规定）
    #[arg(long)]
    pub extend: bool,
    /// 承诺：与法定同一种日子，不能比法定长
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    pub promise: Option<String>,
    /// 按哪一天为止公布的放假安排；不写就按全部
    #[arg(long, value_name = "日期")]
    pub known_on: Option<String>,
    /// 按这个单位自己的日历和下班时间
    #[arg(long, value_name = "单位编号")]
    pub unit: Option<String>,
}

/// `limits`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
例：xiaoneng limits 复议 受理 --on 2024-03-01
    xiaoneng limits XF-33                 一个系列的新旧规定
写的正好是编号或者系列，就看它的全部；否则按法列表。什么都没有找到，退出码是 1。")]
pub struct LimitsArgs {
    /// 编号、系列、法律、条款、约束谁、起止、长短里有这个词的；几个词就都要有
    #[arg(value_name = "词")]
    pub words: Vec<String>,
    /// 只看这部法的：编号（XF22）或者名称里的词（信访）
    #[arg(long, value_name = "法")]
    pub law: Option<String>,
    /// 只看这一天施行的
    #[arg(long, value_name = "日期")]
    pub on: Option<String>,
}

/// `search`.
#[derive(Debug, Clone, Args)]
pub struct SearchArgs {
    /// 百姓的说法：盖房
    #[arg(value_name = "词", required = true)]
    pub words: Vec<String>,
    /// 最多几个
    #[arg(long, default_value_t = 20, value_name = "数", value_parser = clap::value_parser!(u16).range(1..=500))]
    pub top: u16,
}

/// `scenarios`.
#[derive(Debug, Clone, Args)]
pub struct ScenariosArgs {
    /// 只列讲到这些词的：信访 复查
    #[arg(value_name = "词")]
    pub words: Vec<String>,
    /// 在程序里逐条试；有一条不成立就以 1 结束
    #[arg(long)]
    pub run: bool,
    /// 写出每一步和应有的结果
    #[arg(long)]
    pub steps: bool,
}

/// `docs`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "\
例：xiaoneng docs 规则说明                 用浏览器打开其中的 index.html；可以打印，可以放到任何网站上
文件夹不在就新建；是以前生成的就整个换新；里面有别的东西的，不动它。")]
pub struct DocsArgs {
    /// 生成到哪个文件夹
    #[arg(value_name = "文件夹")]
    pub dir: PathBuf,
}

/// `bench`.
#[derive(Debug, Clone, Args)]
pub struct BenchArgs {
    /// 量什么：calendar 工作日历，decide 判断，act 办理，lists 列表，notice 放假通知，packs 规则包
    #[arg(value_name = "名称", value_parser = ["calendar", "decide", "act", "lists", "notice", "packs"])]
    pub name: String,
    /// 多少：calendar 的题数，decide 和 act 的动作数，lists 的办件数，notice 的时限数
    #[arg(long, alias = "cases", value_name = "数", value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    pub n: Option<u64>,
    /// 临时数据放在哪里；不写就放系统的临时目录，量完删除
    #[arg(long, value_name = "文件夹")]
    pub dir: Option<PathBuf>,
    /// lists：量完留下数据，说出在哪里（可以拿来试 rebuild、doctor）
    #[arg(long)]
    pub keep: bool,
}

/// What is not there yet takes whatever is typed.
#[derive(Debug, Clone, Args)]
pub struct LaterArgs {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, hide = true)]
    _rest: Vec<OsString>,
}

/// Reads what was typed.
pub fn read(typed: &[OsString]) -> Result<Cli, Stop> {
    Cli::try_parse_from(typed).map_err(|error| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Stop::Told(headings(&error.render().to_string())),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            Stop::usage(format!("请写明要做什么\n\n{}", headings(&error.render().to_string()).trim_end()))
        }
        _ => Stop::usage(headings(&in_chinese(&error))),
    })
}

/// The few headings that clap writes by itself.
fn headings(text: &str) -> String {
    text.replace("[OPTIONS]", "[选项]")
        .replace("<COMMAND>", "<命令>")
        .replace("[default: ", "[默认 ")
        .replace("[possible values: ", "[可以是 ")
        .replace("\nArguments:", "\n参数:")
        .replace("\nOptions:", "\n选项:")
}

/// What clap says, in Chinese, with the way out.
fn in_chinese(error: &clap::Error) -> String {
    let one = |kind: ContextKind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(ContextValue::Strings(texts)) => Some(texts.join("、")),
        _ => None,
    };
    let (arg, value) = (one(ContextKind::InvalidArg), one(ContextKind::InvalidValue));
    let arg = arg.unwrap_or_default();
    let mut text = match (error.kind(), value) {
        (ErrorKind::UnknownArgument, _) => format!("没有“{arg}”这个选项，也不需要这个词"),
        (ErrorKind::InvalidSubcommand, _) => {
            format!("没有“{}”这个命令", one(ContextKind::InvalidSubcommand).unwrap_or_default())
        }
        (ErrorKind::MissingRequiredArgument, _) => format!("还缺：{arg}"),
        (ErrorKind::MissingSubcommand, _) => "还缺要做什么".to_owned(),
        (ErrorKind::ArgumentConflict, _) => {
            format!("{arg} 不能与 {} 一起用，或者写了两遍", one(ContextKind::PriorArg).unwrap_or_default())
        }
        (ErrorKind::InvalidValue, Some(value)) if value.is_empty() => format!("{arg} 后面要写上值"),
        (ErrorKind::InvalidValue | ErrorKind::ValueValidation, Some(value)) => format!("{arg} 不能是“{value}”"),
        (ErrorKind::TooManyValues | ErrorKind::WrongNumberOfValues | ErrorKind::TooFewValues, _) => {
            format!("{arg} 的值的个数不对")
        }
        (ErrorKind::InvalidUtf8, _) => "输入的不是 UTF-8 文字".to_owned(),
        _ => error.to_string(),
    };
    if let Some(valid) = one(ContextKind::ValidValue) {
        text += &format!("；可以是：{valid}");
    }
    let near = [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue];
    if let Some(near) = near.into_iter().find_map(one) {
        text += &format!("；是不是“{near}”？");
    }
    match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => {
            let usage = usage.to_string();
            format!("{text}\n用法：{}", usage.trim_start_matches("Usage:").trim())
        }
        _ => text + "。xiaoneng --help 可以看写法",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_commands_are_well_formed() {
        Cli::command().debug_assert();
    }
}
