// A request that fails leaves the page as it is: tell it where each change is told.
const said = document.querySelector("#said");

const tell = (text, isError) => {
  // A new element each time, so that it is seen for its whole time.
  const toast = document.createElement("span");
  toast.className = isError ? "toast toast-error" : "toast";
  toast.textContent = text;
  said.replaceChildren(toast);
  const inSheet = document.querySelector(".tune-said");
  if (inSheet) inSheet.textContent = isError ? text : "";
};

document.addEventListener("htmx:responseError", ({ detail }) => {
  tell(detail.xhr.status === 404 ? said.dataset.gone : said.dataset.failed, true);
});
document.addEventListener("htmx:sendError", () => tell(said.dataset.offline, true));
document.addEventListener("copied", () => tell(said.dataset.copied, false));
