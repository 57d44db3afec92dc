//! `xiaoneng demo`: the Haidong city at work. To be filled by whoever builds the city.

use crate::cli::{Cli, DemoArgs};
use crate::output::{Ended, Stop};
use crate::when;

/// Makes the city if need be, then serves it. `cli.json` and `cli.pack` hold here as everywhere.
pub fn run(_cli: &Cli, args: &DemoArgs) -> Ended {
    // Read here so that a wrong time is told before any work is done.
    let _as_of = args.as_of.as_deref().map(when::instant).transpose().map_err(Stop::usage)?;
    Err(Stop::refused("demo 还没有装好：演示城市尚未并入这个版本。其余命令可用，见 xiaoneng --help"))
}
