//! The environment of an instance, from its label or its own run modes, independent of run-mode folders.

use std::collections::BTreeSet;

use super::deployment::{ConfigurationCandidate, Deployed};
use super::model::{Environment, LoadingProblem, LoadingVerdict};
use crate::repository::deployment::SERVICES;
use crate::repository::{System, SystemKind};

/// The services for `service`: preview uses the configurations of publish, and an unknown service may be either.
fn services(service: Option<&str>) -> &'static [&'static str] {
    match service {
        Some("author") => &SERVICES[..1],
        Some(_) => &SERVICES[1..],
        None => &SERVICES,
    }
}

/// The environments for which the configurations of a system are evaluated.
#[derive(Debug)]
pub(super) struct Here {
    is_instance: bool,
    /// The known environment of an instance.
    pub(super) environment: Option<String>,
    service: Option<&'static str>,
    /// Additional active run modes.
    pub(super) run_modes: BTreeSet<String>,
}

impl Here {
    pub(super) fn of(system: &System) -> Self {
        let is_instance = system.kind == SystemKind::Instance;
        Self {
            is_instance,
            environment: system.environment.clone().filter(|_| is_instance),
            service: system.service.filter(|_| is_instance),
            run_modes: system.run_modes.iter().cloned().collect(),
        }
    }

    /// The run modes that are looked at beside those of a service, where the environment is known.
    pub(super) fn stages(&self) -> Option<BTreeSet<BTreeSet<String>>> {
        let environment = self.environment.clone()?;
        Some(BTreeSet::from([BTreeSet::from([environment])]))
    }

    /// The environments that are looked at: what they are called, the services that they may be of, their run modes.
    pub(super) fn places<'s>(
        &'s self,
        stages: &'s BTreeSet<BTreeSet<String>>,
    ) -> impl Iterator<Item = (Environment, &'static [&'static str], &'s BTreeSet<String>)> {
        let known = self.environment.as_ref().map(|_| (self.service.unwrap_or(""), services(self.service)));
        let either = services(self.service).iter().map(|service| (*service, std::slice::from_ref(service)));
        let services: Vec<_> = match known {
            Some(known) => vec![known],
            None => either.collect(),
        };
        services.into_iter().flat_map(move |(service, services)| {
            stages.iter().map(move |stage| {
                let name = stage.iter().map(String::as_str).collect::<Vec<_>>().join(".");
                (Environment { service, stage: name }, services, stage)
            })
        })
    }

    /// The instance itself, for everything without run modes.
    pub(super) fn own(&self) -> Option<Environment> {
        let is_known = self.environment.is_some() || self.service.is_some();
        (self.is_instance && is_known).then(|| Environment {
            service: self.service.unwrap_or(""),
            stage: self.environment.clone().unwrap_or_default(),
        })
    }

    /// What is in force in each of many possible environments is in force on the instance, whichever of them it is; and
    /// what is in force in none, another configuration of its PID has taken the place of.
    pub(super) fn see(
        &self,
        list: &mut [&mut dyn Deployed],
        candidates: &[ConfigurationCandidate],
        stages: &BTreeSet<BTreeSet<String>>,
    ) {
        if !self.is_instance {
            return;
        }
        let all = self.places(stages).count();
        for candidate in candidates {
            let parts = list[candidate.index].parts();
            if parts.environments.is_empty() {
                let message = "another configuration with the same PID and more run modes is in force on this instance";
                let location = parts.location.clone();
                parts.verdicts.push(LoadingVerdict::new(LoadingProblem::OtherRunModes, message, location));
            } else if self.environment.is_none() && parts.environments.len() == all {
                *parts.environments = self.own().into_iter().collect();
                parts.run_modes.clear();
                parts.storage.release();
            }
        }
    }
}
