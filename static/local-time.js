// The server sends moments in UTC; only the browser knows the listener's time zone.
const tellLocalTimes = () => {
  const language = document.documentElement.lang;
  for (const time of document.querySelectorAll("time[data-local]")) {
    const moment = new Date(time.dateTime);
    const day = moment.toLocaleDateString(language, { dateStyle: "long" });
    const clock = moment.toLocaleTimeString(language, { timeStyle: "short" });
    // The pattern is the page's own, like "{clock} on {day}".
    time.textContent = time.dataset.local.replace("{day}", day).replace("{clock}", clock);
  }
};
tellLocalTimes();
document.addEventListener("htmx:afterSwap", tellLocalTimes);
