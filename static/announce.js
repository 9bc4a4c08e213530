// The progress is swapped every second or more often. Reading it aloud each time would be noise,
// so the live region beside it gets only each new stage.
const said = document.querySelector("[data-announce]");
document.addEventListener("htmx:afterSwap", () => {
  const stage = document.querySelector("[aria-current='step'] .stage-label");
  if (said && stage && said.textContent !== stage.textContent) {
    said.textContent = stage.textContent;
  }
});
