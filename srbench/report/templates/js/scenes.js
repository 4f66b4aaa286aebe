// Images: a slider between any two, error maps, and a loupe that shows one crop of all methods.

const LOUPE = 64;
const scene = { number: 0, left: "LR", right: "", crop: [0, 0], pixels: new Map(), zoom: 3 };

function setUpScenes() {
  if (!DATA.scenes.length) return;
  document.getElementById("scene-choice").addEventListener("submit", (event) => event.preventDefault());
  openScene(0);
}

const labelOf = (entry) => `${entry.dataset} x${entry.scale}: ${entry.name}`;
const pictures = () => { const now = DATA.scenes[scene.number]; return [["HR", now.hr], ["LR", now.lr], ...now.sr.map((picture) => [picture.method, picture.src])]; };
const sourceOf = (name) => pictures().find((picture) => picture[0] === name)[1];

function openScene(number) {
  scene.number = Number(number);
  const now = DATA.scenes[scene.number];
  const names = pictures().map((picture) => picture[0]);
  if (!names.includes(scene.left)) scene.left = "LR";
  if (!names.includes(scene.right)) scene.right = now.sr.length ? now.sr[now.sr.length - 1].method : "HR";
  scene.crop = [Math.max(0, Math.floor((now.width - LOUPE) / 2 / LOUPE) * LOUPE), Math.max(0, Math.floor((now.height - LOUPE) / 2 / LOUPE) * LOUPE)];
  scene.pixels.clear();
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
    moveTo((event.clientX - box.left) / scene.zoom - LOUPE / 2, (event.clientY - box.top) / scene.zoom - LOUPE / 2, loupes);
  });
  const steps = { w: [0, -16], s: [0, 16], a: [-16, 0], d: [16, 0] };
  for (const target of [place, loupes]) {
    target.addEventListener("keydown", (event) => {
      const step = steps[event.key];
      if (step) { event.preventDefault(); moveTo(scene.crop[0] + step[0], scene.crop[1] + step[1], loupes); }
    });
  }
  document.getElementById("scene").replaceChildren(place, keys, make("h3", {}, "Loupe"), loupes, make("h3", {}, "Error maps"), errorMaps(now));
  drawLoupes(loupes);
}

function moveTo(left, top, loupes) {
  const now = DATA.scenes[scene.number];
  const clamp = (value, most) => Math.max(0, Math.min(Math.round(value), Math.max(0, most - LOUPE)));
  scene.crop = [clamp(left, now.width), clamp(top, now.height)];
  drawLoupes(loupes);
}

/** Pixels of an image as RGBA; null where the browser doesn't let a page read files beside it. */
async function pixelsOf(source, width, height) {
  const key = `${source}|${width}`;
  if (!scene.pixels.has(key)) {
    scene.pixels.set(key, (async () => {
      const image = new Image();
      image.src = source;
      await image.decode();
      const canvas = make("canvas");
      canvas.width = width; canvas.height = height;
      const context = canvas.getContext("2d", { willReadFrequently: true });
      context.imageSmoothingEnabled = false;
      context.drawImage(image, 0, 0, width, height);
      try { return context.getImageData(0, 0, width, height).data; } catch { return null; }
    })());
  }
  return scene.pixels.get(key);
}

const luma = (data, at) => 16 + (65.481 * data[at] + 128.553 * data[at + 1] + 24.966 * data[at + 2]) / 255;

/** PSNR in dB on Y (BT.601, not rounded) of a crop. */
function cropPsnr(a, b, width, [left, top], size) {
  let sum = 0;
  for (let y = top; y < top + size[1]; y += 1) for (let x = left; x < left + size[0]; x += 1) { const at = 4 * (y * width + x); sum += (luma(a, at) - luma(b, at)) ** 2; }
  return sum === 0 ? Infinity : 10 * Math.log10((255 ** 2 * size[0] * size[1]) / sum);
}

