// Images: a slider between any two, error maps, and a loupe that shows one crop of all methods.

const LOUPE = 64;
const scene = { number: 0, left: "LR", right: "", crop: [0, 0], images: new Map(), zoom: 3 };

function setUpScenes() {
  if (!DATA.scenes.length) return;
  document.getElementById("scene-choice").addEventListener("submit", (event) => event.preventDefault());
  // only when it is nearly seen: the slider measures itself, for which the whole page would be laid out at once
  const watch = new IntersectionObserver((seen) => { if (seen.some((entry) => entry.isIntersecting)) { watch.disconnect(); openScene(0); } }, { rootMargin: "600px" });
  watch.observe(document.getElementById("images"));
}

const labelOf = (entry) => `${entry.dataset} x${entry.scale}: ${entry.name}`;
const pictures = () => { const now = DATA.scenes[scene.number]; return [["HR", now.hr], ["LR", now.lr], ...now.sr.map((picture) => [picture.method, picture.src, picture])]; };
const sourceOf = (name) => pictures().find((picture) => picture[0] === name)[1];

function openScene(number) {
  scene.number = Number(number);
  const now = DATA.scenes[scene.number];
  const names = pictures().map((picture) => picture[0]);
  if (!names.includes(scene.left)) scene.left = "LR";
  if (!names.includes(scene.right)) scene.right = now.sr.length ? now.sr[now.sr.length - 1].method : "HR";
  scene.crop = [now.xs.length >> 1, now.ys.length >> 1];
  scene.images.clear();
  const options = names.map((name) => [name, name]);
  document.getElementById("scene-choice").replaceChildren(
    choice("Image", DATA.scenes.map((entry, index) => [String(index), labelOf(entry)]), openScene, String(scene.number)),
    choice("Left", options, (value) => { scene.left = value; drawScene(); }, scene.left),
    choice("Right", options, (value) => { scene.right = value; drawScene(); }, scene.right),
    choice("Size", [["1", "1 : 1"], ["2", "2 : 1"], ["3", "3 : 1"]], (value) => { scene.zoom = Number(value); drawScene(); }, String(scene.zoom)),
  );
  document.getElementById("scene-note").textContent = now.window
    ? `The ${now.width} x ${now.height} pixels with the most detail, from (${now.window[0]}, ${now.window[1]}); srbench report --site shows whole images.`
    : `${now.width} x ${now.height} pixels.`;
  drawScene();
}

function drawScene() {
  const now = DATA.scenes[scene.number];
  const sized = (image) => { image.width = now.width * scene.zoom; image.height = now.height * scene.zoom; return image; };
  const slider = make("img-comparison-slider", { tabindex: "0", value: "50" },
    sized(make("img", { slot: "first", src: sourceOf(scene.left), alt: `${scene.left} of ${now.name}`, class: "pixels" })),
    sized(make("img", { slot: "second", src: sourceOf(scene.right), alt: `${scene.right} of ${now.name}`, class: "pixels" })));
  const place = make("div", { class: "stage" }, slider);
  const keys = make("p", { class: "hint" }, `Left: ${scene.left}. Right: ${scene.right}. The divider follows the pointer and the arrow keys; a double click, or w a s d, moves the loupe.`);
  const loupes = make("div", { class: "loupes", tabindex: "0", role: "group", "aria-label": "Loupe: the same crop of all methods. Keys w, a, s, d move it." });
  place.addEventListener("dblclick", (event) => {
    const box = slider.getBoundingClientRect();
    moveTo(nearest(now.xs, (event.clientX - box.left) / scene.zoom), nearest(now.ys, (event.clientY - box.top) / scene.zoom), loupes);
  });
  const steps = { w: [0, -1], s: [0, 1], a: [-1, 0], d: [1, 0] };
  for (const target of [place, loupes]) {
    target.addEventListener("keydown", (event) => {
      const step = steps[event.key];
      if (step) { event.preventDefault(); moveTo(scene.crop[0] + step[0], scene.crop[1] + step[1], loupes); }
    });
  }
  document.getElementById("scene").replaceChildren(place, keys, make("h3", {}, "Loupe"), loupes, make("h3", {}, "Error maps"), errorMaps(now));
  drawLoupes(loupes);
}

