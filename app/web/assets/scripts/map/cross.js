// The cross in the middle, for people who move the map by keyboard or with one finger.
const SVG = "http://www.w3.org/2000/svg";

function svgElement(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

export function addCross(element) {
  const cross = svgElement("svg", {
    class: "map-cross",
    viewBox: "0 0 24 24",
    "aria-hidden": "true",
  });
  cross.append(
    svgElement("path", {
      d: "M12 1v8M12 15v8M1 12h8M15 12h8",
      stroke: "currentColor",
      "stroke-width": "2",
    }),
  );
  element.append(cross);
}
