//! The `common` log of web servers: no referrer and no agent.

use super::{Example, Field, Format, Options, Parser, Unfit, Value, access, scan::Scan};
use crate::words::{Refusal, Words};
use serde::Deserialize;

pub const FORMAT: &dyn Format = &Common;

struct Common;

impl Format for Common {
    fn name(&self) -> &'static str {
        "common"
    }

    fn title(&self) -> Words {
        Words::of("Web server, common", "Servidor web, common")
    }

    fn example(&self) -> Example {
        Example { options: serde_json::json!({}), line: r#"192.0.2.7 - ana [24/Nov/2026:10:00:00 +0100] "GET /a?b=c HTTP/1.1" 200 512"# }
    }

    fn parser(&self, options: Options<'_>) -> Result<Box<dyn Parser>, Refusal> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Settings {}
        options.read::<Settings>()?;
        Ok(Box::new(CommonParser { fields: access::fields([]) }))
    }
}

struct CommonParser {
    fields: Vec<Field>,
}

impl Parser for CommonParser {
    fn fields(&self) -> &[Field] {
        &self.fields
    }

    fn read<'a>(&self, line: &'a str, _taken_ms: i64, values: &mut Vec<Value<'a>>) -> Result<i64, Unfit> {
        let mut scan = Scan::new(line);
        let at_ms = access::read(&mut scan, values)?;
        scan.skip_spaces();
        if !scan.is_done() {
            return Err(scan.unfit("the end of the line (is it combined?)", "el final de la línea (¿es combined?)"));
        }
        values.push(Value::text(line));
        Ok(at_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_combined_line_is_no_common_line() {
        let parser = crate::parse::ParserSpec { format: "common".to_owned(), options: serde_json::Map::new() }.parser().unwrap();
        let line = Common.example().line;
        assert!(parser.parse(line.as_bytes(), 0, &mut Vec::new()).is_ok());
        let unfit = parser.parse(format!("{line} \"-\" \"-\"").as_bytes(), 0, &mut Vec::new()).unwrap_err();
        assert_eq!(unfit.at, line.len() + 1);
    }
}
