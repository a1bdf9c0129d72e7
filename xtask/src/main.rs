//! `cargo xtask …`: sets up, builds, runs, tests and measures the portal. The only build script.

mod access_log;
mod bench;
mod browser;
mod command;
mod demo;
mod demo_data;
mod generated_data;
mod hash;
mod http;
mod picture;
mod places;
mod prerequisites;
mod progress;
mod replay;
mod server;
mod test;
mod wasm_target;
mod web_log;
mod webdriver;

use anyhow::{Result, bail};

const USAGE: &str = "\
cargo xtask <command>

  demo [--generated] [--port N]   set up everything, load the demo organisation, serve http://localhost:8420
                                  --generated: invented data, no download of the retail data
  run [--port N]                  set up everything, serve an empty portal from ./data
  test [filter]                   format, licences, lint, all tests from a clean checkout
  test --oracle N                 only the differential oracle, over N random cases (2,000 in the ordinary run)
  browser                         only build the browser half into public/pkg
  bench [name]                    measure; one JSON line for each figure; `bench soak` takes an hour and runs only when named
  picture                         draw docs/portal.png from the demo that is set up";

fn main() {
    if let Err(fault) = dispatch() {
        eprintln!("\nxtask: {fault:#}");
        std::process::exit(1);
    }
}

fn dispatch() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    let rest: Vec<String> = arguments.collect();
    match command.as_str() {
        "demo" => demo::demo(&demo::Options::parse(&rest)?),
        "run" => demo::run(&demo::Options::parse(&rest)?),
        "test" => match rest.as_slice() {
            [flag, cases] if flag == "--oracle" => test::oracle(cases),
            [flag, ..] if flag == "--oracle" => bail!("--oracle takes the number of cases, like 100000"),
            rest => test::run(rest.first().map(String::as_str)),
        },
        "browser" => {
            prerequisites::ensure(prerequisites::For::Building)?;
            browser::build()
        }
        "bench" => bench::run(rest.first().map(String::as_str)),
        "picture" => picture::draw(),
        // Of `demo`, which starts it beside the portal: not for people.
        "replay" => match rest.as_slice() {
            [log, posts, folder] => replay::run(log.as_ref(), posts.as_ref(), folder.as_ref()),
            _ => bail!("replay takes a log, a folder of posts and a folder to write to"),
        },
        "" | "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(())
        }
        other => bail!("there is no command `{other}`\n\n{USAGE}"),
    }
}
