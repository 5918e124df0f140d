//! Every route of the application, as actix has it.

use actix_web::introspection::{IntrospectionNode, IntrospectionTree, ResourceType};
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::web;

use super::house::House;
use super::server::application;

/// A method and a pattern that the application answers to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// The pattern, such as `/api/auctions/{id}`.
    pub pattern: String,
    /// The method; `ANY` where the route does not ask for one.
    pub method: String,
}

/// Everything that the application answers to, sorted. The application itself is asked, so that a new route
/// cannot be missing.
pub async fn all(house: web::Data<House>) -> Vec<Route> {
    let service = init_service(application(house)).await;
    let probe = TestRequest::get().uri("/health/live").to_request();
    let answer = call_service(&service, probe).await;
    let tree: Option<&web::Data<IntrospectionTree>> = answer.request().app_data();
    let mut routes = Vec::new();
    if let Some(tree) = tree {
        gather(&tree.root, &mut routes);
    }
    routes.sort();
    routes.dedup();
    routes
}

fn gather(node: &IntrospectionNode, routes: &mut Vec<Route>) {
    if matches!(node.kind, ResourceType::Resource) {
        let pattern = &node.full_path;
        let route = |method: &str| Route {
            pattern: pattern.clone(),
            method: method.to_owned(),
        };
        if node.methods.is_empty() {
            routes.push(route("ANY"));
        }
        routes.extend(node.methods.iter().map(|method| route(method.as_str())));
    }
    for child in &node.children {
        gather(child, routes);
    }
}
