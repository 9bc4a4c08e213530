// The Tune sheet opens in place of its page, and tells while a slider moves what it will lead to.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  const sheet = opener && document.getElementById(opener.dataset.opens);
  if (!sheet?.showPopover) return;
  event.preventDefault();
  sheet.showPopover();
  sheet.querySelector("h2").focus();
});

// As the mix counts them: a half goes to the even neighbour.
const roundToEven = (number) => {
  const rounded = Math.round(number);
  return rounded - number === 0.5 ? 2 * Math.round(number / 2) : rounded;
};

document.addEventListener("input", ({ target }) => {
  const form = target.closest("#tune-form");
  if (!form) return;
  const size = Number(form.elements["tune-s"].value);
  const share = Number(form.elements["tune-n"].value);
  const sizeWords = form.querySelector("[data-size]");
  sizeWords.value = sizeWords.dataset.size.replace("{n}", size);
  if (target.id === "tune-n" || target.id === "tune-s") {
    const count = form.querySelector("[data-new-count]");
    const nNew = roundToEven((share / 100) * size);
    count.value = count.dataset.newCount.replace("{n_new}", nNew).replace("{n}", size);
  }
});

// The form must not be renewed under the hand: neither while a slider is dragged, nor with the answer to a
// change that another has followed, which waits for that answer and brings its own.
let isDragging = false;
let isAsked = false;
let isOvertaken = false;
document.addEventListener("pointerdown", ({ target }) => { isDragging = target.type === "range"; });
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => { isDragging = false; });
for (const kind of ["change", "submit"]) {
  // On the way down: htmx asks at once, on the way up.
  const note = ({ target }) => { if (target.closest("#tune-form")) isOvertaken = isAsked; };
  document.addEventListener(kind, note, { capture: true });
}
document.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (target.id !== "tune-form") return;
  isAsked = true;
  isOvertaken = false;
});
document.addEventListener("htmx:afterRequest", ({ target }) => {
  if (target.id === "tune-form") isAsked = false;
});

// What was unfolded stays so; htmx settles attributes last.
let unfolded = [];
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  if (detail.target.id !== "tune-parts") return;
  if (isDragging || isOvertaken) detail.shouldSwap = false;
  unfolded = [...document.querySelectorAll("#tune-parts details[open]")].map((each) => each.id);
});
document.addEventListener("htmx:afterSettle", () => {
  for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
  unfolded = [];
});
