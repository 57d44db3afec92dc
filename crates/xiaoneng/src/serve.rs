//! `xiaoneng serve`: the house open to the public; also what `demo` serves once its city is made.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use xiaoneng_web::{App, Rulebook, router};

use crate::cli::{Cli, ServeArgs};
use crate::output::{End, Ended, Stop};
use crate::{data, rules};

/// How often the watch looks at the clocks and the queue of effects.
const ROUND: Duration = Duration::from_secs(5);

/// Serves pages over a store until it is told to stop.
pub fn run(cli: &Cli, args: &ServeArgs) -> Ended {
    let dir = data::dir(&args.data)?;
    let pack = cli.pack.clone();
    let address: SocketAddr = args
        .listen
        .parse()
        .map_err(|_| Stop::usage(format!("“{}”不是监听地址，请写成 127.0.0.1:8080 的样子", args.listen)))?;
    data::block_on(async move {
        let opened = data::open(&dir)?;
        let rules = rules::of(&*opened.store, pack).await?;
        let office = Arc::new(data::office(rules.world.clone(), opened).await?);
        let rulebook = rules.rulebook(&office).await?;
        let url = args.url.clone().unwrap_or_else(|| format!("http://{address}"));
        let app = App { office, rulebook, demo: None, base_url: url.trim_end_matches('/').into() };
        let listener = listen(address).await?;
        eprintln!("效能已在 http://{address} 提供服务；按 Ctrl-C 结束");
        serve(listener, app).await
    })
}

/// Takes the port, or says who has it.
pub async fn listen(address: SocketAddr) -> Result<tokio::net::TcpListener, Stop> {
    tokio::net::TcpListener::bind(address).await.map_err(|e| {
        Stop::refused(format!(
            "{address} 不能监听（{e}）：多半有另一个程序占着这个端口，请换一个，例如 --port {}",
            address.port().saturating_add(1)
        ))
    })
}

/// Pages, the watch and the effects, until Ctrl-C or SIGTERM.
pub async fn serve(listener: tokio::net::TcpListener, app: App) -> Ended {
    log();
    let work = tokio::spawn(rounds(app.rulebook.clone()));
    let served = axum::serve(listener, router(app)).with_graceful_shutdown(told_to_stop()).await;
    work.abort();
    served.map_err(|e| Stop::refused(format!("服务中断（{e}）")))?;
    Ok(End::Done)
}

/// Faults go to stderr; `RUST_LOG` asks for more. No log line holds a personal field.
fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "warn".into());
    // OK to fail: then a log is already there.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

/// The watch over the clocks, and effects delivered. A fault in one round is logged; the next goes on.
async fn rounds(rulebook: Arc<Rulebook>) {
    let mut tick = tokio::time::interval(ROUND);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        // The office of the rules in force now: another version may have taken effect since the last round.
        let office = rulebook.office();
        for tenant in office.tenants() {
            if let Err(error) = office.take_notices(&tenant).await {
                tracing::error!(%tenant, %error, "a holiday notice could not be taken up");
            }
            if let Err(error) = office.watch(&tenant).await {
                tracing::error!(%tenant, %error, "the watch could not finish its round");
            }
            if let Err(error) = office.deliver(&tenant).await {
                tracing::error!(%tenant, %error, "effects could not be delivered");
            }
        }
    }
}

async fn told_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
            let _ = interrupt.await;
            return;
        };
        tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
}
