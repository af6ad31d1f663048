//! `caseclinic search WORDS…`: the entries that answer, for people or as JSON.

use serde_json::{Value, json};

use super::{
    CommandError, CommandResult, Context, Emphasis, ErrorKind, OutputStyle, StyledText, screens,
};
use crate::{
    knowledge::{AgeBand, Kind, Library, Nation, Setting, Status, UnknownTerm},
    search::{Filters, Hit, Options, Results, Searcher},
    text::{clean_line, counted, wrap},
    tui::Start,
};

#[derive(clap::Args, Clone, Debug)]
pub(crate) struct SearchArgs {
    /// Words to search for; also kind:guidance, '"an exact phrase"' and 'words -without'
    #[arg(required = true)]
    words: Vec<String>,
    /// Only entries of this kind: guidance, principle, resource, practice, evidence, tool, myth or
    /// glossary
    #[arg(long, value_name = "KIND")]
    kind: Option<Kind>,
    /// Only entries that apply in this nation: England, Wales, Scotland, 'Northern Ireland', UK or
    /// International
    #[arg(long, value_name = "NATION")]
    nation: Option<Nation>,
    /// Only entries for this setting: early-years, school, college, home, care, health,
    /// social-care, youth-justice, community, online or any
    #[arg(long, value_name = "SETTING")]
    setting: Option<Setting>,
    /// Only entries about children of this age, such as 7 or 5-9
    #[arg(long, value_name = "AGE", value_parser = parse_age)]
    age: Option<AgeBand>,
    /// Only entries from the pack with this id
    #[arg(long, value_name = "ID")]
    pack: Option<String>,
    /// Show at most this many entries
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// Open the full-screen program on this search
    #[arg(long, conflicts_with_all = ["json", "limit"])]
    tui: bool,
    /// Print JSON
    #[arg(long, help_heading = "For scripts")]
    json: bool,
}

impl SearchArgs {
    fn filters(&self) -> Filters {
        Filters {
            kind: self.kind,
            nation: self.nation,
            setting: self.setting,
            age: self.age,
            status: None,
            pack: self.pack.clone(),
        }
    }
}

/// Returns the band of an age in years, or the band itself.
fn parse_age(text: &str) -> CommandResult<AgeBand> {
    match text.trim().parse::<u16>() {
        Ok(years) => Ok(AgeBand::of_years(years)),
        Err(_) => text.parse().map_err(|error: UnknownTerm| CommandError::usage(error.to_string())),
    }
}

/// Prints what is found, or shows it on the screens. Fails if nothing is asked or nothing is found.
pub(crate) fn run(args: &SearchArgs, context: &mut Context) -> CommandResult {
    if args.tui {
        let search = Some((args.words.join(" "), args.filters()));
        return screens::open(Start { search, ..Start::default() }, context);
    }
    let library = context.library();
    let paths = context.paths().ok();
    let searcher = Searcher::open(&library, paths.as_ref().map(|paths| paths.cache.as_path()));
    search(args, &library, &searcher, context)
}

fn search(
    args: &SearchArgs,
    library: &Library,
    searcher: &Searcher,
    context: &mut Context,
) -> CommandResult {
    let text = args.words.join(" ");
    if text.trim().is_empty() {
        return Err(CommandError::usage(
            "Type the words to search for, such as `caseclinic search sexting`.",
        ));
    }
    if let Some(notice) = searcher.notice() {
        context.say(notice)?;
    }
    if let Some(id) = args.pack.as_deref().filter(|id| library.pack(id).is_none()) {
        let id = clean_line(id);
        context.say(format!("There is no pack `{id}`. `caseclinic pack list` lists all packs."))?;
    }
    let options = Options { limit: args.limit, filters: args.filters(), typing: false };
    let results = searcher.search(&text, &options);
    if args.json {
        context.print_json(&to_json(&results, library))?;
        return ErrorKind::NotFound.unless(results.total > 0);
    }
    for hit in &results.hits {
        context.print_styled(&hit_text(hit, library.home(), context.style))?;
    }
    if let Some(corrected) = &results.corrected {
        context.say(format!("Showing results for: {}", clean_line(corrected)))?;
    }
    if !results.expanded.is_empty() {
        context.say(format!("Also searched for: {}", results.expanded.join(", ")))?;
    }
    if let Some(warning) = results.warning() {
        context.say(clean_line(&warning))?;
    }
    match (results.total, results.hits.len()) {
        (0, _) => Err(CommandError::not_found("Nothing found.")
            .hint("Try fewer or different words, or list all entries: `caseclinic list`.")),
        (total, shown) if total > shown => {
            Ok(context.say(format!("{shown} of {total} entries. To see more, use --limit."))?)
        }
        (total, _) => Ok(context.say(counted(total, "entry", "entries"))?),
    }
}

