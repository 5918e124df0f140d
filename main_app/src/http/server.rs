//! The application as actix serves it.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use actix_web::body::MessageBody;
use actix_web::dev::{Server, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::{App, Error, HttpServer, web};
use tracing_actix_web::TracingLogger;
use utoipa::openapi::OpenApi;
use utoipa_actix_web::AppExt;
use utoipa_swagger_ui::SwaggerUi;

use super::house::House;
use super::logging::RequestSpan;
use super::{extract, gate, health, metrics, routes, webhooks};
use crate::{api, pages};

/// The application with all its routes.
pub fn application(
    house: web::Data<House>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let (app, openapi) = with_documented_routes(App::new());
    app.app_data(house.clone())
        .app_data(house.app().clone())
        .configure(extract::refusals)
        .service(metrics::show)
        .service(webhooks::stripe)
        .service(web::redirect("/docs", "/docs/"))
        .service(SwaggerUi::new("/docs/{_:.*}").url("/api-docs/openapi.json", openapi))
        .configure(pages::configure)
        .default_service(web::to(routes::nothing_there))
        .wrap(from_fn(gate::pass))
        .wrap(TracingLogger::<RequestSpan>::new())
}

/// The description of the JSON API, as OpenAPI 3.1.
pub fn openapi() -> OpenApi {
    with_documented_routes(App::new()).1
}

fn with_documented_routes<T>(app: App<T>) -> (App<T>, OpenApi)
where
    T: ServiceFactory<ServiceRequest, Config = (), Error = Error, InitError = ()>,
{
    app.into_utoipa_app()
        .openapi(api::description())
        .service(health::live)
        .service(health::ready)
        .service(health::full)
        .service(utoipa_actix_web::scope("/api").configure(api::configure))
        .split_for_parts()
}

/// Opens the door: from now on requests are taken, and answered once the server is awaited.
pub fn listen(house: &web::Data<House>) -> io::Result<(Server, SocketAddr)> {
    let settings = &house.settings().http;
    let (head, drain) = (settings.head_seconds, settings.drain_seconds);
    let served = house.clone();
    let server = HttpServer::new(move || application(served.clone()))
        .disable_signals()
        .client_request_timeout(Duration::from_secs(head))
        .shutdown_timeout(drain)
        .bind(settings.bind)?;
    let address = server.addrs()[0];
    Ok((server.run(), address))
}
