// A button that copies a field. Where the browser does not let it, the field is selected at least.
document.addEventListener("click", ({ target }) => {
  const field = document.getElementById(target.dataset.copies);
  if (!field) return;
  field.select();
  navigator.clipboard?.writeText(field.value).then(() => document.dispatchEvent(new Event("copied")), () => {});
});
