//! What listens: the door for what other systems post, and the cockpit in a browser.
//!
//! Nothing here knows how a value was computed: pages are drawn of what a [`Deck`](qd_model::Deck) answers.

mod cockpit;
mod intake;

use std::{
    io,
    net::{SocketAddr, TcpListener},
    sync::Arc,
};

use axum::Router;

pub use cockpit::{Deed, Origin, World};
pub use intake::Receive;

/// Listens at `address` until the program is asked to end; `ready` hears the address, whose port
/// the system chooses where it is 0.
///
/// # Errors
/// Where the address cannot be had, or the system's threads.
pub fn listen(address: SocketAddr, receive: Arc<Receive>, ready: impl FnOnce(SocketAddr)) -> io::Result<()> {
    serve(address, |_| Ok(intake::router(receive)), ready)
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
        axum::serve(listener, router)
            .with_graceful_shutdown(async {
                // Without a way to hear it, only a kill ends it.
                if tokio::signal::ctrl_c().await.is_err() {
                    std::future::pending::<()>().await;
                }
            })
            .await
    })
}
