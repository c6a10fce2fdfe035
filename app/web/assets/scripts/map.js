// Maps: outlines of areas and pins, with tiles only where the operator has some. WGS-84 throughout.
// Everything that a map shows also stands in a list or a field of its page.
import { showMap } from "./map/show_map.js";

document.querySelectorAll("[data-map]").forEach(showMap);
