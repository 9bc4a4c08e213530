// The progress is swapped every second or oftener. Read aloud so often it would be noise,
// so the live region beside it hears of each new stage only.
const said = document.querySelector("[data-announce]");
document.addEventListener("htmx:afterSwap", () => {
  const stage = document.querySelector("[aria-current='step'] .stage-label");
  if (said && stage && said.textContent !== stage.textContent) {
    said.textContent = stage.textContent;
  }
});
