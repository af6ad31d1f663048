//! Where the files of a person go.

use etcetera::BaseStrategy;

use crate::system::OwnFolders;

/// The XDG folders; `None` if the system knows no home folder.
pub(crate) fn own_folders() -> Option<OwnFolders> {
    let base = etcetera::base_strategy::Xdg::new().ok()?;
    let state = base.state_dir().unwrap_or(base.data_dir());
    let folders = [base.data_dir(), base.cache_dir(), base.config_dir(), state];
    let [data, cache, config, state] = folders.map(|folder| folder.join("caseclinic"));
    Some(OwnFolders { data, cache, config, state })
}