fn hit_text(hit: &Hit, home: Nation, style: OutputStyle) -> StyledText {
    let status = match hit.status {
        Status::Current => String::new(),
        other => format!(" · {}", other.name().to_uppercase()),
    };
    let pack = if hit.local { format!(" · pack {}", hit.pack) } else { String::new() };
    let nations = home.list_from_here(&hit.nations);
    let (kind, id, section) = (hit.kind, &hit.id, &hit.section);
    let mut text = StyledText::default();
    text.push(Emphasis::Bold, &hit.title);
    text.push(Emphasis::None, format!("  {kind} · {nations}{pack}{status}\n  {id} · {section}\n"));
    text.append(snippet_text(hit, style));
    text.push(Emphasis::None, "\n");
    text
}

/// Returns the lines of the text that matched, with the matches underlined.
pub(crate) fn snippet_text(hit: &Hit, style: OutputStyle) -> StyledText {
    let columns = style.columns.unwrap_or(usize::MAX).saturating_sub(2).max(20);
    let mut text = StyledText::default();
    for line in wrap(&hit.snippet, columns) {
        text.push(Emphasis::None, "  ");
        let mut at = line.start;
        for mark in &hit.highlights {
            let (start, end) = (mark.start.max(line.start), mark.end.min(line.end));
            if start < end {
                text.push(Emphasis::None, &hit.snippet[at..start]);
                text.push(Emphasis::Underline, &hit.snippet[start..end]);
                at = end;
            }
        }
        text.push(Emphasis::None, &hit.snippet[at..line.end]);
        text.push(Emphasis::None, "\n");
    }
    text
}

/// Returns the bytes of the snippet that match, as pairs of start and end.
pub(crate) fn highlights(hit: &Hit) -> Vec<[usize; 2]> {
    hit.highlights.iter().map(|range| [range.start, range.end]).collect()
}

fn to_json(results: &Results, library: &Library) -> Value {
    let hits = results.hits.iter().map(|hit| hit_to_json(hit, library));
    json!({
        "schema": 1,
        "query": results.query,
        "corrected": results.corrected,
        "expanded": results.expanded,
        "close": results.is_close,
        "not_found": results.not_found,
        "took_us": u64::try_from(results.took.as_micros()).unwrap_or(u64::MAX),
        "total": results.total,
        "hits": hits.collect::<Value>(),
    })
}

fn hit_to_json(hit: &Hit, library: &Library) -> Value {
    let sources = library.entry(&hit.id).map(|entry| entry.sources.as_slice()).unwrap_or_default();
    let sources = sources.iter().map(|source| {
        json!({
            "title": source.title,
            "publisher": source.publisher,
            "year": source.year,
            "url": source.url,
        })
    });
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
        "highlights": highlights(hit),
        "sources": sources.collect::<Value>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::context::fixture::TestRun;
    use clap::{CommandFactory, Parser};

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: SearchArgs,
    }

    fn run_line(line: &[&str]) -> (u8, String, String) {
        let library = crate::knowledge::sample_library();
        let searcher = Searcher::open(&library, None);
        let args = Line::try_parse_from([&["search"], line].concat()).expect("a command line").args;
        let home = tempfile::tempdir().expect("a folder");
        TestRun::at(home.path()).run(|context| search(&args, &library, &searcher, context))
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
        assert_eq!(code, 0);
        assert!(out.contains("First response") && out.contains("one · "), "{out}");
        assert!(err.contains("entry") || err.contains("entries"), "{err}");
        assert!(!out.contains('\x1b'));
    }

    #[test]
    fn nothing_found_has_its_own_exit_code() {
        let (code, out, err) = run_line(&["zzzzqqq"]);
        assert_eq!((code, out.as_str()), (3, ""));
        assert!(err.contains("Nothing found"), "{err}");
    }

    #[test]
    fn a_pack_that_is_not_there_is_named() {
        let (code, out, err) = run_line(&["calm", "--pack", "nowhere"]);
        assert_eq!((code, out.as_str()), (3, ""));
        assert!(err.contains("no pack `nowhere`") && err.contains("pack list"), "{err}");
    }

    #[test]
    fn json_holds_what_the_contract_says() {
        let (code, out, err) = run_line(&["calm", "--json", "--kind", "practice"]);
        assert_eq!((code, err.as_str()), (0, ""));
        let json: Value = serde_json::from_str(&out).expect("JSON");
        for key in
            ["schema", "query", "corrected", "expanded", "close", "not_found", "total", "hits"]
        {
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
            assert_eq!(code, if line[0] == "calm" { 0 } else { 3 }, "{line:?}");
        }
    }
}
