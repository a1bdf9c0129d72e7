// Notes when the live tiles of the dashboard show something new: for each event whose row appears, and for each figure.
(() => {
  const tile = (id) => document.querySelector(`article[aria-labelledby="tile-${id}"]`);
  const noted = { rows: {}, figures: [] };
  window.bench = noted;
  let last = null;
  // The frame that holds it has been made when the task after its callbacks runs.
  const drawn = (note) => requestAnimationFrame(() => setTimeout(() => note(Date.now())));
  const look = () => {
    const cells = [...(tile("live-missing")?.querySelectorAll("td") ?? [])].map((cell) => cell.textContent.trim());
    const paths = cells.filter((text) => text.startsWith("/live/")).map((text) => text.slice("/live/".length));
    const fresh = paths.filter((at) => !(at in noted.rows));
    fresh.forEach((at) => (noted.rows[at] = null));
    if (fresh.length > 0) drawn((now) => fresh.forEach((at) => (noted.rows[at] = now)));
    const figure = tile("live-errors")?.querySelector(".figure-value")?.textContent.replace(/\D/g, "");
    if (figure && figure !== last) {
      last = figure;
      drawn((now) => noted.figures.push([now, Number(figure)]));
    }
  };
  new MutationObserver(look).observe(document.body, { childList: true, characterData: true, subtree: true });
  look();
  return true;
})()