function moveTo(column, row, loupes) {
  const now = DATA.scenes[scene.number];
  const clamp = (value, places) => Math.max(0, Math.min(value, places.length - 1));
  scene.crop = [clamp(column, now.xs), clamp(row, now.ys)];
  drawLoupes(loupes);
}

/** Number of the place of a crop whose centre is nearest to a pixel. */
const nearest = (places, pixel) => places.reduce((best, place, index) => (Math.abs(place + LOUPE / 2 - pixel) < Math.abs(places[best] + LOUPE / 2 - pixel) ? index : best), 0);

async function drawLoupes(box) {
  const now = DATA.scenes[scene.number];
  const [column, row] = scene.crop;
  const left = now.xs[column], top = now.ys[row];
  const size = [Math.min(LOUPE, now.width), Math.min(LOUPE, now.height)];
  const cards = [];
  for (const [name, source, picture] of pictures()) {
    const image = await loaded(source);
    const canvas = make("canvas", { role: "img", "aria-label": `${name}, crop at ${left}, ${top}`, class: "pixels" });
    canvas.width = size[0]; canvas.height = size[1];
    const context = canvas.getContext("2d");
    context.imageSmoothingEnabled = false;
    const byX = image.naturalWidth / now.width, byY = image.naturalHeight / now.height;
    context.drawImage(image, left * byX, top * byY, size[0] * byX, size[1] * byY, 0, 0, size[0], size[1]);
    const numbers = picture ? cropNumbers(picture, row * now.xs.length + column) : [];
    cards.push(make("figure", {}, canvas, make("figcaption", {}, make("strong", {}, name), numbers.length ? ` ${numbers.join(", ")}` : "")));
  }
  if (scene.crop[0] !== column || scene.crop[1] !== row || DATA.scenes[scene.number] !== now) return; // moved on meanwhile
  const lpips = now.sr.some((picture) => picture.lpips.length) ? " and LPIPS" : "";
  const words = `Crop of ${size[0]} x ${size[1]} pixels at (${left}, ${top}); PSNR on Y${lpips} of this crop.`;
  box.replaceChildren(...cards, make("p", { class: "hint" }, words));
}

/** PSNR and LPIPS of a crop, as they were worked out when the page was written. */
function cropNumbers(picture, place) {
  const numbers = [];
  if (place in picture.psnr) numbers.push(decibels(picture.psnr[place]));
  if (place in picture.lpips) numbers.push(`LPIPS ${picture.lpips[place].toFixed(3)}`);
  return numbers;
}

const decibels = (value) => (value === null ? "equal to HR" : `${value.toFixed(2)} dB`);

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
function errorMaps(now) {
  const box = make("div", { class: "errors" });
  (async () => {
    for (const picture of now.sr) {
      if (picture.whole === undefined) continue;
      const label = `Error of ${picture.method}`;
      // images beside the page can't be read by it: their error maps lie beside it too
      const map = picture.error ? make("img", { src: picture.error, alt: label, class: "pixels", loading: "lazy", width: now.width, height: now.height }) : await errorCanvas(now, picture, label);
      box.append(make("figure", {}, map, make("figcaption", {}, make("strong", {}, picture.method), ` ${decibels(picture.whole)}`)));
    }
    box.append(make("p", { class: "hint" }, `Absolute error of the luma: black 0, white 32 grey levels or more. PSNR on Y of ${now.window ? "this part" : "the whole image"}, without a border cropped.`));
  })();
  return box;
}

async function errorCanvas(now, picture, label) {
  const hr = await pixelsOf(now.hr, now.width, now.height);
  const sr = await pixelsOf(picture.src, now.width, now.height);
  const canvas = make("canvas", { role: "img", class: "pixels", "aria-label": label });
  canvas.width = now.width; canvas.height = now.height;
  const context = canvas.getContext("2d");
  const map = context.createImageData(now.width, now.height);
  for (let at = 0; at < hr.length; at += 4) {
    const level = Math.min(255, 8 * Math.abs(luma(sr, at) - luma(hr, at)));
    map.data[at] = level; map.data[at + 1] = level; map.data[at + 2] = level; map.data[at + 3] = 255;
  }
  context.putImageData(map, 0, 0);
  return canvas;
}
setUpScenes();
