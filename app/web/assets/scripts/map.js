// Maps: outlines of areas and pins, with tiles only if the operator provides them. WGS-84
// throughout. Everything on a map is also in a list or a field of its page.
import { showMap } from "./map/show_map.js";

document.querySelectorAll("[data-map]").forEach(showMap);
