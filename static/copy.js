// A button that copies a field. Where the browser does not let it, the field is selected at least.
document.addEventListener("click", async ({ target }) => {
  const field = document.getElementById(target.dataset.copies);
  if (!field) return;
  field.select();
  await navigator.clipboard?.writeText(field.value);
  if (navigator.clipboard) document.dispatchEvent(new Event("copied"));
});
