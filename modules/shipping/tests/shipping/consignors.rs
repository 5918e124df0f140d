//! Whose goods are in the stock: said once, and what decides who may put them up.

use std::collections::HashMap;

use foundation::testing::Backend;
use rstest::rstest;
use shipping::{
    AddBatch, AddBatchError, BatchFile, ConsignorId, EntrustGoods, EntrustGoodsError,
    ImportBatchesError, NamedConsignors, OfferGoodsError, Quantity,
};

use crate::bench::Bench;
use crate::warehouse::{batch, sku};

impl Bench {
    fn stocks_of(
        &self,
        consignor: ConsignorId,
        goods: &str,
        reference: &str,
    ) -> Result<(), AddBatchError> {
        let command = AddBatch {
            reference: batch(reference),
            sku: sku(goods),
            purchased: Quantity::ONE,
            eta: None,
            consignor: Some(consignor),
        };
        let transactions = self.app.transactions();
        transactions.run(|uow| self.shipping.add_batch(command.clone(), uow))
    }

    fn entrusts(&self, goods: &str, consignor: ConsignorId) -> Result<(), EntrustGoodsError> {
        let command = EntrustGoods {
            sku: sku(goods),
            consignor,
        };
        let transactions = self.app.transactions();
        transactions.run(|uow| self.shipping.entrust(&command, uow))
    }

    fn may_offer(&self, consignor: ConsignorId, goods: &str) -> Result<(), OfferGoodsError> {
        let transactions = self.app.transactions();
        transactions.read(|reader| self.shipping.may_offer(consignor, &sku(goods), reader))
    }

    fn goods_of(&self, consignor: ConsignorId) -> Vec<String> {
        let goods = self.read(|reader| self.shipping.goods_of(consignor, None, 100, reader));
        goods.iter().map(|goods| goods.sku.to_string()).collect()
    }

    fn imports_of(&self, known: &NamedConsignors, text: &str) -> Result<(), ImportBatchesError> {
        let file = BatchFile::parse(text)?;
        let transactions = self.app.transactions();
        transactions.run(|uow| self.shipping.import_batches(&file, known, uow))
    }

    fn batches(&self) -> i64 {
        self.number("SELECT count(*) AS number FROM shipping_batches")
    }
}

#[rstest]
fn goods_are_put_up_by_their_consignor_alone(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let [sam, rita] = [(); 2].map(|()| ConsignorId::generate());
    bench.stocks_of(sam, "CLOCK", "one").unwrap();
    bench.stocks("CHAIR", "two", 1, None).unwrap();
    bench.sells("LAMP", 1);

    assert!(bench.may_offer(sam, "CLOCK").is_ok());
    let others = bench.may_offer(rita, "CLOCK");
    assert!(matches!(others, Err(OfferGoodsError::NotYourGoods)));
    let nobodys = bench.may_offer(sam, "CHAIR");
    assert!(matches!(nobodys, Err(OfferGoodsError::NotYourGoods)));
    let words = [others, nobodys].map(|refused| refused.unwrap_err().to_string());
    assert_eq!(words[0], words[1], "whose they are is not said");
    for goods in ["TABLE", "LAMP"] {
        let unknown = bench.may_offer(sam, goods);
        assert!(matches!(unknown, Err(OfferGoodsError::InvalidSku(_))));
    }

    bench.entrusts("CHAIR", rita).unwrap();
    assert!(bench.may_offer(rita, "CHAIR").is_ok());
    bench.stocks_of(rita, "BENCH", "three").unwrap();
    assert_eq!(bench.goods_of(sam), ["CLOCK"]);
    assert_eq!(bench.goods_of(rita), ["BENCH", "CHAIR"]);
    let after = sku("BENCH");
    let rest = bench.read(|reader| bench.shipping.goods_of(rita, Some(&after), 100, reader));
    assert_eq!((rest.len(), rest[0].sku.as_str()), (1, "CHAIR"));
    let mut everybody = bench.read(|reader| bench.shipping.consignors(reader));
    let mut expected = vec![sam, rita];
    everybody.sort_unstable();
    expected.sort_unstable();
    assert_eq!(everybody, expected);
    let entrusted = bench.told();
    let entrusted = entrusted
        .iter()
        .filter(|name| **name == "shipping.goods_entrusted");
    assert_eq!(entrusted.count(), 3);
}