async function drawLoupes(box) {
  const now = DATA.scenes[scene.number];
  const [left, top] = scene.crop;
  const size = [Math.min(LOUPE, now.width), Math.min(LOUPE, now.height)];
  const hr = await pixelsOf(now.hr, now.width, now.height);
  const cards = [];
  for (const [name, source] of pictures()) {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = make("canvas", { role: "img", "aria-label": `${name}, crop at ${left}, ${top}`, class: "pixels" });
    canvas.width = size[0] * 3; canvas.height = size[1] * 3;
    const context = canvas.getContext("2d");
    context.imageSmoothingEnabled = false;
    const byX = image.naturalWidth / now.width, byY = image.naturalHeight / now.height;
    context.drawImage(image, left * byX, top * byY, size[0] * byX, size[1] * byY, 0, 0, canvas.width, canvas.height);
    const numbers = [];
    if (!["HR", "LR"].includes(name) && hr) {
      const sr = await pixelsOf(source, now.width, now.height);
      if (sr) numbers.push(`${cropPsnr(sr, hr, now.width, [left, top], size).toFixed(2)} dB`);
    }
    const lpips = tileLpips(now, name, left, top);
    if (lpips !== null) numbers.push(`LPIPS ${lpips.toFixed(3)}`);
    cards.push(make("figure", {}, canvas, make("figcaption", {}, make("strong", {}, name), numbers.length ? ` ${numbers.join(", ")}` : "")));
  }
  const words = `Crop of ${size[0]} x ${size[1]} pixels at (${left}, ${top}); PSNR on Y of this crop${now.sr.some((picture) => picture.tiles.length) ? ", LPIPS of the nearest of a grid of such crops" : ""}.`;
  const unread = hr ? "" : " This browser does not let a page read files beside it, so that crops have no PSNR; serve the folder (python -m http.server) to have it.";
  box.replaceChildren(...cards, make("p", { class: "hint" }, words + unread));
}

/** LPIPS, worked out beforehand, of the crop of the grid that is nearest to the loupe. */
function tileLpips(now, name, left, top) {
  const picture = now.sr.find((entry) => entry.method === name);
  if (!picture || !picture.tiles.length) return null;
  const [x0, y0, width, height] = now.tileAt;
  const columns = Math.floor(width / LOUPE), rows = Math.floor(height / LOUPE);
  const column = Math.round((left - x0) / LOUPE), row = Math.round((top - y0) / LOUPE);
  if (column < 0 || row < 0 || column >= columns || row >= rows) return null;
  return picture.tiles[row * columns + column] ?? null;
}

/** Absolute luma error of each method, from black (0) to white (32 grey levels and more). */
function errorMaps(now) {
  const box = make("div", { class: "errors" });
  (async () => {
    const hr = await pixelsOf(now.hr, now.width, now.height);
    if (!hr) { box.append(make("p", {}, "Error maps need the page's images inside it, or a server.")); return; }
    for (const picture of now.sr) {
      const sr = await pixelsOf(picture.src, now.width, now.height);
      const canvas = make("canvas", { role: "img", class: "pixels", "aria-label": `Error of ${picture.method}` });
      canvas.width = now.width; canvas.height = now.height;
      const context = canvas.getContext("2d");
      const map = context.createImageData(now.width, now.height);
      for (let at = 0; at < hr.length; at += 4) {
        const level = Math.min(255, 8 * Math.abs(luma(sr, at) - luma(hr, at)));
        map.data[at] = level; map.data[at + 1] = level; map.data[at + 2] = level; map.data[at + 3] = 255;
      }
      context.putImageData(map, 0, 0);
      const psnr = cropPsnr(sr, hr, now.width, [0, 0], [now.width, now.height]);
      box.append(make("figure", {}, canvas, make("figcaption", {}, make("strong", {}, picture.method), ` ${psnr.toFixed(2)} dB here`)));
    }
    box.append(make("p", { class: "hint" }, "Absolute error of the luma: black 0, white 32 grey levels or more."));
  })();
  return box;
}
setUpScenes();
