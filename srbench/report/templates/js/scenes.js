// Images: a slider between any two, error maps, and a loupe that shows one crop of all methods.

const LOUPE = 64; // side of a crop in HR pixels: CROP of report/images/crops.py
const GAIN = 8; // grey levels of an error map for each level of difference: GAIN there
const scene = { number: 0, left: "LR", right: "", crop: [0, 0], images: new Map(), zoom: 3 };

function setUpScenes() {
  if (!DATA.scenes.length) return;
  document.getElementById("scene-choice").addEventListener("submit", (event) => event.preventDefault());
  // only when it is nearly seen: the slider measures itself, for which the whole page would be laid out at once
  const watch = new IntersectionObserver((seen) => { if (seen.some((entry) => entry.isIntersecting)) { watch.disconnect(); openScene(0); } }, { rootMargin: "600px" });
  watch.observe(document.getElementById("images"));
}

const labelOf = (entry) => `${entry.dataset} x${entry.scale}: ${entry.name}`;
/** Name, address and data of HR, LR and all SR images of the current scene. */
const pictures = () => { const current = DATA.scenes[scene.number]; return [["HR", current.hr], ["LR", current.lr], ...current.sr.map((picture) => [picture.method, picture.src, picture])]; };
const sourceOf = (name) => pictures().find((picture) => picture[0] === name)[1];

/** Show the scene of this number, with the choices for it. */
function openScene(number) {
  scene.number = Number(number);
  const current = DATA.scenes[scene.number];
  const names = pictures().map((picture) => picture[0]);
  if (!names.includes(scene.left)) scene.left = "LR";
  if (!names.includes(scene.right)) scene.right = current.sr.length ? current.sr[current.sr.length - 1].method : "HR";
  scene.crop = [current.xs.length >> 1, current.ys.length >> 1];
  scene.images.clear();
  const options = names.map((name) => [name, name]);
  document.getElementById("scene-choice").replaceChildren(
    choice("Image", DATA.scenes.map((entry, index) => [String(index), labelOf(entry)]), openScene, String(scene.number)),
    choice("Left", options, (value) => { scene.left = value; drawScene(); }, scene.left),
    choice("Right", options, (value) => { scene.right = value; drawScene(); }, scene.right),
    choice("Size", [["1", "1 : 1"], ["2", "2 : 1"], ["3", "3 : 1"]], (value) => { scene.zoom = Number(value); drawScene(); }, String(scene.zoom)),
  );
  document.getElementById("scene-note").textContent = current.window
    ? `The ${current.width} x ${current.height} pixels with the most detail, from (${current.window[0]}, ${current.window[1]}); srbench report --site shows whole images.`
    : `${current.width} x ${current.height} pixels.`;
  drawScene();
}

/** Draw slider, loupes and error maps of the current scene. */
function drawScene() {
  const current = DATA.scenes[scene.number];
  const sized = (image) => { image.width = current.width * scene.zoom; image.height = current.height * scene.zoom; return image; };
  const slider = make("img-comparison-slider", { tabindex: "0", value: "50" },
    sized(make("img", { slot: "first", src: sourceOf(scene.left), alt: `${scene.left} of ${current.name}`, class: "pixels" })),
    sized(make("img", { slot: "second", src: sourceOf(scene.right), alt: `${scene.right} of ${current.name}`, class: "pixels" })));
  const place = make("div", { class: "stage" }, slider);
  const keys = make("p", { class: "hint" }, `Left: ${scene.left}. Right: ${scene.right}. The divider follows the pointer and the arrow keys; a double click, or w a s d, moves the loupe.`);
  const loupes = make("div", { class: "loupes", tabindex: "0", role: "group", "aria-label": "Loupe: the same crop of all methods. Keys w, a, s, d move it." });
  place.addEventListener("dblclick", (event) => {
    const box = slider.getBoundingClientRect();
    moveTo(nearest(current.xs, (event.clientX - box.left) / scene.zoom), nearest(current.ys, (event.clientY - box.top) / scene.zoom), loupes);
  });
  const steps = { w: [0, -1], s: [0, 1], a: [-1, 0], d: [1, 0] };
  for (const target of [place, loupes]) {
    target.addEventListener("keydown", (event) => {
      const step = steps[event.key];
      if (step) { event.preventDefault(); moveTo(scene.crop[0] + step[0], scene.crop[1] + step[1], loupes); }
    });
  }
  document.getElementById("scene").replaceChildren(place, keys, make("h3", {}, "Loupe"), loupes, make("h3", {}, "Error maps"), errorMaps(current));
  drawLoupes(loupes);
}

/** Move the loupe to the crop in this column and row, or the nearest there is. */
function moveTo(column, row, loupes) {
  const current = DATA.scenes[scene.number];
  const clamp = (value, places) => Math.max(0, Math.min(value, places.length - 1));
  scene.crop = [clamp(column, current.xs), clamp(row, current.ys)];
  drawLoupes(loupes);
}

