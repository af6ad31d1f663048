//! Where the files of a person go.

use etcetera::BaseStrategy;

use crate::system::OwnFolders;

/// Everything under `%LOCALAPPDATA%`, which stays on this computer: the other folder of Windows for
/// data is copied to servers where an organisation wants it. `None` if the system knows none.
pub(crate) fn own_folders() -> Option<OwnFolders> {
    let base = etcetera::base_strategy::Windows::new().ok()?;
    let data = base.cache_dir().join("caseclinic");
    Some(OwnFolders {
        cache: data.join("cache"),
        config: data.join("config"),
        state: data.join("state"),
        data,
    })
}
