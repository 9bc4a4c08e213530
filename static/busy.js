// A playlist takes some seconds: say so, and do not let it be made twice.
// The listener is on the document, as htmx swaps in forms with the progress.
document.addEventListener("submit", ({ target: form }) => {
  if (!form.dataset.busy) return;
  const button = form.querySelector("button");
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  button.textContent = form.dataset.busy;
});
// Going back may restore the page with its button disabled: load it again.
addEventListener("pageshow", (event) => event.persisted && location.reload());