/** Number of the place of a crop whose centre is nearest to a pixel. */
const nearest = (places, pixel) => places.reduce((best, place, index) => (Math.abs(place + LOUPE / 2 - pixel) < Math.abs(places[best] + LOUPE / 2 - pixel) ? index : best), 0);

/** Draw the current crop of all images into `box`. */
async function drawLoupes(box) {
  const current = DATA.scenes[scene.number];
  const [column, row] = scene.crop;
  const left = current.xs[column], top = current.ys[row];
  const size = [Math.min(LOUPE, current.width), Math.min(LOUPE, current.height)];
  const cards = [];
  for (const [name, source, picture] of pictures()) {
    const image = await loaded(source);
    const canvas = make("canvas", { role: "img", "aria-label": `${name}, crop at ${left}, ${top}`, class: "pixels" });
    canvas.width = size[0]; canvas.height = size[1];
    const context = canvas.getContext("2d");
    context.imageSmoothingEnabled = false;
    const byX = image.naturalWidth / current.width, byY = image.naturalHeight / current.height;
    context.drawImage(image, left * byX, top * byY, size[0] * byX, size[1] * byY, 0, 0, size[0], size[1]);
    const numbers = picture ? cropNumbers(picture, row * current.xs.length + column) : [];
    cards.push(make("figure", {}, canvas, make("figcaption", {}, make("strong", {}, name), numbers.length ? ` ${numbers.join(", ")}` : "")));
  }
  if (scene.crop[0] !== column || scene.crop[1] !== row || DATA.scenes[scene.number] !== current) return; // the loupe was moved while images were loading
  const lpips = current.sr.some((picture) => picture.lpips.length) ? " and LPIPS" : "";
  const words = `Crop of ${size[0]} x ${size[1]} pixels at (${left}, ${top}); PSNR on Y${lpips} of this crop.`;
  box.replaceChildren(...cards, make("p", { class: "hint" }, words));
}

/** PSNR and LPIPS of a crop, computed when the page was written. */
function cropNumbers(picture, place) {
  const numbers = [];
  if (place in picture.psnr) numbers.push(decibels(picture.psnr[place]));
  if (place in picture.lpips) numbers.push(`LPIPS ${picture.lpips[place].toFixed(3)}`);
  return numbers;
}

const decibels = (value) => (value === null ? "equal to HR" : `${value.toFixed(2)} dB`);

/** The image at an address, decoded once. */
async function loaded(source) {
  if (!scene.images.has(source)) {
    const image = new Image();
    image.src = source;
    scene.images.set(source, image.decode().then(() => image));
  }
  return scene.images.get(source);
}

/** Pixels of an image of the page as RGBA. */
async function pixelsOf(source, width, height) {
  const canvas = make("canvas");
  canvas.width = width; canvas.height = height;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(await loaded(source), 0, 0);
  return context.getImageData(0, 0, width, height).data;
}

const luma = (data, at) => (65.481 * data[at] + 128.553 * data[at + 1] + 24.966 * data[at + 2]) / 255;

/** Absolute luma error of each method, from black (0) to white (32 grey levels and more). */
function errorMaps(current) {
  const box = make("div", { class: "errors" });
  (async () => {
    for (const picture of current.sr) {
      if (picture.whole === undefined) continue;
      const label = `Error of ${picture.method}`;
      // images beside the page can't be read by it: their error maps lie beside it too
      const map = picture.error ? make("img", { src: picture.error, alt: label, class: "pixels", loading: "lazy", width: current.width, height: current.height }) : await errorCanvas(current, picture, label);
      box.append(make("figure", {}, map, make("figcaption", {}, make("strong", {}, picture.method), ` ${decibels(picture.whole)}`)));
    }
    box.append(make("p", { class: "hint" }, `Absolute error of the luma: black 0, white 32 grey levels or more. PSNR on Y of ${current.window ? "this part" : "the whole image"}, without a border cropped.`));
  })();
  return box;
}

async function errorCanvas(current, picture, label) {
  const hr = await pixelsOf(current.hr, current.width, current.height);
  const sr = await pixelsOf(picture.src, current.width, current.height);
  const canvas = make("canvas", { role: "img", class: "pixels", "aria-label": label });
  canvas.width = current.width; canvas.height = current.height;
  const context = canvas.getContext("2d");
  const map = context.createImageData(current.width, current.height);
  for (let at = 0; at < hr.length; at += 4) {
    const level = Math.min(255, GAIN * Math.abs(luma(sr, at) - luma(hr, at)));
    map.data[at] = level; map.data[at + 1] = level; map.data[at + 2] = level; map.data[at + 3] = 255;
  }
  context.putImageData(map, 0, 0);
  return canvas;
}
setUpScenes();
