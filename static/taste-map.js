// The song of the map that is pointed at, or tapped, is told beside it; its row in the table has the words.
const map = document.querySelector("[data-map]");
const REACH_PX = 24;

if (map) {
  const drawn = map.querySelector("svg");
  const told = map.querySelector("[data-map-told]");
  const points = [...drawn.querySelectorAll("a")].map((link) => {
    const { x, y, width, height } = link.getBBox();
    return { link, x: x + width / 2, y: y + height / 2 };
  });
  let shown = null;

  const findNearest = ({ clientX, clientY }) => {
    const toScreen = drawn.getScreenCTM();
    const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(toScreen.inverse());
    const measure = (point) => Math.hypot(point.x - x, point.y - y);
    // Of equally near ones the last: it lies on top.
    const nearest = points.reduce((best, point) => (measure(point) <= measure(best) ? point : best));
    return measure(nearest) * toScreen.a <= REACH_PX ? nearest : null;
  };

  const tell = (point) => {
    if (point === shown) return;
    shown?.link.classList.remove("is-told");
    shown = point;
    told.hidden = !point;
    if (!point) return;
    point.link.classList.add("is-told");
    const row = document.querySelector(point.link.getAttribute("href"));
    const group = row.parentElement.firstElementChild.firstElementChild;
    const [song, energy, mood] = row.cells;
    const line = (...parts) => {
      const paragraph = document.createElement("p");
      paragraph.append(...parts.flatMap((part) => [...part.cloneNode(true).childNodes]));
      return paragraph;
    };
    const [, energyHead, moodHead] = row.closest("table").tHead.rows[0].cells;
    const figures = document.createElement("p");
    figures.textContent = `${energyHead.textContent} ${energy.textContent} · ${moodHead.textContent} ${mood.textContent}`;
    told.replaceChildren(line(song), line(group), figures);
    // Beside the point, on the side that has room.
    const frame = told.parentElement.getBoundingClientRect();
    const at = new DOMPoint(point.x, point.y).matrixTransform(drawn.getScreenCTM());
    const [x, y] = [at.x - frame.x, at.y - frame.y];
    told.style.left = `${Math.min(Math.max(x - told.offsetWidth / 2, 0), frame.width - told.offsetWidth)}px`;
    told.style.top = `${y > frame.height / 2 ? y - told.offsetHeight - 14 : y + 14}px`;
  };

  // What was tapped stays, so that its link can be followed.
  let isKept = false;
  const follow = (event) => {
    if (event.pointerType === "mouse" && !isKept) tell(event.type === "pointermove" ? findNearest(event) : null);
  };
  for (const kind of ["pointermove", "pointerleave"]) drawn.addEventListener(kind, follow);
  map.addEventListener("click", (event) => {
    if (told.contains(event.target)) return;
    event.preventDefault();
    const point = findNearest(event);
    isKept = Boolean(point);
    tell(point);
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    isKept = false;
    tell(null);
  });
}
