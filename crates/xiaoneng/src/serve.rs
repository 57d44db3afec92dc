//! `xiaoneng serve`: the house open to the public. To be filled by whoever builds the web floor.

use crate::cli::{Cli, ServeArgs};
use crate::output::{Ended, Stop};

/// Serves pages and interface over a store until it is told to stop.
pub fn run(_cli: &Cli, _args: &ServeArgs) -> Ended {
    Err(Stop::refused("serve 还没有装好：网页尚未并入这个版本。其余命令可用，见 xiaoneng --help"))
}