#[rstest]
fn goods_stay_with_whoever_they_were_entrusted_to(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let [sam, rita] = [(); 2].map(|()| ConsignorId::generate());
    let unknown = bench.entrusts("CLOCK", sam);
    assert!(matches!(unknown, Err(EntrustGoodsError::InvalidSku(_))));
    bench.sells("CLOCK", 5);
    let asked_for = bench.entrusts("CLOCK", sam);
    assert!(matches!(asked_for, Err(EntrustGoodsError::InvalidSku(_))));
    bench.stocks_of(sam, "CLOCK", "one").unwrap();
    let version = bench.version("CLOCK");

    let refused = bench.entrusts("CLOCK", rita);
    assert!(matches!(refused, Err(EntrustGoodsError::OthersGoods(_))));
    let refused = bench.stocks_of(rita, "CLOCK", "two");
    assert!(matches!(refused, Err(AddBatchError::OthersGoods(_))));
    bench.entrusts("CLOCK", sam).unwrap();
    assert_eq!(
        (bench.version("CLOCK"), bench.batches()),
        (version, 1),
        "neither a refusal nor the same again changes anything"
    );

    bench.stocks("CLOCK", "three", 1, None).unwrap();
    bench.stocks_of(sam, "CLOCK", "four").unwrap();
    assert!(bench.may_offer(sam, "CLOCK").is_ok());
    let view = bench.read(|reader| bench.shipping.product(&sku("CLOCK"), reader));
    assert_eq!(view.unwrap().stock.consignor, Some(sam));
}

#[rstest]
fn a_file_says_whose_goods_it_brings(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    let Some(bench) = Bench::on(backend) else {
        return;
    };
    let [sam, rita] = [(); 2].map(|()| ConsignorId::generate());
    let names = [("sam@x.example", sam), ("rita@x.example", rita)];
    let known: NamedConsignors = names.map(|(name, id)| (name.to_owned(), id)).into();
    bench.stocks_of(sam, "CLOCK", "one").unwrap();
    let file = "reference,sku,quantity,eta,consignor\n\
                two,clock,2,,rita@x.example\n\
                three,chair,1,,rita@x.example\n\
                four,chair,1,,sam@x.example\n\
                five,lamp,1,,nobody@x.example\n\
                one,table,1,,\n";
    let Err(ImportBatchesError::Rows(errors)) = bench.imports_of(&known, file) else {
        panic!("the file was taken");
    };
    let rules: Vec<String> = errors.iter().map(ToString::to_string).collect();
    let others = "belong to another seller, and goods never change hands: use another SKU";
    assert_eq!(
        rules,
        [
            format!("line 2: the goods CLOCK {others}"),
            format!("line 4: the goods CHAIR {others}"),
            "line 5: there is no seller nobody@x.example".to_owned(),
            "line 6: there is a batch ONE already".to_owned(),
        ]
    );
    assert_eq!(bench.batches(), 1, "nothing of it was taken");
    assert_eq!(bench.goods_of(rita), [""; 0]);

    let file = "reference,sku,quantity,eta,consignor\n\
                two,clock,2,,sam@x.example\n\
                three,chair,1,,rita@x.example\n\
                four,chair,1,,\n";
    bench.imports_of(&known, file).unwrap();
    bench
        .imports_of(&known, "reference,sku,quantity,eta\nfive,clock,2,\n")
        .unwrap();
    assert_eq!(bench.goods_of(rita), ["CHAIR"]);

    let names: HashMap<ConsignorId, String> = [(sam, "sam@x.example".to_owned())].into();
    let exported = bench.read(|reader| bench.shipping.export_batches(&names, reader));
    let lines: Vec<&str> = exported.lines().collect();
    assert!(lines.contains(&"FIVE,CLOCK,2,,sam@x.example,0,0,2"));
    assert!(lines.contains(&format!("FOUR,CHAIR,1,,{rita},0,0,1").as_str()));
}
