//! `caseclinic clinic new|follow-up`: a meeting begins, on the screens or as a conversation.

use std::io::Write;

use super::{
    super::{
        output::{FAILED, Look, USAGE},
        plain,
    },
    Key, Next, screens, with_vault,
};
use crate::{
    app::Then,
    clinic::{Language, formats},
    runtime::{begun_follow_ups, follow_up_clinic, new_clinic, practice_clinic},
    tui::Start,
    vault::Places,
};

/// `caseclinic clinic new`
#[derive(Debug, clap::Args)]
pub struct NewArgs {
    /// Which meeting format; `clinic formats` lists them
    #[arg(long, value_name = "ID", default_value = "peer-case-clinic")]
    template: String,
    /// Walk through a fictional case; nothing is saved
    #[arg(long)]
    practice: bool,
    /// As a conversation of plain lines, for a screen reader or a pipe
    #[arg(long)]
    plain: bool,
    #[command(flatten)]
    key: Key,
}

/// `caseclinic clinic follow-up`
#[derive(Debug, clap::Args)]
pub struct FollowUpArgs {
    /// Case key, such as HERON-42, or note id
    note: String,
    /// Which meeting format, if not the usual one; `clinic formats` lists them
    #[arg(long, value_name = "ID")]
    template: Option<String>,
    /// Begin one although another was begun and not completed
    #[arg(long, requires = "plain")]
    another: bool,
    /// As a conversation of plain lines, for a screen reader or a pipe
    #[arg(long)]
    plain: bool,
    #[command(flatten)]
    key: Key,
}

pub(super) fn new(
    args: &NewArgs,
    places: &Places,
    look: Look,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Next> {
    if !is_format(&args.template, err)? {
        return Ok(Next::Done(USAGE));
    }
    if args.plain {
        return new_plain(args, places, look, out, err);
    }
    if args.practice {
        let practice = Some(args.template.clone());
        return Ok(Next::Screens(Start { practice, ..Start::default() }));
    }
    screens(Then::StartClinic(args.template.clone()), &args.key, err)
}

/// Whether there is such a format; else says which there are.
fn is_format(id: &str, err: &mut dyn Write) -> anyhow::Result<bool> {
    let known = formats(Language::En);
    let found = known.iter().any(|format| format.id == id);
    if !found {
        let known: Vec<&str> = known.iter().map(|format| format.id.as_str()).collect();
        let known = known.join(", ");
        writeln!(err, "There is no meeting format “{id}”. These are there: {known}.")?;
    }
    Ok(found)
}

pub(super) fn follow_up(
    args: FollowUpArgs,
    places: &Places,
    look: Look,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Next> {
    let FollowUpArgs { note, template, another, plain, key } = args;
    if let Some(id) = &template
        && !is_format(id, err)?
    {
        return Ok(Next::Done(USAGE));
    }
    if !plain {
        return screens(Then::FollowUp { note, template }, &key, err);
    }
    with_vault(key.passphrase_fd, places, err, |vault, err| {
        let begun = if another { Ok(Vec::new()) } else { begun_follow_ups(&note, &vault) };
        if let Some(begun) = begun.ok().filter(|begun| !begun.is_empty()) {
            writeln!(err, "A follow-up of {note} was begun already:")?;
            for one in begun {
                let (id, words) = (one.note, one.words());
                writeln!(
                    err,
                    "  {words}: `caseclinic clinic resume {id} --plain` goes on with it"
                )?;
            }
            writeln!(err, "With --another one more is begun.")?;
            return Ok(FAILED);
        }
        match follow_up_clinic(&note, template.as_deref(), &vault) {
            Ok((id, session)) => {
                plain::on_stdin(Some((id, vault)), session, places, look, out, err)
            }
            Err(why) => {
                writeln!(err, "{why}")?;
                Ok(FAILED)
            }
        }
    })
    .map(Next::Done)
}

/// A new clinic as a conversation.
fn new_plain(
    args: &NewArgs,
    places: &Places,
    look: Look,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Next> {
    if args.practice {
        let session = practice_clinic(&args.template).map_err(anyhow::Error::msg)?;
        return plain::on_stdin(None, session, places, look, out, err).map(Next::Done);
    }
    with_vault(args.key.passphrase_fd, places, err, |vault, err| {
        let (id, session) = new_clinic(&args.template, &vault).map_err(anyhow::Error::msg)?;
        plain::on_stdin(Some((id, vault)), session, places, look, out, err)
    })
    .map(Next::Done)
}
