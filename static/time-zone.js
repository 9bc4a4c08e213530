// The hour of the weekly refresh is the listener's own.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const field of document.querySelectorAll("[data-time-zone]")) field.value = zone;
for (const name of document.querySelectorAll("[data-time-zone-name]")) name.textContent = zone.replaceAll("_", " ");
