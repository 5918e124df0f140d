//! The least that an actix server can do: one handler that answers a fixed body. What ours costs beside it
//! is the house.

use std::net::SocketAddr;
use std::process::Command;

use actix_web::{App, HttpResponse, HttpServer, rt, web};

use crate::house::{Child, free_address};

/// Starts this program as such a server, answering so many bytes.
pub fn start(length: usize) -> anyhow::Result<Child> {
    let address = free_address()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["empty-server", &address.to_string(), &length.to_string()]);
    Child::start(command, address, "/")
}

/// Serves until it is asked to stop. Threads are as many as actix starts by itself, as in the house.
pub fn serve(address: SocketAddr, length: usize) -> anyhow::Result<()> {
    let body = web::Bytes::from(vec![b'x'; length]);
    let server = HttpServer::new(move || {
        let body = body.clone();
        App::new().default_service(web::to(move || {
            let body = body.clone();
            async {
                HttpResponse::Ok()
                    .content_type("application/json")
                    .body(body)
            }
        }))
    });
    Ok(rt::System::new().block_on(server.bind(address)?.run())?)
}
