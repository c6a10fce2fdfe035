// Makes app/web/static/built (or the folder that is given): style sheets from the .scss files
// beside this one, the vendors' scripts, and manifest.json, which maps a name to the file that
// carries its content's hash.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, parse, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "..", "..", "..", "node_modules");
const target = resolve(process.argv[2] ?? join(here, "..", "static", "built"));
const leaflet = join(modules, "leaflet", "dist");
const manifest = {};

function put(name, content) {
  const { name: stem, ext } = parse(name);
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
  manifest[name] = `${stem}.${hash}${ext}`;
  writeFileSync(join(target, manifest[name]), content);
}

function compiled(file) {
  const options = { style: "compressed", sourceMap: false, quietDeps: true, loadPaths: [modules] };
  return sass.compile(join(here, file), options).css + "\n";
}

// The pictures get hashed names too, so the sheet has to call them by those.
function withHashedPictures(sheet) {
  return sheet.replace(/url\((["']?)images\/([^"')]+)\1\)/g, (_, __, file) => {
    const name = `leaflet-${file}`;
    if (!manifest[name]) put(name, readFileSync(join(leaflet, "images", file)));
    return `url(${manifest[name]})`;
  });
}

function withoutSourceMap(script) {
  return script.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
}

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const file of readdirSync(here)) {
  if (file.endsWith(".scss") && !file.startsWith("_")) {
    put(file.replace(/\.scss$/, ".css"), compiled(file));
  }
}
put("htmx.min.js", readFileSync(join(modules, "htmx.org", "dist", "htmx.min.js")));
put("leaflet.js", withoutSourceMap(readFileSync(join(leaflet, "leaflet.js"), "utf8")));
put("leaflet.css", withHashedPictures(readFileSync(join(leaflet, "leaflet.css"), "utf8")));
// Written last: whoever finds it finds everything.
writeFileSync(join(target, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
