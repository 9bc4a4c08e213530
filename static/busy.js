// A playlist takes some seconds: say so, and do not let it be made twice.
// Listened for on the document: forms come with the progress, too.
document.addEventListener("submit", ({ target: form }) => {
  if (!form.dataset.busy) return;
  const button = form.querySelector("button");
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  button.textContent = form.dataset.busy;
});
// Back may restore the page as it was left, button disabled: start it fresh.
addEventListener("pageshow", (event) => event.persisted && location.reload());
