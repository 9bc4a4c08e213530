// The server sends moments in UTC; only the browser knows the listener's time zone.
const tellLocalTimes = () => {
  for (const time of document.querySelectorAll("time[data-local]")) {
    const moment = new Date(time.dateTime);
    // In British English, like the page around it.
    const day = moment.toLocaleDateString("en-GB", { dateStyle: "long" });
    const clock = moment.toLocaleTimeString("en-GB", { timeStyle: "short" });
    time.textContent = { day, moment: `${day}, ${clock}`, time: `${clock} on ${day}` }[time.dataset.local];
  }
};
tellLocalTimes();
document.addEventListener("htmx:afterSwap", tellLocalTimes);
