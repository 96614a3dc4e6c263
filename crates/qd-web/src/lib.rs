//! What listens: the door for what other systems post, and the cockpit in a browser.
//!
//! Nothing here knows how a value was computed: pages are drawn of what a [`Deck`](qd_model::Deck) answers.

mod cockpit;
mod intake;
mod mcp;

use std::{
    io,
    net::{SocketAddr, TcpListener},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use axum::{Router, routing::get};
use futures::future::{Either, select};

pub use cockpit::{Arrival, Deed, Departure, Origin, World};
pub use intake::Letterbox;
pub use mcp::serve_lines;

/// How long answers that are on their way are waited for at the end.
const GRACE: Duration = Duration::from_secs(3);

/// Listens at `address` until the program is asked to end; `ready` hears the address, whose port
/// the system chooses where it is 0.
///
/// # Errors
/// Where the address cannot be had, or the system's threads.
pub fn listen(
    address: SocketAddr,
    letterbox: Arc<dyn Letterbox>,
    ready: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    let health = Router::new().route("/health", get(|| async { "ok\n" }));
    serve(address, |_| Ok(health.merge(intake::router(letterbox))), ready)
}

/// The cockpit at `address`, until the program is asked to end; `ready` hears the address. `origin` is where browsers
/// find it, where that is not the address itself.
///
/// # Errors
/// Where the address cannot be had, or other machines reach it and nobody has to log in; where no deck can be
/// opened, and where the system gives no threads.
pub fn cockpit(
    address: SocketAddr,
    origin: Option<Origin>,
    world: Arc<dyn World>,
    ready: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    if !address.ip().is_loopback() && !world.has_login() {
        let message = "other machines reach this address, and nobody has to log in";
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, message));
    }
    serve(address, |address| cockpit::router(world, address, origin).map_err(io::Error::other), ready)
}

fn serve(
    address: SocketAddr,
    router: impl FnOnce(SocketAddr) -> io::Result<Router>,
    ready: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let router = router(address)?;
    ready(address);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let serving = axum::serve(listener, router).with_graceful_shutdown(asked_to_end());
        // Pages that are open listen as long as they are let.
        let at_last = async {
            asked_to_end().await;
            tokio::time::sleep(GRACE).await;
        };
        match select(pin!(serving.into_future()), pin!(at_last)).await {
            Either::Left((ended, _)) => ended,
            Either::Right(_) => Ok(()),
        }
    })
}

async fn asked_to_end() {
    // Without a way to hear it, only a kill ends it.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
