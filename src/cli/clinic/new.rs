//! `caseclinic clinic new|follow-up`: a meeting begins, on the screens or as a conversation.

use std::{io::Write, path::Path};

use super::{Key, Next, screens, with_vault};
use crate::cli::{
    conversation,
    output::{FAILED, Look, USAGE},
    templates,
};
use crate::{
    app::AfterUnlock,
    clinic::{Language, formats},
    services::{
        AppPaths, begun_follow_ups, find_template, follow_up_clinic, is_template_file,
        local_formats, new_clinic, practice_clinic, templates_folder,
    },
    tui::Start,
};

/// `caseclinic clinic new`
#[derive(Debug, clap::Args)]
pub struct NewArgs {
    /// Meeting format: an id from `caseclinic clinic formats`, or a template file
    #[arg(long, value_name = "ID|FILE", default_value = "peer-case-clinic")]
    template: String,
    /// Practise with a fictional case; nothing is saved
    #[arg(long)]
    practice: bool,
    /// Use plain text, one question at a time, which suits screen readers
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
    /// Meeting format, if not the usual one: an id, or a template file
    #[arg(long, value_name = "ID|FILE")]
    template: Option<String>,
    /// Start another follow-up, although one was started and is not completed
    #[arg(long, requires = "plain")]
    another: bool,
    /// Use plain text, one question at a time, which suits screen readers
    #[arg(long)]
    plain: bool,
    #[command(flatten)]
    key: Key,
}

pub(super) fn new(
    args: &NewArgs,
    places: &AppPaths,
    look: Look,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Next> {
    if !is_format(&args.template, places, err)? {
        return Ok(Next::Done(USAGE));
    }
    if args.plain {
        return new_plain(args, places, look, out, err);
    }
    if args.practice {
        let practice = Some(args.template.clone());
        return Ok(Next::Screens(Start { practice, ..Start::default() }));
    }
    screens(AfterUnlock::StartClinic(args.template.clone()), &args.key, err)
}

/// Whether there is such a format; else says what is wrong with its file, or which there are.
fn is_format(name: &str, places: &AppPaths, err: &mut dyn Write) -> anyhow::Result<bool> {
    let folder = templates_folder(places);
    let Err(why) = find_template(name, &folder) else { return Ok(true) };
    if is_template_file(name) {
        templates::print_problems(Path::new(name), err)?;
        return Ok(false);
    }
    let local = local_formats(&folder);
    let local = local.into_iter().filter_map(|one| one.format.ok());
    let known = formats(Language::En).into_iter().chain(local).map(|format| format.id);
    let known: Vec<String> = known.collect();
    writeln!(err, "{why} You can use: {}.", known.join(", "))?;
    Ok(false)
}

pub(super) fn follow_up(
    args: FollowUpArgs,
    places: &AppPaths,
    look: Look,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Next> {
    let FollowUpArgs { note, template, another, plain, key } = args;
    if let Some(id) = &template
        && !is_format(id, places, err)?
    {
        return Ok(Next::Done(USAGE));
    }
    if !plain {
        return screens(AfterUnlock::FollowUp { note, template }, &key, err);
    }
    with_vault(key.passphrase_fd, places, err, |vault, err| {
        let begun = if another { Ok(Vec::new()) } else { begun_follow_ups(&note, &vault) };
        if let Some(begun) = begun.ok().filter(|begun| !begun.is_empty()) {
            writeln!(err, "A follow-up of {note} was already started:")?;
            for one in begun {
                let (id, words) = (one.note, one.words());
                writeln!(
                    err,
                    "  {words}. To continue it: `caseclinic clinic resume {id} --plain`"
                )?;
            }
            writeln!(err, "To start another one, add --another.")?;
            return Ok(FAILED);
        }
        match follow_up_clinic(&note, template.as_deref(), &templates_folder(places), &vault) {
            Ok((id, session)) => {
                conversation::on_stdin(Some((id, vault)), session, places, look, out, err)
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
    places: &AppPaths,
    look: Look,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<Next> {
    let folder = templates_folder(places);
    if args.practice {
        let session = practice_clinic(&args.template, &folder).map_err(anyhow::Error::msg)?;
        return conversation::on_stdin(None, session, places, look, out, err).map(Next::Done);
    }
    with_vault(args.key.passphrase_fd, places, err, |vault, err| {
        let (id, session) =
            new_clinic(&args.template, &folder, &vault).map_err(anyhow::Error::msg)?;
        conversation::on_stdin(Some((id, vault)), session, places, look, out, err)
    })
    .map(Next::Done)
}
