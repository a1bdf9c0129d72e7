// Writes .br and .gz beside each text and WebAssembly file of a folder, and manifest.json: sizes in bytes, content hashes.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = process.argv[2];
const manifest = {};
for (const name of readdirSync(folder).filter((name) => /\.(js|css|wasm|woff2)$/.test(name)).sort()) {
  const bytes = readFileSync(join(folder, name));
  const entry = (manifest[name] = { hash: createHash("sha256").update(bytes).digest("hex").slice(0, 16), bytes: bytes.length });
  if (name.endsWith(".woff2")) continue; // compressed by nature
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
  const gzip = gzipSync(bytes, { level: 9 });
  writeFileSync(join(folder, name + ".br"), brotli);
  writeFileSync(join(folder, name + ".gz"), gzip);
  Object.assign(entry, { brotli: brotli.length, gzip: gzip.length });
}
writeFileSync(join(folder, "manifest.json"), JSON.stringify(manifest, null, 1) + "\n");
