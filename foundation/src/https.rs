//! Connections to services outside: payment gateways, carriers.

use std::time::Duration;

use reqwest::blocking::Client;
use reqwest::redirect::Policy;
use rustls::{ClientConfig, RootCertStore};
use secrecy::{ExposeSecret, SecretString};

/// A client with its own TLS settings: it depends neither on what else the process has installed nor on
/// the certificates of the machine. It is built on a thread of its own, because the blocking client must
/// not be built on a thread of an asynchronous runtime, and whoever composes the application may be on one.
/// It follows no redirection, and gives up after `timeout`, from the connection to the last byte of the answer.
///
/// # Panics
///
/// Never: the settings are fixed, and those who build with them have tests.
pub fn client(timeout: Duration) -> Client {
    let roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let provider = rustls::crypto::ring::default_provider();
    let tls = ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()
        .expect("ring speaks the default versions of TLS")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let build = move || {
        Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(Policy::none())
            .timeout(timeout)
            .build()
            .expect("nothing in these settings can fail")
    };
    std::thread::spawn(build)
        .join()
        .expect("the thread only builds the client")
}

/// What a service said, without the key, which some repeat in their complaints about it.
pub fn without_key(body: String, key: &SecretString) -> String {
    match key.expose_secret() {
        "" => body,
        key => body.replace(key, "***"),
    }
}
