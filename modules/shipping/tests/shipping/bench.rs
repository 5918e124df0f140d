//! Shipping alone, on a database of its own.

use std::sync::Arc;

use foundation::testing::{Backend, FixedClock, RecordingEventBus, TestDatabase};
use foundation::{Clock as _, EventBus, Failure, Reader, application_of};
use shaku::{HasComponent, ModuleBuilder};
use shipping::{
    AddAddress, AddressId, AddressParts, CarrierName, ConsigneeId, CreatePackage, PackageId,
    PackageView, PostalAddress, ShipPackage, ShipPackageError, ShippingFacade, ShippingModule,
    ShippingSettings, TrackingNumber,
};

application_of!(TestApp: ShippingModule);

/// The application under test, with acting persons.
pub struct Bench {
    pub app: TestApp,
    pub clock: FixedClock,
    pub shipping: Arc<ShippingFacade>,
    pub bus: RecordingEventBus,
    pub database: TestDatabase,
}

impl Bench {
    pub fn on(backend: Backend) -> Option<Self> {
        Self::with(backend, ShippingSettings::default())
    }

    pub fn with(backend: Backend, settings: ShippingSettings) -> Option<Self> {
        let bus = RecordingEventBus::default();
        let listens = bus.clone();
        Self::build(backend, settings, bus, |parts| {
            parts.with_component_override::<dyn EventBus>(Box::new(listens))
        })
    }

    /// With a bus that hands on what is posted: what is due happens with `app.deliver_due()`.
    pub fn working(backend: Backend, settings: ShippingSettings) -> Option<Self> {
        Self::build(backend, settings, RecordingEventBus::default(), |parts| {
            parts
        })
    }

    fn build(
        backend: Backend,
        settings: ShippingSettings,
        bus: RecordingEventBus,
        finish: impl FnOnce(ModuleBuilder<TestApp>) -> ModuleBuilder<TestApp>,
    ) -> Option<Self> {
        let database = TestDatabase::on(backend)?;
        let clock = FixedClock::default();
        let module = Arc::new(shipping::module(settings));
        let parts = TestApp::parts(&database, &clock, Arc::clone(&module));
        Some(Self {
            shipping: module.resolve(),
            app: finish(parts).build(),
            clock,
            bus,
            database,
        })
    }

    /// Puts an address in this street into the consignee's book.
    pub fn lives_in(&self, consignee: ConsigneeId, street: &str) {
        let command = AddAddress {
            address: AddressId::generate(),
            consignee,
            postal: address_in(street),
        };
        let added = self
            .app
            .transactions()
            .run(|uow| self.shipping.add_address(command.clone(), uow));
        added.unwrap();
    }

    pub fn package_for(&self, consignee: ConsigneeId, item: &str) -> PackageId {
        let command = CreatePackage {
            package: PackageId::generate(),
            consignee,
            item: item.to_owned(),
            paid_at: self.clock.now(),
            goods: None,
            collection: None,
        };
        let created = self
            .app
            .transactions()
            .run(|uow| self.shipping.create_package(command.clone(), uow));
        created.unwrap();
        command.package
    }

    /// Somebody with an address, and a package for him.
    pub fn ready_package(&self, item: &str) -> PackageId {
        let consignee = ConsigneeId::generate();
        self.lives_in(consignee, "1 Main Street");
        self.package_for(consignee, item)
    }

    pub fn next_for(&self, packer: &str) -> Option<PackageId> {
        let next = self
            .app
            .transactions()
            .run(|uow| self.shipping.next_package(packer, uow));
        next.unwrap().map(|package| package.id)
    }

    pub fn ship(&self, package: PackageId) -> Result<(), ShipPackageError> {
        let command = ShipPackage {
            package,
            carrier: CarrierName::parse("Korea Post").unwrap(),
            tracking_number: TrackingNumber::parse("6123-4567").unwrap(),
        };
        self.app
            .transactions()
            .run(|uow| self.shipping.ship(command.clone(), uow))
    }

    pub fn package(&self, id: PackageId) -> PackageView {
        self.read(|reader| self.shipping.package(id, reader))
            .unwrap()
    }

    pub fn read<T>(&self, query: impl FnOnce(&mut Reader) -> Result<T, Failure>) -> T {
        self.app.transactions().read(query).unwrap()
    }

    /// Names of the events posted so far.
    pub fn told(&self) -> Vec<&'static str> {
        self.bus
            .posted()
            .into_iter()
            .map(|(name, _)| name)
            .collect()
    }
}

pub fn address_in(street: &str) -> PostalAddress {
    PostalAddress::parse(AddressParts {
        recipient: "Alice Kim".into(),
        street: street.into(),
        city: "Seoul".into(),
        postcode: "06236".into(),
        country: "KR".into(),
        ..AddressParts::default()
    })
    .unwrap()
}
