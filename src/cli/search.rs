//! `caseclinic search WORDS…`: the entries that answer, for people or as JSON.

use std::io::Write;

use clap::Args as ClapArgs;
use serde_json::{Value, json};

use super::output::{Look, NOTHING_FOUND, OK, USAGE, styled, unless_pipe_closed};
use crate::{
    knowledge::{AgeBand, Kind, Library, Nation, Setting, Status},
    search::{Filters, Hit, Options, Results, Searcher},
    text::{clean_line, wrap},
};

/// Search the guidance
#[derive(ClapArgs, Clone, Debug)]
pub struct Args {
    /// Words to search for; also kind:guidance, '"an exact phrase"' and 'words -without'
    #[arg(required = true)]
    pub words: Vec<String>,
    /// Only entries of this kind: guidance, principle, resource, practice, evidence, tool, myth or
    /// glossary
    #[arg(long, value_name = "KIND")]
    pub kind: Option<Kind>,
    /// Only entries that apply in this nation: England, Wales, Scotland, 'Northern Ireland', UK or
    /// International
    #[arg(long, value_name = "NATION")]
    pub nation: Option<Nation>,
    /// Only entries for this setting: early-years, school, college, home, care, health,
    /// social-care, youth-justice, community, online or any
    #[arg(long, value_name = "SETTING")]
    pub setting: Option<Setting>,
    /// Only entries about children of this age, such as 7 or 5-9
    #[arg(long, value_name = "AGE", value_parser = parse_age)]
    pub age: Option<AgeBand>,
    /// Only entries from the pack with this id
    #[arg(long, value_name = "ID")]
    pub pack: Option<String>,
    /// Show at most this many entries
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    pub json: bool,
}

/// An age in years, or one of the bands.
fn parse_age(text: &str) -> Result<AgeBand, String> {
    match text.trim().parse::<u16>() {
        Ok(years) => Ok(AgeBand::of_years(years)),
        Err(_) => text.parse().map_err(|error: crate::knowledge::UnknownTerm| error.to_string()),
    }
}

/// Prints what is found to `out` and what a person should know about it to `err`. Returns the exit
/// code: 0, 2 if nothing is asked, or 3 if nothing is found.
///
/// # Errors
/// If `out` or `err` cannot be written, unless it is a pipe whose reader has left.
pub fn run(
    args: &Args,
    library: &Library,
    searcher: &Searcher,
    look: Look,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    unless_pipe_closed(answer(args, library, searcher, look, out, err))
}

