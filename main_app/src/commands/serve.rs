//! `gavel serve`

use actix_web::web;

use super::opening::open_to_work;
use super::serving::{asked_to_stop, begin_to_log, block_on, serve};
use crate::configuration::Settings;
use crate::http::House;

pub(super) fn run(settings: Settings) -> anyhow::Result<()> {
    begin_to_log(&settings)?;
    let opened = open_to_work(&settings)?;
    let house = web::Data::new(House::new(opened.app.clone(), settings));
    block_on(async {
        let opened_at = |address| {
            let database = opened.database.url().masked();
            tracing::info!("serving http://{address} from {database}");
        };
        serve(&opened, house, opened_at, asked_to_stop()).await
    })
}
