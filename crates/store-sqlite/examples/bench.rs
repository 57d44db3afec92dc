//! `cargo run --release -p xiaoneng-store-sqlite --example bench -- [ACTS]`: ours beside raw SQLite.

use xiaoneng_store_sqlite::{raw_sqlite, through_store};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let acts = std::env::args().nth(1).map_or(Ok(60_000), |n| n.parse())?;
    for group in [64, 1] {
        let acts = if group == 1 { acts / 30 } else { acts };
        let (raw_dir, our_dir) = (tempfile::tempdir()?, tempfile::tempdir()?);
        let raw = raw_sqlite(raw_dir.path(), group, acts)?;
        let ours = through_store(our_dir.path(), group, acts).await?;
        let share = ours.acts_per_second / raw.acts_per_second;
        println!("{}\n{}", serde_json::to_string(&raw)?, serde_json::to_string(&ours)?);
        println!("groups of {group}: ours is {:.0}% of raw", share * 100.0);
    }
    Ok(())
}
