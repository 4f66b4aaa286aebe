"use strict";
// Helpers of all sections. Text is only ever set as text: names of files and rows can hold anything.

const DATA = JSON.parse(document.getElementById("data").textContent);
const SVG = "http://www.w3.org/2000/svg";

/** Make an element with attributes and children; strings become text nodes. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** Make an SVG element, with a title that browsers show when the pointer rests on it. */
function draw(tag, attributes = {}, title = "") {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (title) {
    const words = document.createElementNS(SVG, "title");
    words.textContent = title;
    element.append(words);
  }
  return element;
}

function text(content, attributes) {
  const element = draw("text", attributes);
  element.textContent = content;
  return element;
}

/** Make a labelled choice; `options` are [value, label]. */
function choice(label, options, onchange, chosen) {
  const select = make("select", { onchange: () => onchange(select.value), "aria-label": label });
  for (const [value, words] of options) select.append(make("option", { value, selected: value === chosen }, words));
  return make("label", {}, `${label} `, select);
}

const unique = (values) => [...new Set(values)];
const scaleText = (scale) => (scale ? `x${scale}` : "");
/** A verdict as the name of a CSS class, as in page.py. */
const slug = (verdict) => verdict.replace(/[^a-z]+/g, "-");

/** Round numbers for the ends and steps of an axis. */
function ticks(low, high, count = 5) {
  if (!(high > low)) { low -= 0.5; high += 0.5; }
  const raw = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= raw);
  const first = Math.ceil(low / step) * step;
  const marks = [];
  for (let mark = first; mark <= high + step * 1e-9; mark += step) marks.push(Number(mark.toPrecision(10)));
  return marks;
}
