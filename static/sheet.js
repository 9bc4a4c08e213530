// A song's sheet opens over the list in place of the song's page; a change of the list keeps the reader's place.
const sheet = document.querySelector("#sheet");
let place = -1;

const findPlace = (element) => [...document.querySelectorAll(".song")].indexOf(element.closest(".song"));

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-sheet]");
  if (!link || !sheet?.showPopover || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  place = findPlace(link);
  // What another song left there must not be taken for this one's, if this one is gone.
  sheet.replaceChildren();
  htmx.ajax("GET", link.href, { target: sheet, swap: "innerHTML" });
});

document.addEventListener("htmx:beforeRequest", () => {
  const row = document.activeElement.closest(".song");
  if (row) place = findPlace(row);
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target === sheet && !sheet.matches(":popover-open")) sheet.showPopover();
});

for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  // What is told of it lies beneath an open sheet.
  document.addEventListener(failure, () => { if (sheet.matches(":popover-open")) sheet.hidePopover(); });
}

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.target?.id !== "playlist") return;
  const isFromSheet = sheet.contains(detail.requestConfig.elt);
  if (sheet.matches(":popover-open")) sheet.hidePopover();
  // htmx puts the focus back by id; a song that went takes its buttons along.
  if (document.activeElement !== document.body && !isFromSheet) return;
  const rows = document.querySelectorAll(".song");
  const row = rows[Math.min(place, rows.length - 1)];
  (row?.querySelector("[data-sheet]") ?? document.querySelector("#songs-title")).focus({ preventScroll: true });
});
