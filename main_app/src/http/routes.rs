//! Every route of the application, as actix has it.

use actix_web::introspection::{IntrospectionNode, IntrospectionTree, ResourceType};
use actix_web::test::{TestRequest, call_service, init_service};
use actix_web::{HttpRequest, web};

use super::errors::METHOD_NOT_ALLOWED;
use super::house::House;
use super::problem::Problem;
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
    let mut routes = of_application(answer.request());
    routes.sort();
    routes.dedup();
    routes
}

/// Answers where no route does: the address is unknown, or known with another method.
pub(super) async fn nothing_there(request: HttpRequest) -> Result<&'static str, Problem> {
    let Some(pattern) = request.match_pattern() else {
        return Err(Problem::not_found("address"));
    };
    let routes = of_application(&request).into_iter();
    let same = routes.filter(|route| route.pattern == pattern);
    let methods: Vec<_> = same.map(|route| route.method).collect();
    let detail = format!("It answers to {}.", methods.join(", "));
    Err(Problem::new(METHOD_NOT_ALLOWED, detail).allowing(methods.join(", ")))
}

fn of_application(request: &HttpRequest) -> Vec<Route> {
    let tree: Option<&web::Data<IntrospectionTree>> = request.app_data();
    let mut routes = Vec::new();
    if let Some(tree) = tree {
        gather(&tree.root, &mut routes);
    }
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