fn answer(
    args: &Args,
    library: &Library,
    searcher: &Searcher,
    look: Look,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> anyhow::Result<u8> {
    let text = args.words.join(" ");
    if text.trim().is_empty() {
        writeln!(err, "Type the words to search for, such as `caseclinic search sexting`.")?;
        return Ok(USAGE);
    }
    if let Some(notice) = searcher.notice() {
        writeln!(err, "{}", clean_line(notice))?;
    }
    if let Some(id) = args.pack.as_deref().filter(|id| library.pack(id).is_none()) {
        let id = clean_line(id);
        writeln!(err, "There is no pack `{id}`. `caseclinic pack list` lists all packs.")?;
    }
    let filters = Filters {
        kind: args.kind,
        nation: args.nation,
        setting: args.setting,
        age: args.age,
        status: None,
        pack: args.pack.clone(),
    };
    let options = Options { limit: args.limit, filters, typing: false };
    let results = searcher.search(&text, &options);
    if args.json {
        serde_json::to_writer(&mut *out, &to_json(&results, library))?;
        writeln!(out)?;
    } else {
        for hit in &results.hits {
            print_hit(hit, look, out)?;
        }
    }
    out.flush()?;
    if !args.json {
        summarise(&results, err)?;
    }
    Ok(if results.total == 0 { NOTHING_FOUND } else { OK })
}

fn summarise(results: &Results, err: &mut dyn Write) -> std::io::Result<()> {
    if let Some(corrected) = &results.corrected {
        writeln!(err, "Showing results for: {}", clean_line(corrected))?;
    }
    if !results.expanded.is_empty() {
        writeln!(err, "Also searched for: {}", results.expanded.join(", "))?;
    }
    match results.total {
        0 => writeln!(
            err,
            "Nothing found. Try fewer or different words, or list all entries: `caseclinic list`."
        ),
        1 => writeln!(err, "1 entry"),
        total if total > results.hits.len() => {
            writeln!(err, "{} of {total} entries. To see more, use --limit.", results.hits.len())
        }
        total => writeln!(err, "{total} entries"),
    }
}

fn print_hit(hit: &Hit, look: Look, out: &mut dyn Write) -> std::io::Result<()> {
    let standing = match hit.status {
        Status::Current => String::new(),
        other => format!(" · {}", other.name().to_uppercase()),
    };
    let pack = if hit.local { format!(" · pack {}", hit.pack) } else { String::new() };
    let nations: Vec<&str> = hit.nations.iter().map(|nation| nation.name()).collect();
    writeln!(
        out,
        "{}  {} · {}{pack}{standing}",
        styled(look, "1", &hit.title),
        hit.kind,
        nations.join(", ")
    )?;
    writeln!(out, "  {} · {}", hit.id, hit.section)?;
    print_snippet(hit, look, out)?;
    writeln!(out)
}

/// The line of the text that matched, with its marks.
pub(super) fn print_snippet(hit: &Hit, look: Look, out: &mut dyn Write) -> std::io::Result<()> {
    let columns = look.columns.unwrap_or(usize::MAX).saturating_sub(2).max(20);
    for line in wrap(&hit.snippet, columns) {
        let mut shown = String::new();
        let mut at = line.start;
        for mark in &hit.highlights {
            let (start, end) = (mark.start.max(line.start), mark.end.min(line.end));
            if start < end {
                shown.push_str(&hit.snippet[at..start]);
                shown.push_str(&styled(look, "4", &hit.snippet[start..end]));
                at = end;
            }
        }
        shown.push_str(&hit.snippet[at..line.end]);
        writeln!(out, "  {shown}")?;
    }
    Ok(())
}

fn to_json(results: &Results, library: &Library) -> Value {
    let hits: Vec<Value> = results.hits.iter().map(|hit| hit_to_json(hit, library)).collect();
    json!({
        "schema": 1,
        "query": results.query,
        "corrected": results.corrected,
        "expanded": results.expanded,
        "took_us": u64::try_from(results.took.as_micros()).unwrap_or(u64::MAX),
        "total": results.total,
        "hits": hits,
    })
}

fn hit_to_json(hit: &Hit, library: &Library) -> Value {
    let sources = library.entry(&hit.id).map(|entry| entry.sources.as_slice()).unwrap_or_default();
    let sources: Vec<Value> = sources
        .iter()
        .map(|source| {
            json!({
                "title": source.title,
                "publisher": source.publisher,
                "year": source.year,
                "url": source.url,
            })
        })
        .collect();
    let highlights: Vec<[usize; 2]> =
        hit.highlights.iter().map(|range| [range.start, range.end]).collect();
    json!({
        "id": hit.id,
        "title": hit.title,
        "kind": hit.kind,
        "section": hit.section,
        "status": hit.status,
        "nation": hit.nations,
        "pack": hit.pack,
        "score": hit.score,
        "snippet": hit.snippet,
        "highlights": highlights,
        "sources": sources,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{CommandFactory, Parser};

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    fn run_line(line: &[&str]) -> (u8, String, String) {
        let library = crate::knowledge::sample_library();
        let searcher = Searcher::open(&library, None);
        let args = Line::try_parse_from([&["search"], line].concat()).expect("a command line").args;
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = run(&args, &library, &searcher, Look::default(), &mut out, &mut err)
            .expect("writing to memory");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        (code, text(out), text(err))
    }

    #[test]
    fn the_help_names_every_kind_nation_and_setting() {
        let command = Line::command();
        for (id, names) in
            [("kind", Kind::NAMES), ("nation", Nation::NAMES), ("setting", Setting::NAMES)]
        {
            let filter = command.get_arguments().find(|one| one.get_id() == id);
            let help = filter.and_then(|one| one.get_help()).expect("help").to_string();
            let words = help.replace('\n', " ");
            for name in names {
                assert!(words.contains(name), "{id}: {name} is not in {words}");
            }
        }
    }

    #[test]
    fn hits_go_to_stdout_and_the_count_to_stderr() {
        let (code, out, err) = run_line(&["child", "told", "me"]);
        assert_eq!(code, OK);
        assert!(out.contains("First response") && out.contains("one · "), "{out}");
        assert!(err.contains("entry") || err.contains("entries"), "{err}");
        assert!(!out.contains('\x1b'));
    }

    #[test]
    fn nothing_found_has_its_own_exit_code() {
        let (code, out, err) = run_line(&["zzzzqqq"]);
        assert_eq!((code, out.as_str()), (NOTHING_FOUND, ""));
        assert!(err.contains("Nothing found"), "{err}");
    }

    #[test]
    fn a_pack_that_is_not_there_is_named() {
        let (code, out, err) = run_line(&["calm", "--pack", "nowhere"]);
        assert_eq!((code, out.as_str()), (NOTHING_FOUND, ""));
        assert!(err.contains("no pack `nowhere`") && err.contains("pack list"), "{err}");
    }

    #[test]
    fn json_holds_what_the_contract_says() {
        let (code, out, err) = run_line(&["calm", "--json", "--kind", "practice"]);
        assert_eq!((code, err.as_str()), (OK, ""));
        let json: Value = serde_json::from_str(&out).expect("JSON");
        for key in ["schema", "query", "corrected", "expanded", "took_us", "total", "hits"] {
            assert!(json.get(key).is_some(), "{key} is missing");
        }
        let hit = &json["hits"][0];
        for key in ["id", "title", "kind", "section", "status", "nation", "score", "snippet"] {
            assert!(hit.get(key).is_some(), "{key} is missing");
        }
        assert_eq!(hit["sources"][0]["publisher"], "NICE");
    }

    #[test]
    fn an_unknown_kind_is_refused_with_the_known_ones() {
        let error = Line::try_parse_from(["search", "x", "--kind", "guidence"]).err();
        let error = error.map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains("guidance, principle"), "{error}");
    }

    #[test]
    fn an_excluded_word_reaches_the_query() {
        for line in [["calm -listen", "--json"], ["calm", "--json"]] {
            let (code, _, _) = run_line(&line);
            assert_eq!(code, if line[0] == "calm" { OK } else { NOTHING_FOUND }, "{line:?}");
        }
    }
}
