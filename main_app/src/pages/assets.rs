//! The stylesheet, the script and the icon, inside the binary.

use std::fmt::Write as _;

use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Assets;

/// Serves an asset. Its address changes with its content, so that browsers may keep it for a year.
pub(crate) async fn serve(name: web::Path<String>) -> HttpResponse {
    let Some(file) = Assets::get(&name) else {
        return HttpResponse::NotFound().finish();
    };
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, media_type(&name)))
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(file.data.into_owned())
}

/// Where a page finds an asset.
pub(crate) fn address(name: &str) -> String {
    let version = Assets::get(name).map(|file| version(&file));
    format!("/assets/{name}?v={}", version.unwrap_or_default())
}

fn version(file: &EmbeddedFile) -> String {
    let mut text = String::new();
    for byte in &file.metadata.sha256_hash()[..6] {
        write!(text, "{byte:02x}").expect("a string takes every text");
    }
    text
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some(_) | None => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_asset_has_a_type_and_an_address_of_its_content() {
        for name in Assets::iter() {
            assert_ne!(media_type(&name), "application/octet-stream", "{name}");
            assert_eq!(address(&name).len(), "/assets/?v=".len() + name.len() + 12);
        }
    }
}
